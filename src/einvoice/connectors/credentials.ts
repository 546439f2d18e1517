import { z } from "zod";
import { Secret } from "../../platform/secret.ts";
import type { SecretStore } from "../../platform/secrets.ts";

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

/** Reads the secrets, or says which one is missing or wrong and what it must hold; never what it holds. */
export async function readCredentials(secrets: SecretStore): Promise<EinvoiceCredentials | { missing: string }> {
  const text = await secrets.read("einvoice-api-credentials");
  if (!text) {
    return { missing: "the secret einvoice-api-credentials is missing; it holds {app_id, api_key, qr_aes_key}" };
  }
  const parsed = credentialsSchema.safeParse(parseJson(text.reveal()));
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "content").join(", ");
    return {
      missing: `the secret einvoice-api-credentials is wrong in: ${fields}; it holds {app_id, api_key, qr_aes_key}`,
    };
  }
  const cert = await secrets.read("einvoice-certificate");
  const key = await secrets.read("einvoice-private-key");
  const { app_id, api_key, qr_aes_key } = parsed.data;
  return {
    appId: app_id,
    apiKey: new Secret(api_key),
    qrKey: qr_aes_key === undefined ? undefined : new Secret(qr_aes_key),
    tls: cert && key ? { cert, key } : undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
