import { createHash } from "node:crypto";
import { type ParsedKey, utils } from "ssh2";

function parse(text: string, passphrase?: string): ParsedKey | Error {
  const parsed = utils.parseKey(text, passphrase);
  if (!Array.isArray(parsed)) return parsed;
  return parsed[0] ?? new Error("no key");
}

/**
 * What is wrong with an SSH private key (OpenSSH, PEM or PuTTY); `needs_passphrase` when it is encrypted and no
 * passphrase was given; nothing when it opens and signs.
 */
export function sshKeyProblem(text: string, passphrase?: string): string | undefined {
  const key = parse(text, passphrase);
  if (key instanceof Error) {
    if (/no passphrase given/i.test(key.message)) return "needs_passphrase";
    return passphrase === undefined
      ? "is not an SSH private key that can be parsed"
      : "does not open with the passphrase";
  }
  if (!key.isPrivateKey()) return "is a public key: the private key is needed";
  const probe = Buffer.from("probe");
  const signature = key.sign(probe);
  return signature instanceof Error || key.verify(probe, signature) !== true
    ? "is damaged: it does not sign"
    : undefined;
}

/** Type and fingerprint of the public half, as `ssh-keygen -l` prints them, to compare with what the bank has. */
export function describeSshKey(text: string, passphrase?: string): string {
  const key = parse(text, passphrase);
  if (key instanceof Error) return "";
  const digest = createHash("sha256").update(key.getPublicSSH()).digest("base64").replace(/=+$/, "");
  return `${key.type} SHA256:${digest}`;
}
