import { describe, expect, test } from "bun:test";
import {
  CONTRACT_VERSION,
  contract,
  createGatewayClient,
  mutation,
  query,
  type RouterContract,
} from "@luckygas/gateway-client";
import { z } from "zod";
import { outputExample } from "../../../src/http/openapi/examples.ts";
import { createTestApp, tokenFor } from "../../support/http-app.ts";
import { bankingCallers, einvoiceCallers, smsCallers, systemCallers } from "../../types/callers-v0.1.ts";
import { exampleHandlers } from "../../unit/http/rest-requests.ts";
import { breakingChanges } from "./contract-changes.ts";
import { factsOf } from "./contract-lines.ts";
import { readRecord, writeRecord } from "./contract-record.ts";

const record = readRecord(await Bun.file(`${import.meta.dir}/contract-0.1.0.txt`).text());

const howToGoOn = `A caller out there would break. Keep the old beside the new, or begin a new version:
raise CONTRACT_VERSION (contracts/src/client/contract-version.ts) and the version in contracts/package.json, keep the record
and the callers of version 0.1 for as long as they are served, and write the new record: bun scripts/record-contract.ts`;

describe("callers of version 0.1", () => {
  test("find everything that they rely on, no narrower than it was", () => {
    const changes = breakingChanges(record, factsOf(contract));
    expect(changes, howToGoOn).toEqual([]);
  });

  const callers = { einvoice: einvoiceCallers, banking: bankingCallers, sms: smsCallers, system: systemCallers };
  const named = Object.entries(callers).flatMap(([router, calls]) =>
    Object.entries(calls).map(([name, call]) => ({ id: `${router}.${name}`, call })),
  );

  test("are there for every procedure of that version", () => {
    expect(named.map(({ id }) => id).sort()).toEqual(Object.keys(record).sort());
  });

  const events = {
    "einvoice.watchInvoice": oneEvent("einvoice.watchInvoice", contract.einvoice.watchInvoice.output),
    "banking.watchBatch": oneEvent("banking.watchBatch", contract.banking.watchBatch.output),
    "sms.watchMessages": oneEvent("sms.watchMessages", contract.sms.watchMessages.output),
  };
  const { app, reached } = createTestApp({ handlers: exampleHandlers, events });

  test.each(named)("$id: what they send is taken, and they can read the answer", async ({ id, call }) => {
    const gateway = createGatewayClient({
      url: "http://gateway.example",
      token: await tokenFor(),
      fetch: async (url, init) => app(new Request(url, init)),
    });
    expect(await call(gateway)).toBeDefined();
    expect(reached).toContain(id);
  });
});

/** Answers with one event, the example of the procedure's own. */
function oneEvent(id: string, schema: z.ZodType) {
  return async function* () {
    yield { id: "1", data: outputExample(schema, `${id}.output`) };
  };
}

describe("control: what would break a caller is found", () => {
  const input = z.object({ name: z.string().max(10), kind: z.enum(["a", "b"]), tag: z.string().optional() });
  const output = z.object({ id: z.string(), at: z.string().nullable(), parts: z.array(z.object({ size: z.int() })) });
  type Change = { input?: z.ZodType; output?: z.ZodType; path?: `/${string}`; roles?: readonly ["manager"] };
  const contractOf = (change: Change = {}): Record<string, RouterContract> => ({
    shop: {
      get: query({
        summary: "",
        roles: change.roles ?? ["manager", "driver"],
        input: change.input ?? input,
        output: change.output ?? output,
        rest: { method: "GET", path: change.path ?? "/shop" },
      }),
    },
  });
  const before = factsOf(contractOf());
  const changesOf = (change: Change) => breakingChanges(before, factsOf(contractOf(change)));

  const breaking: [string, Change, string][] = [
    ["a field that callers give is gone", { input: input.omit({ tag: true }) }, "input tag is gone"],
    ["one must be given", { input: input.required() }, "input tag: must be given now"],
    ["a new one must be given", { input: input.extend({ more: z.string() }) }, "input more is new and must be given"],
    ["a limit is lower", { input: input.extend({ name: z.string().max(9) }) }, "input name: maxLength was 10, is 9"],
    [
      "a form is asked for",
      { input: input.extend({ tag: z.string().regex(/^x/).optional() }) },
      "input tag: pattern was",
    ],
    ["a value is not taken", { input: input.extend({ kind: z.enum(["a"]) }) }, "input kind: does not take b any more"],
    ["another kind is asked for", { input: input.extend({ name: z.int() }) }, "input name: takes no string any more"],
    ["an answer's field is gone", { output: output.omit({ id: true }) }, "answer id is gone"],
    ["it may be absent", { output: output.partial({ id: true }) }, "answer id may be absent now"],
    ["it may be null", { output: output.extend({ id: z.string().nullable() }) }, "answer id may be null now"],
    [
      "a field of a list is gone",
      { output: output.extend({ parts: z.array(z.object({})) }) },
      "answer parts[].size is gone",
    ],
    ["the address is another", { path: "/store" }, "was at GET /shop, is at GET /store"],
    ["a role is out", { roles: ["manager"] }, "role driver may not call it any more"],
  ];
  test.each(breaking)("%s", (_, change, told) => {
    expect(changesOf(change).join()).toContain(told);
  });

  test("a procedure is gone, or is of another kind", () => {
    expect(breakingChanges(before, factsOf({ shop: {} }))).toEqual(["shop.get is gone"]);
    const changed = { shop: { get: mutation({ summary: "", roles: ["manager", "driver"], input, output }) } };
    expect(breakingChanges(before, factsOf(changed)).join()).toContain("was a query, is a mutation");
  });

  test("what grows breaks nobody", () => {
    const grown = {
      input: input.extend({ name: z.string().max(20), kind: z.enum(["a", "b", "c"]), more: z.string().optional() }),
      output: output.extend({ more: z.string(), at: z.string() }),
    };
    expect(changesOf(grown)).toEqual([]);
  });

  test("the record says what it was made from", () => {
    const facts = factsOf(contract);
    expect(breakingChanges(readRecord(writeRecord(facts)), facts)).toEqual([]);
    expect(breakingChanges(facts, readRecord(writeRecord(facts)))).toEqual([]);
    expect(CONTRACT_VERSION).toStartWith("0.1.");
  });
});
