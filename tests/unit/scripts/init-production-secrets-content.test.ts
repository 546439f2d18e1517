import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { utils } from "ssh2";
import { catalog } from "../../../scripts/lib/secrets/catalog.ts";
import { certificateDateProblem, describeCertificate, isPair } from "../../../scripts/lib/secrets/certificate.ts";
import { checkContent } from "../../../scripts/lib/secrets/check-content.ts";
import { describeSshKey } from "../../../scripts/lib/secrets/ssh-key.ts";
import { credentialsSchema as bankingSchema } from "../../../src/banking/connectors/sftp/config.ts";
import { readCredentials } from "../../../src/einvoice/connectors/credentials.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { createFixedSecretStore, type SecretName } from "../../../src/platform/secrets.ts";
import { secretNames } from "../../../src/secret-names.ts";
import { parseCredentials } from "../../../src/sms/connectors/credentials.ts";
import { createTestIdentity } from "../../support/test-certificate.ts";

const NOW = new Date("2025-01-15T00:00:00Z");
const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000);
const seller = createTestIdentity({ name: "勇勇液化石油氣", validFrom: days(-1), validTo: days(200) });
const other = createTestIdentity({ name: "Other", validFrom: days(-1), validTo: days(200) });
const sshKey = utils.generateKeyPairSync("ed25519");
const lockedKey = utils.generateKeyPairSync("ed25519", { passphrase: "open sesame", cipher: "aes256-ctr", rounds: 4 });
const sid = `AC${"0a".repeat(16)}`;

function check(name: SecretName, content: unknown) {
  const definition = catalog.find((one) => one.name === name);
  if (!definition) throw new Error(`no definition of ${name}`);
  return checkContent(definition, typeof content === "string" ? content : JSON.stringify(content));
}

const problemOf = (name: SecretName, content: unknown) => {
  const checked = check(name, content);
  return "problem" in checked ? checked.problem : "";
};
const contentOf = (name: SecretName, content: unknown) => {
  const checked = check(name, content);
  if ("problem" in checked) throw new Error(checked.problem);
  return checked.content;
};

test("every secret of the gateway has a definition, and nothing else has", () => {
  expect(catalog.map(({ name }) => name)).toEqual([...secretNames]);
});

describe("one-line secrets", () => {
  const bad: [SecretName, string, string][] = [
    ["jwt-secret-key", "x".repeat(31), "at least 32 bytes"],
    ["first-superuser-password", "elevenchars", "at least 12 characters"],
    ["database-password", "", "must not be empty"],
    ["database-password", "two\nlines", "control characters"],
    ["database-password", " hunter2", "begin or end with a space"],
    ["database-password", "x".repeat(501), "at most 500"],
  ];
  for (const [name, text, problem] of bad) {
    test(`${name}: ${problem}`, () => expect(problemOf(name, text)).toContain(problem));
  }
  test("the length of a key counts bytes", () => expect(problemOf("jwt-secret-key", "鑰".repeat(11))).toBe(""));
});

