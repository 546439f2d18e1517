import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvery8dSimulator, type Every8dSimulator } from "../../../../src/simulators/every8d/index.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { starting } from "./kit.ts";

const { start, closing } = starting(createEvery8dSimulator);

const loginOf = ({ credentials }: Every8dSimulator) => ({ UID: credentials.username, PWD: credentials.password });

async function post(simulator: Every8dSimulator, service: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ ...loginOf(simulator), ...fields });
  const response = await fetch(`${simulator.url}/API21/HTTP/${service}.ashx`, { method: "POST", body });
  expect(response.status).toBe(200);
  return response.text();
}

async function connect(simulator: Every8dSimulator, body: unknown, token?: string): Promise<unknown> {
  const response = await fetch(`${simulator.url}/API21/HTTP/ConnectionHandler.ashx`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function callbackReceiver(answer: (count: number) => number) {
  const received: URLSearchParams[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      received.push(new URL(request.url).searchParams);
      return new Response("any body", { status: answer(received.length) });
    },
  });
  closing.push(() => server.stop(true));
  return { url: `http://127.0.0.1:${server.port}/hook`, received };
}

test("a send answers CREDIT,SENDED,COST,UNSEND,BATCH_ID and is kept as one copy", async () => {
  const simulator = await start({ pointsAtStart: 88 });
  const reply = await post(simulator, "SendSMS", { MSG: "您好", DEST: "0912345678", SB: "note" });
  expect(reply).toMatch(/^87\.00,1,1,0,[0-9a-f-]{36}$/);
  expect(simulator.copiesTo("+886912345678")).toMatchObject([{ text: "您好", subject: "note" }]);
});

const refusals: [string, Record<string, string>, string][] = [
  ["no account", { UID: "", MSG: "a", DEST: "0912345678" }, "-300"],
  ["unknown account", { UID: "someone", MSG: "a", DEST: "0912345678" }, "-100"],
  ["wrong password", { PWD: "wrong", MSG: "a", DEST: "0912345678" }, "-101"],
  ["no text", { DEST: "0912345678" }, "-1"],
  ["RETRYTIME with a unit", { MSG: "a", DEST: "0912345678", RETRYTIME: "5m" }, "-1"],
  ["no number", { MSG: "a" }, "-41"],
  ["landline", { MSG: "a", DEST: "0223456789" }, "-8"],
  ["886 without plus", { MSG: "a", DEST: "886912345678" }, "-8"],
  ["another country", { MSG: "a", DEST: "+819012345678" }, "-12"],
  ["long subject", { MSG: "a", DEST: "0912345678", SB: "x".repeat(51) }, "-15"],
  ["long text", { MSG: "a".repeat(3_331), DEST: "0912345678" }, "-5"],
  ["bad time", { MSG: "a", DEST: "0912345678", ST: "20250230120000" }, "-6"],
  ["time long past", { MSG: "a", DEST: "0912345678", ST: "20200101120000" }, "-4"],
  ["time far ahead", { MSG: "a", DEST: "0912345678", ST: "29990101120000" }, "-24"],
];
for (const [what, fields, code] of refusals) {
  test(`refuses ${what} with ${code} and HTTP 200`, async () => {
    const simulator = await start();
    expect(await post(simulator, "SendSMS", fields)).toMatch(new RegExp(`^${code}, `));
    expect(simulator.records().size).toBe(0);
  });
}

test("refuses a blocked number and a request that is no form", async () => {
  const simulator = await start();
  simulator.block("+886912345678");
  expect(await post(simulator, "SendSMS", { MSG: "a", DEST: "0912345678" })).toStartWith("-3,");
  const url = `${simulator.url}/API21/HTTP/SendSMS.ashx`;
  const body = new URLSearchParams({ ...loginOf(simulator), MSG: "a", DEST: "0912345678" }).toString();
  const plain = await fetch(url, { method: "POST", headers: { "content-type": "text/plain" }, body });
  expect(await plain.text()).toStartWith("-300,");
});

