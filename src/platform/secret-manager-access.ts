import { z } from "zod";
import { Secret } from "./secret.ts";
import { crc32c } from "./secret-checksum.ts";
import type { SecretManagerCalls } from "./secret-manager-calls.ts";
import { SecretManagerError, type SecretManagerSubject } from "./secret-manager-errors.ts";

export const ACCESSOR_ROLE = "roles/secretmanager.secretAccessor";

/** The newest version of a secret, byte for byte as it is stored. */
export interface SecretVersion {
  secret: Secret;
  /** Number of the version. */
  version: string;
}

const accessReplySchema = z.object({
  name: z.string(),
  payload: z.object({
    data: z.instanceof(Uint8Array),
    dataCrc32c: z.union([z.string(), z.number()]).transform(Number),
  }),
});

/**
 * Reads `projects/P/secrets/NAME/versions/latest`. `undefined` when there is no such secret or no version. A payload
 * without a fitting checksum is refused (`corrupted`): the API promises one with every reply (SecretPayload, API v1).
 * Throws a `SecretManagerError`.
 */
export async function accessLatest(
  calls: SecretManagerCalls,
  projectId: string,
  secret: string,
): Promise<SecretVersion | undefined> {
  const subject: SecretManagerSubject = { projectId, secret, role: ACCESSOR_ROLE };
  const name = `projects/${projectId}/secrets/${secret}/versions/latest`;
  try {
    return await calls.repeatable(subject, async (client, options) => {
      const [reply] = await client.accessSecretVersion({ name }, options);
      return readReply(reply, subject);
    });
  } catch (error) {
    if (error instanceof SecretManagerError && error.reason === "not_found") return undefined;
    throw error;
  }
}

function readReply(reply: unknown, subject: SecretManagerSubject): SecretVersion {
  const parsed = accessReplySchema.safeParse(reply);
  if (!parsed.success) throw new SecretManagerError(hasPayload(reply) ? "corrupted" : "unexpected", subject);
  const { name, payload } = parsed.data;
  if (crc32c(payload.data) !== payload.dataCrc32c) throw new SecretManagerError("corrupted", subject);
  // The API answers with the project's number, whatever was asked with.
  const [, secret, version] = /\/secrets\/([^/]+)\/versions\/(\d+)$/.exec(name) ?? [];
  if (secret !== subject.secret || version === undefined) throw new SecretManagerError("unexpected", subject);
  return { secret: new Secret(decode(payload.data, subject)), version };
}

const hasPayload = (reply: unknown) => z.object({ payload: z.object({}) }).safeParse(reply).success;

function decode(bytes: Uint8Array, subject: SecretManagerSubject): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SecretManagerError("not_text", subject);
  }
}
