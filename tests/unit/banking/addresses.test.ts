import { expect, test } from "bun:test";
import { checkedAddress } from "../../../src/banking/connectors/sftp/addresses.ts";
import { endpointFingerprint } from "../../../src/banking/connectors/sftp/config.ts";
import { Secret } from "../../../src/platform/secret.ts";

test.each([
  ["127.0.0.1", [], "127.0.0.1"],
  ["127.0.0.1", ["127.0.0.0/8"], "127.0.0.1"],
  ["::1", ["127.0.0.0/8", "::1/128"], "::1"],
])("%s in %j: connected to as it was checked", async (host, allowed, address) => {
  expect(await checkedAddress(host, allowed)).toBe(address);
});

test.each([
  ["127.0.0.1", ["203.0.113.0/24"], "address_not_allowed"],
  ["::1", ["127.0.0.0/8"], "address_not_allowed"],
  ["no-such-host.invalid", [], "dns"],
])("%s in %j: refused before any packet (%s)", async (host, allowed, errorType) => {
  await expect(checkedAddress(host, allowed)).rejects.toMatchObject({ errorType });
});

test("every part of an endpoint makes another connection of it", () => {
  const endpoint = { host: "h", port: 22, username: "u", hostKeyPins: ["SHA256:a"], allowUnpinned: false };
  const changed = [
    { host: "i" },
    { port: 23 },
    { username: "v" },
    { password: new Secret("p") },
    { privateKey: new Secret("k") },
    { passphrase: new Secret("s") },
    { hostKeyPins: ["SHA256:b"] },
    { addressAllowList: ["127.0.0.0/8"] },
    { legacyAlgorithms: { kex: ["diffie-hellman-group14-sha1"] } },
  ];
  const prints = [endpoint, ...changed.map((change) => ({ ...endpoint, ...change }))].map(endpointFingerprint);
  expect(new Set(prints).size).toBe(prints.length);
});