describe("JSON secrets", () => {
  const every8d = { username: "u", password: "p", api_url: "https://api.example.tw" };
  const bad: [string, SecretName, unknown, string][] = [
    ["not JSON", "sms-every8d-credentials", "{", "must be a JSON object"],
    ["a field of another provider", "sms-every8d-credentials", { ...every8d, app_id: "x" }, "app_id"],
    ["a missing field", "sms-every8d-credentials", { ...every8d, password: undefined }, "password"],
    ["plain http", "sms-every8d-credentials", { ...every8d, api_url: "http://api.example.tw" }, "https"],
    ["a query", "sms-every8d-credentials", { ...every8d, api_url: "https://api.example.tw/?a=1" }, "query"],
    ["a short token", "sms-every8d-credentials", { ...every8d, callback_token: "short" }, "callback_token"],
    ["no account SID", "sms-twilio-credentials", { ...every8d }, "account SID"],
    ["a short AES key", "einvoice-api-credentials", { app_id: "a", api_key: "k", qr_aes_key: "00" }, "32 hexadecimal"],
    ["neither password nor key", "banking-mega-credentials", { sftp_username: "u" }, "sftp_password: is needed"],
    ["a port beyond", "banking-mega-credentials", { sftp_username: "u", sftp_password: "p", sftp_port: 65536 }, "port"],
    ["a wrong host", "banking-mega-credentials", { sftp_username: "u", sftp_password: "p", sftp_host: "a b" }, "host"],
    [
      "a passphrase alone",
      "banking-mega-credentials",
      { sftp_username: "u", sftp_password: "p", sftp_passphrase: "x" },
      "without",
    ],
  ];
  for (const [what, name, content, problem] of bad) {
    test(`${what} is refused by field and rule`, () => expect(problemOf(name, content)).toContain(problem));
  }

  test("a problem never quotes what was given", () => {
    const canary = "canary-7f3a9c";
    const content = { username: canary, password: 5, api_url: canary, callback_token: canary, from: `${canary}\n` };
    expect(problemOf("sms-every8d-credentials", content)).not.toContain(canary);
    expect(problemOf("sms-every8d-credentials", `${canary}{`)).not.toContain(canary);
    expect(problemOf("einvoice-private-key", canary)).not.toContain(canary);
  });

  test("the stored form does not depend on spaces, order or a slash at the end of an address", () => {
    const given = `{ "api_url": "https://api.example.tw/", "password": "p",\n "username": "u" }`;
    expect(contentOf("sms-every8d-credentials", given)).toBe(JSON.stringify(every8d));
  });
});

describe("SSH keys", () => {
  const account = (more: object) => ({ sftp_username: "u", ...more });
  const bad: [string, object, string][] = [
    ["no key at all", { sftp_private_key: "nonsense" }, "cannot be parsed|that can be parsed"],
    ["a public key", { sftp_private_key: sshKey.public }, "public key"],
    ["an encrypted key without passphrase", { sftp_private_key: lockedKey.private }, "sftp_passphrase: is needed"],
    ["a wrong passphrase", { sftp_private_key: lockedKey.private, sftp_passphrase: "wrong" }, "does not open"],
  ];
  for (const [what, more, problem] of bad) {
    test(`${what} is refused`, () =>
      expect(problemOf("banking-ctbc-credentials", account(more))).toMatch(new RegExp(problem)));
  }

  test("a plain key and an encrypted key with its passphrase are taken", () => {
    expect(problemOf("banking-ctbc-credentials", account({ sftp_private_key: sshKey.private }))).toBe("");
    const locked = account({ sftp_private_key: lockedKey.private, sftp_passphrase: "open sesame" });
    expect(problemOf("banking-ctbc-credentials", locked)).toBe("");
  });

  test("the fingerprint is that of the public half", () => {
    expect(describeSshKey(sshKey.private)).toMatch(/^ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/);
    expect(describeSshKey(sshKey.private)).toBe(describeSshKey(sshKey.public));
    expect(describeSshKey(lockedKey.private, "open sesame")).toBe(describeSshKey(lockedKey.public));
  });
});

