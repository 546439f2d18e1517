import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTwilioSimulator } from "../../../../src/simulators/twilio/index.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { starting } from "./kit.ts";

type Simulator = Awaited<ReturnType<typeof createTwilioSimulator>>;
const { start, closing } = starting(createTwilioSimulator);

async function call(simulator: Simulator, path: string, form?: Record<string, string>, password?: string) {
  const { username, password: token, url } = { ...simulator.credentials, url: simulator.url };
  const response = await fetch(`${url}/2010-04-01/Accounts/${username}/${path}`, {
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password ?? token}`).toString("base64")}` },
    ...(form && { method: "POST", body: new URLSearchParams(form) }),
  });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

const one = { To: "+886912345678", From: "+15005550006", Body: "hello" };

test("create answers 201 with a queued message without price; a Messaging Service accepts it without segments", async () => {
  const simulator = await start();
  const created = await call(simulator, "Messages.json", one);
  expect(created).toMatchObject({
    status: 201,
    body: { status: "queued", price: null, num_segments: "1", date_sent: null },
  });
  const { From: _, ...rest } = one;
  const accepted = await call(simulator, "Messages.json", { ...rest, MessagingServiceSid: "MG1" });
  expect(accepted).toMatchObject({ status: 201, body: { status: "accepted", num_segments: "0" } });
});

const refusals: [string, Record<string, string>, number][] = [
  ["no recipient", { ...one, To: "" }, 21604],
  ["no sender", { To: one.To, Body: "a" }, 21603],
  ["a national number", { ...one, To: "0912345678" }, 21211],
  ["another region", { ...one, To: "+819012345678" }, 21408],
  ["a landline", { ...one, To: "+886223456789" }, 21614],
  ["no text", { ...one, Body: "" }, 21602],
  ["a long text", { ...one, Body: "a".repeat(1_601) }, 21617],
  ["a long validity", { ...one, ValidityPeriod: "36001" }, 21624],
];
for (const [what, form, code] of refusals) {
  test(`refuses ${what} with ${code}`, async () => {
    const simulator = await start();
    expect(await call(simulator, "Messages.json", form)).toMatchObject({ status: 400, body: { code, status: 400 } });
    expect(simulator.records().size).toBe(0);
  });
}

test("a wrong token is 401 and 20003", async () => {
  const simulator = await start();
  expect(await call(simulator, "Messages.json", one, "wrong")).toMatchObject({ status: 401, body: { code: 20003 } });
});

test("fetch and list, newest first", async () => {
  const simulator = await start();
  await call(simulator, "Messages.json", one);
  await call(simulator, "Messages.json", { ...one, Body: "second" });
  await call(simulator, "Messages.json", { ...one, To: "+886987654321" });
  const list = await call(simulator, "Messages.json?To=%2B886912345678&PageSize=50");
  expect(list).toMatchObject({ status: 200, body: { messages: [{ body: "second" }, { body: "hello" }] } });
  const [copy] = simulator.records().get("+886912345678") ?? [];
  expect(await call(simulator, `Messages/${copy?.sid}.json`)).toMatchObject({ status: 200, body: { sid: copy?.sid } });
  expect(await call(simulator, "Messages/SM0.json")).toMatchObject({ status: 404, body: { code: 20404 } });
});

test("callbacks are signed, called without the fragment, repeated only where asked for, also after a restart", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "twilio-"));
  closing.push(() => rmSync(stateDir, { recursive: true }));
  const received: { url: string; status: string | null; signature: string | null }[] = [];
  let answer = 500;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const form = new URLSearchParams(await request.text());
      const signature = request.headers.get("x-twilio-signature");
      received.push({ url: request.url, status: form.get("MessageStatus"), signature });
      return new Response("", { status: answer });
    },
  });
  closing.push(() => server.stop(true));
  const credentials = { username: "AC1", password: "token", from: one.From };
  const first = await start({ stateDir, credentials });
  const hook = `http://127.0.0.1:${server.port}/hook?attempt=1`;
  await call(first, "Messages.json", { ...one, StatusCallback: `${hook}#rc=1&rp=all` });
  await waitFor("two calls for each of two statuses", () => received.length === 4);
  expect(received.map(({ status }) => status)).toEqual(["sent", "sent", "delivered", "delivered"]);
  for (const { url, signature } of received) {
    expect(url).toBe(hook);
    expect(signature).not.toBeNull();
  }
  await first.close();
  answer = 200;
  await start({ stateDir, credentials });
  await waitFor("the call after the restart", () => received.length === 5);
});
