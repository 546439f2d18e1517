import { expect, test } from "bun:test";
import { Secret } from "../../../src/platform/secret.ts";
import { parseCredentials } from "../../../src/sms/connectors/credentials.ts";
import { every8d } from "../../../src/sms/connectors/every8d/index.ts";
import { CredentialsError } from "../../../src/sms/connectors/port.ts";
import { isSameToken } from "../../../src/sms/connectors/webhook-token.ts";
import { isAllowedAddress } from "../../../src/sms/operations/accept-receipt.ts";
import { parseSettings } from "../../../src/sms/settings.ts";

test("an empty config gives the defaults of the deployment guide", () => {
  expect(parseSettings(every8d, {})).toMatchObject({
    common: {
      timeoutMs: 10_000,
      promotionalReservePercent: 20,
      breaker: { failuresToOpen: 5, openForMs: 180_000, probeTimeoutMs: 30_000 },
      receiptAddresses: [],
    },
    own: { auth: "password" },
  });
});

test("overrides are taken and what does not fit is named", () => {
  const overridden = parseSettings(every8d, { auth: "token", breaker: { openForMs: 2_000 } });
  expect(overridden).toMatchObject({
    common: { breaker: { failuresToOpen: 5, openForMs: 2_000 } },
    own: { auth: "token" },
  });
  const bad: [unknown, string][] = [
    [{ timeoutMs: "soon" }, "timeoutMs"],
    [{ breaker: { failuresToOpen: 0 } }, "breaker.failuresToOpen"],
    [{ receiptAddresses: ["10.0.0.0/33"] }, "receiptAddresses.0"],
    [{ receiptAddresses: ["example.tw"] }, "receiptAddresses.0"],
    [{ auth: "none" }, "auth"],
    [{ colour: "red" }, "colour"],
    ["text", "keys"],
    [null, "keys"],
  ];
  for (const [config, named] of bad) {
    const parsed = parseSettings(every8d, config);
    expect("problem" in parsed ? parsed.problem : "accepted").toContain(named);
  }
});

test("credentials: https or loopback, and the error tells nothing of the content", () => {
  const good = { username: "u", password: "hunter2", api_url: "https://new.e8d.tw/" };
  expect(parseCredentials(new Secret(JSON.stringify(good))).api_url).toBe("https://new.e8d.tw");
  expect(parseCredentials(new Secret(JSON.stringify({ ...good, api_url: "http://127.0.0.1:9" }))).username).toBe("u");
  const bad: [string, string][] = [
    ["{", "not JSON"],
    [JSON.stringify({ ...good, password: undefined }), "password"],
    [JSON.stringify({ ...good, api_url: "http://new.e8d.tw" }), "api_url"],
    [JSON.stringify({ ...good, api_url: "http://127.0.0.1.example.tw/" }), "api_url"],
    [JSON.stringify({ ...good, callback_token: "short" }), "callback_token"],
  ];
  for (const [content, named] of bad) {
    try {
      parseCredentials(new Secret(content));
      expect.unreachable(named);
    } catch (error) {
      expect(error).toBeInstanceOf(CredentialsError);
      expect(String(error)).toContain(named);
      expect(String(error)).not.toContain("hunter2");
    }
  }
});

test("tokens are equal or not, whatever their lengths; no token fits nothing", () => {
  expect(isSameToken("abc", "abc")).toBe(true);
  for (const given of ["ab", "abcd", "", "abC", undefined]) expect(isSameToken(given, "abc")).toBe(false);
  expect(isSameToken(undefined, undefined)).toBe(false);
  expect(isSameToken("", undefined)).toBe(false);
});

test("addresses and ranges, also as IPv6 writes an IPv4 peer", () => {
  const allowed = ["203.0.113.7", "198.51.100.0/24", "2001:db8::/32"];
  for (const address of ["203.0.113.7", "198.51.100.200", "::ffff:203.0.113.7", "2001:db8::1"]) {
    expect([address, isAllowedAddress(allowed, address)]).toEqual([address, true]);
  }
  for (const address of ["203.0.113.8", "198.51.101.1", "2001:db9::1", "nonsense", undefined]) {
    expect([address, isAllowedAddress(allowed, address)]).toEqual([address, false]);
  }
  expect(isAllowedAddress([], undefined)).toBe(true);
});
