import { expect, test } from "bun:test";
import { createGatewayClient, type GatewayFetch, isGatewayError } from "@luckygas/gateway-client";
import { createGatewayQueryOptions } from "@luckygas/gateway-client/query";
import { MutationObserver, QueryClient, QueryObserver } from "@tanstack/query-core";
import { OperationError } from "../../../src/platform/errors.ts";
import { createTestApp, tokenFor } from "../../support/http-app.ts";
import { waitFor } from "../../support/wait-for.ts";

const token = await tokenFor({ subject: "U1", role: "manager" });

/** A page's query client on the HTTP surface, whose handlers count what reaches them. */
function page(fetchFunction?: GatewayFetch) {
  let asked = 0;
  const { app } = createTestApp({
    handlers: {
      "einvoice.checkUbn": async (input) => ({ valid: Object.values(input ?? {})[0] === "04595257" }),
      "system.whoAmI": async () => ({ subject: `U${++asked}`, role: "manager" }),
      "sms.cancelMessage": () => Promise.reject(new OperationError("state_not_allowed", "it is with the provider")),
    },
  });
  const client = createGatewayClient({
    url: "http://gateway.example",
    token,
    fetch: fetchFunction ?? (async (url, init) => app(new Request(url, init))),
  });
  return { queries: createGatewayQueryOptions(client), queryClient: new QueryClient(), asked: () => asked };
}

test("keys have the form of tRPC's own helpers", () => {
  const { queries } = page();
  expect(queries.einvoice.checkUbn.queryKey({ ubn: "04595257" })).toEqual([
    ["einvoice", "checkUbn"],
    { input: { ubn: "04595257" }, type: "query" },
  ]);
  expect(queries.system.whoAmI.queryKey()).toEqual([["system", "whoAmI"], { type: "query" }]);
  expect(queries.sms.sendMessage.mutationKey()).toEqual([["sms", "sendMessage"]]);
  expect(queries.sms.pathKey()).toEqual([["sms"]]);
});

test("an answer is fetched once for its key, has its type, and is asked for anew when its router is invalidated", async () => {
  const { queries, queryClient, asked } = page();
  const options = { ...queries.system.whoAmI.queryOptions(), staleTime: 60_000 };
  const { subject, role } = await queryClient.fetchQuery(options);
  const known: "super_admin" | "manager" | "office_staff" | "driver" | "service" = role;
  expect([subject, known]).toEqual(["U1", "manager"]);
  expect((await queryClient.fetchQuery(options)).subject).toBe("U1");
  expect(await queryClient.fetchQuery(queries.einvoice.checkUbn.queryOptions({ ubn: "04595257" }))).toEqual({
    valid: true,
  });
  // @ts-expect-error what is asked is checked
  queries.einvoice.checkUbn.queryOptions({ ubm: "04595257" });
  // @ts-expect-error a mutation is no query
  queries.einvoice.issueInvoice.queryOptions;

  const seen: (string | undefined)[] = [];
  const observer = new QueryObserver(queryClient, options);
  const stop = observer.subscribe(({ data }) => seen.push(data?.subject));
  await queryClient.invalidateQueries({ queryKey: queries.system.pathKey() });
  await waitFor("the new answer", async () => seen.at(-1) === "U2");
  await queryClient.invalidateQueries({ queryKey: queries.einvoice.pathKey() });
  await queryClient.invalidateQueries({ queryKey: queries.einvoice.checkUbn.queryKey() });
  stop();
  expect(asked()).toBe(2);
});

test("a question that nobody waits for any more is aborted", async () => {
  let request: AbortSignal | null | undefined;
  const { queries, queryClient } = page((_, { signal }) => {
    request = signal;
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  });
  const stop = new QueryObserver(queryClient, queries.system.whoAmI.queryOptions()).subscribe(() => {});
  await waitFor("the request", async () => request !== undefined);
  stop();
  await waitFor("its end", async () => request?.aborted === true);
});

test("a mutation's refusal is the gateway's typed error, and is not repeated by the query client", async () => {
  const { queries, queryClient } = page();
  const observer = new MutationObserver(queryClient, queries.sms.cancelMessage.mutationOptions());
  const failure: unknown = await observer
    .mutate({ id: "0194b1f0-7c3a-7e1e-9d7a-3f2b1c0d9e8f" })
    .catch((error) => error);
  expect(isGatewayError(failure) && failure.data.gateway.action).toBe("read_state");
  expect(observer.getCurrentResult().failureCount).toBe(1);
});
