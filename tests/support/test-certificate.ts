import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";

export interface TestIdentity {
  certificate: string;
  /** PEM, PKCS #8. */
  privateKey: string;
  name: string;
  key: KeyObject;
}

export interface TestIdentityOptions {
  name: string;
  validFrom: Date;
  validTo: Date;
  /** Absent: self-signed. */
  issuer?: TestIdentity;
}

const SHA256_WITH_RSA = "2a864886f70d01010b";
const COMMON_NAME = "550403";

/** A certificate (X.509 v1, RSA, SHA-256; RFC 5280 section 4.1) made on the spot, with its private key. */
export function createTestIdentity({ name, validFrom, validTo, issuer }: TestIdentityOptions): TestIdentity {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const algorithm = sequence(element(0x06, Buffer.from(SHA256_WITH_RSA, "hex")), element(0x05));
  const body = sequence(
    element(0x02, Buffer.from([1])),
    algorithm,
    distinguishedName(issuer?.name ?? name),
    sequence(utcTime(validFrom), utcTime(validTo)),
    distinguishedName(name),
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = createSign("RSA-SHA256")
    .update(body)
    .sign(issuer?.key ?? privateKey);
  const der = sequence(body, algorithm, element(0x03, Buffer.from([0]), signature));
  const base64 = (der.toString("base64").match(/.{1,64}/g) ?? []).join("\n");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    name,
    key: privateKey,
  };
}

function distinguishedName(name: string): Buffer {
  const attribute = sequence(element(0x06, Buffer.from(COMMON_NAME, "hex")), element(0x0c, Buffer.from(name, "utf8")));
  return sequence(element(0x31, attribute));
}

const utcTime = (instant: Date) =>
  element(0x17, Buffer.from(`${instant.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`, "ascii"));

const sequence = (...parts: Buffer[]) => element(0x30, ...parts);

/** Tag, length and content (X.690 section 8.1). */
function element(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
