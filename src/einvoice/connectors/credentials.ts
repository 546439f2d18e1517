import { z } from "zod";
import { Secret } from "../../platform/secret.ts";
import { SecretManagerError } from "../../platform/secret-manager-errors.ts";
import type { SecretName, SecretStore } from "../../platform/secrets.ts";

const credentialsSchema = z.object({
  app_id: z.string().min(1),
  api_key: z.string().min(1),
  qr_aes_key: z
    .string()
    .regex(/^[0-9A-Fa-f]{32}$/)
    .optional(),
});

/** The secrets of the e-invoice platform, held in memory only. */
export interface EinvoiceCredentials {
  appId: string;
  apiKey: Secret;
  /** Key of the proof's QR code, 32 hexadecimal digits. */
  qrKey: Secret | undefined;
  tls: { cert: Secret; key: Secret } | undefined;
}

/** The secrets as the store holds them; equal contents mean that nothing was rotated. */
export interface EinvoiceSecrets {
  api: Secret;
  certificate: Secret | undefined;
  privateKey: Secret | undefined;
}

/** Reads the secrets, or says which one is missing or cannot be read. */
export async function readSecrets(store: SecretStore): Promise<EinvoiceSecrets | { missing: string }> {
  const read = async (name: SecretName) => {
    try {
      return await store.read(name);
    } catch (error) {
      if (error instanceof SecretManagerError) return { missing: error.message };
      throw error;
    }
  };
  const [api, certificate, privateKey] = await Promise.all([
    read("einvoice-api-credentials"),
    read("einvoice-certificate"),
    read("einvoice-private-key"),
  ]);
  if (!api)
    return { missing: "the secret einvoice-api-credentials is missing; it holds {app_id, api_key, qr_aes_key}" };
  if ("missing" in api) return api;
  if (certificate && "missing" in certificate) return certificate;
  if (privateKey && "missing" in privateKey) return privateKey;
  return { api, certificate, privateKey };
}

const textOf = (secret: Secret | undefined) => secret?.reveal();

/** Whether two readings are the same secrets, whichever objects hold them. */
export const isSameSecrets = (a: EinvoiceSecrets, b: EinvoiceSecrets): boolean =>
  textOf(a.api) === textOf(b.api) &&
  textOf(a.certificate) === textOf(b.certificate) &&
  textOf(a.privateKey) === textOf(b.privateKey);

/** What the secrets say, or what is wrong in them and what they must hold; never what they hold. */
export function parseCredentials(secrets: EinvoiceSecrets): EinvoiceCredentials | { missing: string } {
  const parsed = credentialsSchema.safeParse(parseJson(secrets.api.reveal()));
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "content").join(", ");
    return {
      missing: `the secret einvoice-api-credentials is wrong in: ${fields}; it holds {app_id, api_key, qr_aes_key}`,
    };
  }
  const { certificate, privateKey } = secrets;
  const { app_id, api_key, qr_aes_key } = parsed.data;
  return {
    appId: app_id,
    apiKey: new Secret(api_key),
    qrKey: qr_aes_key === undefined ? undefined : new Secret(qr_aes_key),
    tls: certificate && privateKey ? { cert: certificate, key: privateKey } : undefined,
  };
}

/** Reads the secrets and what they say in one go. */
export async function readCredentials(store: SecretStore): Promise<EinvoiceCredentials | { missing: string }> {
  const secrets = await readSecrets(store);
  return "missing" in secrets ? secrets : parseCredentials(secrets);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
