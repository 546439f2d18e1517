import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { createMitakeSimulator } from "../../../../src/simulators/mitake/index.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { starting } from "./kit.ts";

type Simulator = Awaited<ReturnType<typeof createMitakeSimulator>>;
const { start, closing } = starting(createMitakeSimulator);

async function post(simulator: Simulator, service: string, fields: Record<string, string>, query = "CharsetURL=UTF8") {
  const { username, password, api_url: base } = simulator.credentials;
  const body = new URLSearchParams({ username, password, ...fields });
  const response = await fetch(`${base}/${service}?${query}`, { method: "POST", body });
  expect(response.status).toBe(200);
  return response.text();
}

const one = { dstaddr: "0912345678", smbody: "hello" };
const copies = (simulator: Simulator) => simulator.records().get("+886912345678") ?? [];

test("a send answers its block; the same clientid is answered as a duplicate and sent once", async () => {
  const simulator = await start({ pointsAtStart: 127 });
  const fields = { ...one, clientid: "c-1", smsPointFlag: "1" };
  const block = "[c-1]\r\nmsgid=#000000001\r\nstatuscode=1\r\nAccountPoint=126\r\nsmsPoint=1\r\n";
  expect(await post(simulator, "SmSend", fields)).toBe(block);
  expect(await post(simulator, "SmSend", fields)).toBe(`${block}Duplicate=Y\r\n`);
  expect(copies(simulator)).toHaveLength(1);
});

const refusals: [string, Record<string, string>, string][] = [
  ["no account", { ...one, username: "" }, "c"],
  ["no password", { ...one, password: "" }, "d"],
  ["a wrong password", { ...one, password: "x" }, "e"],
  ["a landline", { ...one, dstaddr: "0223456789" }, "v"],
  ["no text", { ...one, smbody: "" }, "u"],
  ["a bad time", { ...one, dlvtime: "20250230120000" }, "y"],
  ["a time too near", { ...one, dlvtime: "60" }, "y"],
  ["a long clientid", { ...one, clientid: "x".repeat(37) }, "y"],
  ["a validity in the past", { ...one, vldtime: "20200101000000" }, "t"],
];
for (const [what, fields, code] of refusals) {
  test(`refuses ${what} with ${code}`, async () => {
    const simulator = await start();
    expect(await post(simulator, "SmSend", fields)).toContain(`statuscode=${code}\r\n`);
    expect(simulator.records().size).toBe(0);
  });
}

test("reads Big5 where no character set is declared", async () => {
  const simulator = await start();
  const { username, password, api_url: base } = simulator.credentials;
  const text = [...iconv.encode("瓦斯", "big5")].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  await fetch(`${base}/SmSend`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `username=${username}&password=${password}&dstaddr=0912345678&smbody=${text}`,
  });
  expect(copies(simulator)).toMatchObject([{ text: "瓦斯" }]);
  expect(await post(simulator, "SmSend", one, "CharsetURL=latin1")).toContain("statuscode=y");
});

test("0x06 is a line break; without the right, a long text is cut off silently", async () => {
  const simulator = await start({ mayLong: false });
  await post(simulator, "SmSend", { ...one, smbody: `a\u0006b${"瓦".repeat(100)}` });
  expect(copies(simulator)[0]?.text).toBe(`a\nb${"瓦".repeat(67)}`);
});

test("bulk: one record per line, credentials in the query, each with its own outcome", async () => {
  const simulator = await start();
  const { username, password, api_url: base } = simulator.credentials;
  const body =
    "a1$$0912345678$$$$$$$$https://gw.example.tw/hooks/m/tok$$第一行\u0006第二行\na2$$0223456789$$$$$$$$$$x\na3$$bad";
  const query = new URLSearchParams({ username, password, Encoding_PostIn: "UTF8" });
  const reply = await (await fetch(`${base}/SmBulkSend?${query}`, { method: "POST", body })).text();
  expect(reply.split("\r\n").slice(0, 7)).toEqual([
    "[a1]",
    "msgid=#000000001",
    "statuscode=1",
    "[a2]",
    "statuscode=v",
    "[a3]",
    "statuscode=y",
  ]);
  expect(copies(simulator)).toMatchObject([{ text: "第一行\n第二行", clientId: "a1" }]);
});

test("queries and cancellations", async () => {
  const simulator = await start({ pointsAtStart: 10 });
  await post(simulator, "SmSend", one);
  await post(simulator, "SmSend", { ...one, dlvtime: "3600" });
  await waitFor("delivery", () => copies(simulator)[0]?.state === "4");
  const rows = (await post(simulator, "SmQuery", { msgid: "000000001,000000002" })).trim().split("\r\n");
  expect(rows.map((row) => row.split("\t").slice(0, 2))).toEqual([
    ["000000002", "0"],
    ["000000001", "4"],
  ]);
  expect(await post(simulator, "SmQuery", {})).toBe("AccountPoint=8\r\n");
  expect(await post(simulator, "SmQuery", { msgid: Array(101).fill("1").join(",") })).toBe("w\r\n");
  expect(await post(simulator, "SmCancel", { msgid: "000000001,000000002,999" })).toBe(
    "000000001=4\r\n000000002=9\r\n999=?\r\n",
  );
  expect(await post(simulator, "SmQuery", {})).toBe("AccountPoint=9\r\n");
});

test("callbacks are repeated until the answer is exact, also after a restart", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "mitake-"));
  closing.push(() => rmSync(stateDir, { recursive: true }));
  const answers = ["magicid=sms_gateway_rpack\r\nmsgid=000000001\r\n", "magicid=sms_gateway_rpack\nmsgid=000000001\n"];
  const received: URLSearchParams[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      received.push(new URL(request.url).searchParams);
      return new Response(answers[received.length - 1] ?? "", { headers: { "content-type": "text/plain" } });
    },
  });
  closing.push(() => server.stop(true));
  const first = await start({ stateDir, callbackTriesMax: 1 });
  await post(first, "SmSend", { ...one, response: `http://127.0.0.1:${server.port}/hook` });
  await waitFor("the first call", () => received.length === 1);
  await first.close();
  const second = await start({ stateDir });
  await waitFor("the second call", () => received.length === 2);
  expect(Object.fromEntries(received[1] ?? [])).toMatchObject({
    msgid: "000000001",
    dstaddr: "0912345678",
    statuscode: "0",
    statusstr: "DELIVRD",
    StatusFlag: "4",
  });
  expect(copies(second)).toHaveLength(1);
});