test("without points nothing is sent and UNSEND says so", async () => {
  const simulator = await start({ pointsAtStart: 1 });
  expect(await post(simulator, "SendSMS", { MSG: "a", DEST: "0912345678,0987654321" })).toMatch(/^0\.00,1,1,1,/);
  expect(await post(simulator, "SendSMS", { MSG: "a", DEST: "0912345678" })).toMatch(/^0\.00,0,0,1,/);
});

test("a token is obtained, checked, used and closed", async () => {
  const simulator = await start();
  const login = { HandlerType: 3, VerifyType: 1, ...loginOf(simulator) };
  expect(await connect(simulator, { ...login, PWD: "wrong" })).toMatchObject({ Result: false, Status: "-101" });
  const { Msg: token } = (await connect(simulator, login)) as { Msg: string }; // as: asserted by its use below
  const check = { HandlerType: 3, VerifyType: 2 };
  expect(await connect(simulator, check, token)).toEqual({ Result: true });
  const url = `${simulator.url}/API21/HTTP/getCredit.ashx`;
  const headers = { authorization: `Bearer ${token}` };
  expect(await (await fetch(url, { method: "POST", headers })).text()).toBe("1000000.00");
  expect(await connect(simulator, { HandlerType: 3, VerifyType: 3 }, token)).toEqual({ Result: true });
  expect(await connect(simulator, check, token)).toMatchObject({ Result: false });
});

test("the filter finds an earlier equal message, by dry run and by sending", async () => {
  const simulator = await start();
  const fields = { MSG: "same", DEST: "0912345678" };
  const batchId = (await post(simulator, "SendSMS", fields)).split(",")[4];
  const dryRun = { ...fields, IsSend: "false" };
  expect(await post(simulator, "SendSMS4FilterMessage", dryRun)).toBe(`0,0,0,0,0,0912345678,${batchId}`);
  expect(await post(simulator, "SendSMS4FilterMessage", { ...dryRun, MSG: "other" })).toBe("0,0,0,0,0,,");
  expect(await post(simulator, "SendSMS4FilterMessage", fields)).toBe(`0,0,0,0,0,0912345678,${batchId}`);
  expect(simulator.copiesTo("+886912345678")).toHaveLength(1);
});

test("delivery status in both formats, and of an unknown batch", async () => {
  const simulator = await start();
  simulator.setFate("+886987654321", "101");
  const sent = await post(simulator, "SendSMS", { MSG: "a", DEST: "0912345678,0987654321" });
  const BID = sent.split(",")[4] ?? "";
  await waitFor("both handsets", () => simulator.copiesTo("+886987654321")[0]?.status === "101");
  await waitFor("delivery", () => simulator.copiesTo("+886912345678")[0]?.status === "100");
  const lines = (await post(simulator, "GetDeliveryStatus", { BID })).split("\n");
  expect(lines[0]).toBe("2");
  expect(lines[1]).toMatch(/^\t\+886912345678\t\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\t1\t100$/);
  expect(lines[2]).toMatch(/\t\+886987654321\t.*\t1\t101$/);
  const json: unknown = JSON.parse(await post(simulator, "GetDeliveryStatus", { BID, RESPFORMAT: "1" }));
  expect(json).toMatchObject({
    SMS_COUNT: 2,
    BID,
    DATA: [{ MOBILE: "+886912345678", STATUS: "100" }, { STATUS: "101" }],
  });
  const none = JSON.parse(await post(simulator, "GetDeliveryStatus", { BID: "none", RESPFORMAT: "1" }));
  expect(none).toEqual({ SMS_COUNT: 0, BID: "none" });
});

