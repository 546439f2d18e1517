import { describe, expect, test } from "bun:test";
import { createHttpClient } from "../../../src/platform/http-client.ts";
import { createLog } from "../../../src/platform/log.ts";
import { createOutboundHosts, isPrivate } from "../../../src/platform/outbound-hosts.ts";

const names: Record<string, string[]> = {
  "api.example.tw": ["203.0.113.7"],
  "inside.example.tw": ["203.0.113.7", "10.0.0.5"],
  "metadata.google.internal": ["169.254.169.254"],
};
const resolve = async (name: string) => names[name] ?? [];

describe("addresses", () => {
  for (const address of [
    ...["10.1.2.3", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"],
    ...["0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "fc00::1", "ff02::1"],
    ...["::ffff:10.0.0.1", "::ffff:7f00:1", "64:ff9b::a00:1", "nonsense"],
  ]) {
    test(`${address} is private`, () => expect(isPrivate(address)).toBe(true));
  }
  for (const address of ["8.8.8.8", "203.0.113.7", "172.32.0.1", "100.128.0.1", "2404:6800::1", "192.169.0.1"]) {
    test(`${address} is public`, () => expect(isPrivate(address)).toBe(false));
  }
});

describe("hosts", () => {
  const hosts = createOutboundHosts({ allowed: ["10.9.9.9", "Bank.Internal"], resolve });
  const cases: [string, string][] = [
    ["api.example.tw", "allowed"],
    ["API.example.tw.", "allowed"],
    ["inside.example.tw", "private"],
    ["metadata.google.internal", "private"],
    ["nowhere.example.tw", "unresolved"],
    ["10.9.9.9", "allowed"],
    ["10.9.9.8", "private"],
    ["bank.internal", "allowed"],
    ["[::1]", "private"],
  ];
  for (const [host, verdict] of cases) {
    test(`${host}: ${verdict}`, async () => expect<string>(await hosts.judge(host)).toBe(verdict));
  }

  test("a verdict on a name is kept for a while and then asked for again", async () => {
    let now = 0;
    let asked = 0;
    const counting = createOutboundHosts({
      allowed: [],
      nowMs: () => now,
      resolve: async () => {
        asked += 1;
        return asked < 2 ? ["203.0.113.7"] : ["10.0.0.1"];
      },
    });
    expect(await counting.judge("a.example.tw")).toBe("allowed");
    expect(await counting.judge("a.example.tw")).toBe("allowed");
    now = 31_000;
    expect(await counting.judge("a.example.tw")).toBe("private");
    expect(asked).toBe(2);
  });
});

describe("the HTTP client in production", () => {
  const lines: string[] = [];
  const log = createLog({
    level: "DEBUG",
    clock: { now: () => new Date(), sleep: async () => {} },
    write: (line) => lines.push(line),
  });
  const http = createHttpClient({ log, httpsOnly: true, hosts: createOutboundHosts({ allowed: [], resolve }) });
  const refused: [string, string][] = [
    ["https://127.0.0.1:1/x?key=hunter2", "host_not_allowed"],
    ["https://inside.example.tw/x", "host_not_allowed"],
    ["http://api.example.tw/x", "host_not_allowed"],
    ["https://nowhere.example.tw/", "dns"],
  ];
  for (const [url, reason] of refused) {
    test(`${url} is not sent`, async () => {
      expect<unknown>(await http.send({ method: "GET", url, timeoutMs: 1_000 })).toEqual({ kind: "not_sent", reason });
    });
  }
  test("what is refused is logged by its host alone", () => {
    expect(lines.length).toBe(refused.length);
    expect(lines.join("\n")).toContain("127.0.0.1:1");
    expect(lines.join("\n")).not.toContain("hunter2");
  });

  test("a redirect is an answer like any other and is not followed", async () => {
    const reached: string[] = [];
    const server = Bun.serve({
      port: 0,
      fetch: (request) => {
        reached.push(new URL(request.url).pathname);
        return new Response(null, { status: 302, headers: { location: "/other" } });
      },
    });
    const plain = createHttpClient({ log, httpsOnly: false });
    const reply = await plain.send({ method: "GET", url: `${server.url.origin}/first`, timeoutMs: 5_000 });
    expect(reply).toMatchObject({ kind: "reply", status: 302 });
    expect(reached).toEqual(["/first"]);
    await server.stop(true);
  });
});

test("a transport of its own connects to no private address that nothing allows, whatever the name", async () => {
  const { checkedAddress } = await import("../../../src/banking/connectors/sftp/addresses.ts");
  const outbound = createOutboundHosts({ allowed: ["sftp.vpn.example", "10.1.2.3"] });
  expect(outbound.permits("sftp.bank.example", "203.0.113.9")).toBe(true);
  expect(outbound.permits("sftp.bank.example", "10.1.2.4")).toBe(false);
  expect(outbound.permits("sftp.bank.example", "10.1.2.3")).toBe(true);
  expect(outbound.permits("SFTP.vpn.example.", "10.1.2.4")).toBe(true);
  for (const host of ["127.0.0.1", "localhost", "169.254.169.254"]) {
    await expect(checkedAddress(host, [], outbound)).rejects.toMatchObject({ errorType: "address_not_allowed" });
  }
  // What the bank's row allows is allowed: a leased line has private addresses.
  expect(await checkedAddress("127.0.0.1", ["127.0.0.0/8"], outbound)).toBe("127.0.0.1");
});
