import { createHash, randomBytes } from "node:crypto";
import type { z } from "zod";
import type { Secret } from "../platform/secret.ts";
import { SecretManagerError } from "../platform/secret-manager-errors.ts";
import { bankKeys, type SecretName, type SecretStore } from "../platform/secrets.ts";
import { credentialsSchema } from "./connectors/sftp/config.ts";

export type BankCredentials = z.output<typeof credentialsSchema>;
export type ReadCredentials = { ok: true; credentials: BankCredentials } | { ok: false; problem: string };

const secretName = (bank: string): SecretName | undefined => {
  const key = bankKeys.find((known) => known === bank);
  return key && `banking-${key}-credentials`;
};

/** Reads and checks the secret of a bank; the problem says what is missing, never what is there. */
export async function readBankCredentials(secrets: SecretStore, bank: string): Promise<ReadCredentials> {
  const name = secretName(bank);
  if (!name) return { ok: false, problem: `there is no secret for bank ${bank} (banks: ${bankKeys.join(", ")})` };
  let secret: Secret | undefined;
  try {
    secret = await secrets.read(name);
  } catch (error) {
    // One bank's secret that cannot be read is that bank's problem alone; the message is made to be shown.
    if (error instanceof SecretManagerError) return { ok: false, problem: error.message };
    throw error;
  }
  if (!secret) return { ok: false, problem: `secret ${name} is missing` };
  const parsed = credentialsSchema.safeParse(parseJson(secret.reveal()));
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join(".") || "content"))].join(", ");
    return { ok: false, problem: `secret ${name} is not as it should be: ${fields}` };
  }
  if (!parsed.data.sftp_password && !parsed.data.sftp_private_key) {
    return { ok: false, problem: `secret ${name} has neither sftp_password nor sftp_private_key` };
  }
  return { ok: true, credentials: parsed.data };
}

/** Why a bank's credentials cannot be used, or `undefined`. */
export async function bankCredentialsProblem(secrets: SecretStore, bank: string): Promise<string | undefined> {
  const read = await readBankCredentials(secrets, bank);
  return read.ok ? undefined : read.problem;
}

export const newSalt = (): string => randomBytes(16).toString("hex");

/** Tells whether credentials are still the same without keeping them. */
export const saltedFingerprint = (salt: string, credentials: BankCredentials): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        salt,
        credentials.sftp_username,
        credentials.sftp_password,
        credentials.sftp_private_key,
        credentials.sftp_passphrase,
        credentials.sftp_host,
        credentials.sftp_port,
      ]),
    )
    .digest("hex");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