describe("certificate and key", () => {
  test("PEM is kept with plain line ends and without the text around it", () => {
    const exported = `Bag Attributes\r\n  friendlyName: x\r\n${seller.certificate.replaceAll("\n", "\r\n")}`;
    expect(contentOf("einvoice-certificate", exported)).toBe(seller.certificate.trim());
  });

  test("a chain is taken in its order only", () => {
    const root = createTestIdentity({ name: "Root", validFrom: days(-1), validTo: days(300) });
    const own = createTestIdentity({ name: "Own", validFrom: days(-1), validTo: days(100), issuer: root });
    expect(problemOf("einvoice-certificate", own.certificate + root.certificate)).toBe("");
    expect(problemOf("einvoice-certificate", root.certificate + own.certificate)).toContain("was not issued by");
    expect(isPair(own.certificate + root.certificate, own.privateKey)).toBeTrue();
    expect(isPair(own.certificate + root.certificate, root.privateKey)).toBeFalse();
  });

  const bad: [string, SecretName, string, string][] = [
    ["no PEM", "einvoice-certificate", "nonsense", "must be PEM"],
    ["a cut certificate", "einvoice-certificate", seller.certificate.replace(/.{64}\n/, ""), "cannot be parsed"],
    ["a key beside the certificate", "einvoice-certificate", seller.certificate + seller.privateKey, "private key too"],
    ["a certificate for a key", "einvoice-private-key", seller.certificate, "must be PEM"],
    ["two keys", "einvoice-private-key", seller.privateKey + other.privateKey, "one block"],
    ["a cut key", "einvoice-private-key", seller.privateKey.replace(/.{64}\n/, ""), "can be parsed"],
  ];
  for (const [what, name, text, problem] of bad) {
    test(`${what} is refused`, () => expect(problemOf(name, text)).toContain(problem));
  }

  for (const type of ["pkcs8", "pkcs1"] as const) {
    test(`an encrypted key (${type}) is refused with the command that decrypts it`, () => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const pem = privateKey.export({ type, format: "pem", cipher: "aes-256-cbc", passphrase: "x" }).toString();
      expect(problemOf("einvoice-private-key", pem)).toContain("openssl pkey");
    });
  }

  test("certificate and key are matched", () => {
    expect(isPair(seller.certificate, seller.privateKey)).toBeTrue();
    expect(isPair(seller.certificate, other.privateKey)).toBeFalse();
  });

  test("the owner and the expiry in Taipei are shown; what ends soon is pointed out", () => {
    expect(describeCertificate(seller.certificate, NOW)).toBe("勇勇液化石油氣, expires 2025-08-03 (200 days)");
    expect(describeCertificate(seller.certificate, days(190))).toContain("RENEW SOON");
    expect(describeCertificate(seller.certificate, days(-2))).toContain("NOT VALID BEFORE 2025-01-14");
  });

  test("an expired certificate is refused from the instant of its end", () => {
    expect(certificateDateProblem(seller.certificate, days(199.9))).toBeUndefined();
    expect(certificateDateProblem(seller.certificate, days(200))).toContain("expired on 2025-08-03");
  });
});

describe("the gateway can read what is stored", () => {
  test("SMS", () => {
    const every8d = {
      username: "u",
      password: "p",
      api_url: "https://a.tw/x/",
      callback_token: "t".repeat(22),
      from: "L",
    };
    const stored = contentOf("sms-every8d-credentials", every8d);
    expect(parseCredentials(new Secret(stored))).toEqual({ ...every8d, api_url: "https://a.tw/x" });
    const twilio = { username: sid, password: "p", api_url: "https://api.twilio.com" };
    expect(parseCredentials(new Secret(contentOf("sms-twilio-credentials", twilio)))).toEqual(twilio);
  });

  test("banks", () => {
    const full = {
      sftp_username: "u",
      sftp_host: "sftp.example.tw",
      sftp_port: 2222,
      sftp_private_key: lockedKey.private.trim(),
      sftp_passphrase: "open sesame",
    };
    expect(bankingSchema.parse(JSON.parse(contentOf("banking-esun-credentials", full)))).toEqual(full);
  });

  test("e-invoice platform", async () => {
    const read = await readCredentials(
      createFixedSecretStore({
        "einvoice-api-credentials": contentOf("einvoice-api-credentials", {
          app_id: "EINV0001",
          api_key: "key",
          qr_aes_key: "0".repeat(32),
        }),
        "einvoice-certificate": contentOf("einvoice-certificate", seller.certificate),
        "einvoice-private-key": contentOf("einvoice-private-key", seller.privateKey),
      }),
    );
    expect(read).toMatchObject({ appId: "EINV0001" });
    expect("tls" in read && read.tls?.cert.reveal()).toBe(seller.certificate.trim());
  });
});
