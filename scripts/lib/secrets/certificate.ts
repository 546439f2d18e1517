import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const PRIVATE_KEY_BLOCK = /-----BEGIN (?:\w+ )?PRIVATE KEY-----[^-]+-----END (?:\w+ )?PRIVATE KEY-----/g;
const RENEW_DAYS = 30;
const DAY_MS = 86_400_000;

const ENCRYPTED =
  "is encrypted, and there is no place for its passphrase: decrypt it first (openssl pkey -in key.pem -out plain.pem)";

/** The PEM blocks of a kind with plain line ends; text around them is explanatory (RFC 7468 section 5.2) and dropped. */
function blocks(text: string, kind: RegExp): string[] {
  return text.replace(/\r\n?/g, "\n").match(kind) ?? [];
}

/** The certificates of a text, the owner's first, and nothing else. */
export const certificateBlocks = (text: string) => blocks(text, CERTIFICATE_BLOCK).join("\n");

/** The private key of a text and nothing else. */
export const privateKeyBlock = (text: string) => blocks(text, PRIVATE_KEY_BLOCK).join("\n");

/** Throws when one of them cannot be parsed. */
function certificates(text: string): X509Certificate[] {
  return blocks(text, CERTIFICATE_BLOCK).map((block) => new X509Certificate(block));
}

/** What is wrong with the PEM text of a certificate and its issuers, apart from the dates; nothing when it is usable. */
export function certificateProblem(text: string): string | undefined {
  if (text.includes("PRIVATE KEY-----")) return "holds a private key too: that belongs into einvoice-private-key";
  try {
    const chain = certificates(text);
    if (chain.length === 0) return "must be PEM with BEGIN CERTIFICATE and END CERTIFICATE";
    const broken = chain.findIndex((issued, index) => {
      const issuer = chain[index + 1];
      return issuer !== undefined && !issued.checkIssued(issuer);
    });
    return broken < 0
      ? undefined
      : `certificate ${broken + 1} was not issued by certificate ${broken + 2}: the order is own one, then issuers`;
  } catch {
    return "holds a certificate that cannot be parsed";
  }
}

/** What is wrong with the PEM text of a private key; nothing when it is usable. */
export function privateKeyProblem(text: string): string | undefined {
  if (text.includes("ENCRYPTED")) return ENCRYPTED;
  const found = blocks(text, PRIVATE_KEY_BLOCK);
  if (found.length !== 1) return "must be PEM with one block from BEGIN PRIVATE KEY to END PRIVATE KEY";
  return parseKey(text) ? undefined : "is not a private key that can be parsed";
}

function parseKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(privateKeyBlock(text));
  } catch {
    return undefined;
  }
}

/** Whether the owner's certificate was issued for this private key; false when either cannot be parsed. */
export function isPair(certificateText: string, keyText: string): boolean {
  const key = parseKey(keyText);
  if (!key || certificateProblem(certificateText)) return false;
  return certificates(certificateText)[0]?.checkPrivateKey(key) ?? false;
}

/** Why a certificate that can be parsed must not be used at this instant. */
export function certificateDateProblem(text: string, now: Date): string | undefined {
  const expired = certificates(text).find((one) => new Date(one.validTo) <= now);
  return expired && `the certificate of ${commonName(expired)} expired on ${taipeiDate(new Date(expired.validTo))}`;
}

/** For the summary: whose it is, until when (Taipei day) and what to do soon. */
export function describeCertificate(text: string, now: Date): string {
  const [own] = certificates(text);
  if (!own) return "";
  const from = new Date(own.validFrom);
  const until = new Date(own.validTo);
  const days = Math.floor((until.getTime() - now.getTime()) / DAY_MS);
  const notes = [
    ...(from > now ? [`NOT VALID BEFORE ${taipeiDate(from)}`] : []),
    ...(days < RENEW_DAYS ? ["RENEW SOON"] : []),
  ];
  return [`${commonName(own)}, expires ${taipeiDate(until)} (${days} days)`, ...notes].join(", ");
}

const commonName = (one: X509Certificate) => /(?:^|\n)CN=([^\n]*)/.exec(one.subject)?.[1] ?? "no name";
