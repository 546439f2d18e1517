import { z } from "zod";
import type { Secret } from "../../platform/secret.ts";
import { CredentialsError } from "./port.ts";

/** Base address of a provider: https, or http on loopback; no query, no trailing slash. */
const apiUrlSchema = z
  .url("must be an address")
  .refine((url) => /^https:\/\//.test(url) || /^http:\/\/127\.0\.0\.1[:/]/.test(url), "must be an https address")
  .transform((url) => url.replace(/\/+$/, ""));

/** At least 128 bits in any usual alphabet; it is a path segment. */
const callbackTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{22,128}$/, "must be 22 to 128 letters, digits, _ or -");

/** Content of `sms-<provider>-credentials`. Without `callback_token` no receipt can be taken. */
export const credentialsSchema = z.object({
  username: z.string().min(1, "must not be empty").max(200),
  password: z.string().min(1, "must not be empty").max(500),
  api_url: apiUrlSchema,
  callback_token: callbackTokenSchema.optional(),
  from: z.string().min(1).max(50).optional(),
});
export type Credentials = z.output<typeof credentialsSchema>;

/** Reads the JSON of a secret. Throws a `CredentialsError` that names what is wrong and nothing of the content. */
export function parseCredentials(secret: Secret): Credentials {
  let content: unknown;
  try {
    content = JSON.parse(secret.reveal());
  } catch {
    throw new CredentialsError("the secret is not JSON");
  }
  const parsed = credentialsSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw new CredentialsError(`${problem?.path.join(".") || "the secret"}: ${problem?.message ?? "does not fit"}`);
}