test("personal texts carry their record numbers, which are unique in a batch", async () => {
  const simulator = await start();
  const send = async (list: unknown[], message?: string) => {
    const response = await fetch(`${simulator.url}/API21/HTTP/SendParam.ashx`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${await tokenOf(simulator)}` },
      body: JSON.stringify({ SB: "s", MSG: message, RecipientDataList: list }),
    });
    return response.json();
  };
  const one = { Mobile: "0912345678", Param: "a|b|||e", MR: "1" };
  expect(await send([one, { ...one, MR: "1" }])).toMatchObject({ Result: false, Status: "-1" });
  expect(await send([one], "%field1%-%field5%-%field2%")).toMatchObject({ Result: true });
  expect(simulator.copiesTo("+886912345678")[0]?.text).toBe("a-e-b");
});

async function tokenOf(simulator: Every8dSimulator): Promise<string> {
  const reply = await connect(simulator, { HandlerType: 3, VerifyType: 1, ...loginOf(simulator) });
  return (reply as { Msg: string }).Msg; // as: the send that uses it fails otherwise
}

test("a schedule can be cancelled and gives its points back", async () => {
  const simulator = await start({ pointsAtStart: 10 });
  const at = new Date(Date.now() + 60 * 60_000 + 8 * 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14);
  const BID = (await post(simulator, "SendSMS", { MSG: "a", DEST: "0912345678", ST: at })).split(",")[4] ?? "";
  expect(await post(simulator, "getCredit", {})).toBe("9.00");
  expect(await post(simulator, "EraseBooking", { BID })).toBe("1,1.00");
  expect(await post(simulator, "EraseBooking", { BID: "none" })).toStartWith("-9,");
  expect(await post(simulator, "getCredit", {})).toBe("10.00");
  expect(simulator.copiesTo("+886912345678")).toEqual([]);
});

test("receipts come by GET and are repeated until they are answered 200", async () => {
  const simulator = await start();
  const receiver = await callbackReceiver((count) => (count < 3 ? 500 : 200));
  simulator.setCallbackUrl(receiver.url);
  await post(simulator, "SendSMS", { MSG: "a", DEST: "0912345678", SB: "attempt" });
  await waitFor("three calls", () => receiver.received.length === 3);
  expect(Object.fromEntries(receiver.received[2] ?? [])).toMatchObject({
    RM: "+886912345678",
    STATUS: "100",
    SUBJECT: "attempt",
    TYPE: "SMS",
  });
});

test("a plain + in RM arrives as a blank", async () => {
  const simulator = await start({ plus: "plain" });
  const receiver = await callbackReceiver(() => 200);
  simulator.setCallbackUrl(receiver.url);
  await post(simulator, "SendSMS", { MSG: "a", DEST: "0912345678" });
  await waitFor("the call", () => receiver.received.length === 1);
  expect(receiver.received[0]?.get("RM")).toBe(" 886912345678");
});

test("faults: cut before acting, cut after acting, another reply, a lost receipt", async () => {
  const simulator = await start();
  const receiver = await callbackReceiver(() => 200);
  simulator.setCallbackUrl(receiver.url);
  const send = () => post(simulator, "SendSMS", { MSG: "a", DEST: "0912345678" });
  simulator.faults.add({ operation: "SendSMS", kind: "drop_before" });
  await expect(send()).rejects.toThrow();
  expect(simulator.copiesTo("+886912345678")).toHaveLength(0);
  simulator.faults.add({ operation: "callback", kind: "drop_before" });
  simulator.faults.add({ operation: "SendSMS", kind: "drop_after" });
  await expect(send()).rejects.toThrow();
  expect(simulator.copiesTo("+886912345678")).toHaveLength(1);
  simulator.faults.add({ operation: "SendSMS", kind: "reply", body: "what?" });
  expect(await send()).toBe("what?");
  await send();
  await waitFor("the second message's receipt", () => receiver.received.length > 0);
  expect(receiver.received).toHaveLength(1);
});

test("remembers its batches and repeats open receipts after a restart", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "every8d-"));
  closing.push(() => rmSync(stateDir, { recursive: true }));
  const first = await start({ stateDir, pointsAtStart: 5, callbackTriesMax: 1 });
  await post(first, "SendSMS", { MSG: "a", DEST: "0912345678" });
  await waitFor("delivery", () => first.copiesTo("+886912345678")[0]?.status === "100");
  await first.close();
  const receiver = await callbackReceiver(() => 200);
  const second = await start({ stateDir, pointsAtStart: 5 });
  second.setCallbackUrl(receiver.url);
  expect(await post(second, "getCredit", {})).toBe("4.00");
  expect(second.copiesTo("+886912345678")).toHaveLength(1);
  await waitFor("the receipt", () => receiver.received.length === 1);
});
