import { TaskCancelledError } from "cockatiel";
import { z } from "zod";

export type SecretManagerReason =
  | "permission_denied"
  | "project_not_found"
  | "api_disabled"
  | "unauthenticated"
  | "not_found"
  | "version_disabled"
  | "already_exists"
  | "corrupted"
  | "not_text"
  | "unavailable"
  | "unexpected";

/** What a message is about: the project, the secret where there is one, and the role that the account needs. */
export interface SecretManagerSubject {
  projectId: string;
  secret: string;
  /** The IAM role that allows what was tried, e.g. `roles/secretmanager.secretAccessor`. */
  role: string;
}

/**
 * A call to Secret Manager that gave nothing usable. Its message names the secret and the remedy and is made of fixed
 * texts: what the client reports may quote a reply, and with it a value.
 */
export class SecretManagerError extends Error {
  override readonly name = "SecretManagerError";
  constructor(
    readonly reason: SecretManagerReason,
    readonly subject: SecretManagerSubject,
    /** Number of google.rpc.Code, where the API answered one. */
    readonly status?: number,
  ) {
    super(messages[reason](subject) + (reason === "unexpected" && status ? ` (google.rpc.Code ${status})` : ""));
  }
}

const messages: Record<SecretManagerReason, (subject: SecretManagerSubject) => string> = {
  permission_denied: ({ secret, projectId, role }) =>
    `secret ${secret}: permission denied in project ${projectId}, or the secret does not exist and this account may ` +
    `not know it; grant the account the role ${role} on the project`,
  project_not_found: ({ projectId }) => `project ${projectId}: does not exist, or this account has no access to it`,
  api_disabled: ({ projectId }) =>
    `project ${projectId}: the Secret Manager API is not enabled; run: ` +
    `gcloud services enable secretmanager.googleapis.com --project ${projectId}`,
  unauthenticated: () =>
    "no valid Google Cloud credentials: give the service an account, set GOOGLE_APPLICATION_CREDENTIALS, or run: " +
    "gcloud auth application-default login",
  not_found: ({ secret, projectId }) => `secret ${secret}: does not exist in project ${projectId} or has no version`,
  version_disabled: ({ secret }) => `secret ${secret}: its latest version is disabled or destroyed`,
  already_exists: ({ secret }) => `secret ${secret}: exists already`,
  corrupted: ({ secret }) =>
    `secret ${secret}: corrupted on its way (checksum dataCrc32c does not fit); it is not used`,
  not_text: ({ secret }) => `secret ${secret}: is not UTF-8 text; it is not used`,
  unavailable: ({ secret }) => `secret ${secret}: Secret Manager gave no answer within the time limit`,
  unexpected: ({ secret }) => `secret ${secret}: Secret Manager answered something this gateway does not know`,
};

/** What the client throws for a reply of the API; `details` is there only when the body was the API's own error object. */
const apiErrorSchema = z.object({
  code: z.number().optional().catch(undefined),
  message: z.string().catch(""),
  reason: z.string().optional().catch(undefined),
  details: z.unknown().optional(),
});

/** gRPC status numbers, as in google.rpc.Code. */
const STATUS = {
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

const transient: ReadonlySet<number> = new Set([
  STATUS.DEADLINE_EXCEEDED,
  STATUS.RESOURCE_EXHAUSTED,
  STATUS.ABORTED,
  STATUS.INTERNAL,
  STATUS.UNAVAILABLE,
]);

/** Texts of google-auth-library when there are no credentials or they are no longer accepted. */
const CREDENTIALS_PROBLEM =
  /default credentials|invalid_grant|invalid_rapt|retrieve an access token|does not exist, or it is not a file/i;

/** Turns whatever a call threw into a `SecretManagerError` without its text. */
export function toSecretManagerError(error: unknown, subject: SecretManagerSubject): SecretManagerError {
  if (error instanceof SecretManagerError) return error;
  if (error instanceof TaskCancelledError) return new SecretManagerError("unavailable", subject);
  const parsed = apiErrorSchema.safeParse(error);
  if (!parsed.success) return new SecretManagerError("unexpected", subject);
  return new SecretManagerError(reasonOf(parsed.data), subject, parsed.data.code);
}

function reasonOf({ code, message, reason, details }: z.output<typeof apiErrorSchema>): SecretManagerReason {
  if (code === STATUS.UNAUTHENTICATED || CREDENTIALS_PROBLEM.test(message)) return "unauthenticated";
  if (code === STATUS.PERMISSION_DENIED) return deniedReason(reason, message);
  if (code !== undefined && transient.has(code)) return "unavailable";
  // A page of a proxy with the status 404 says nothing about the secret: only the API's own error object does.
  if (details === undefined) return "unexpected";
  if (code === STATUS.NOT_FOUND) return /^project\b/i.test(message) ? "project_not_found" : "not_found";
  if (code === STATUS.ALREADY_EXISTS) return "already_exists";
  if (code === STATUS.FAILED_PRECONDITION && /(DISABLED|DESTROYED) state/.test(message)) return "version_disabled";
  return "unexpected";
}

/** `reason` of google.rpc.ErrorInfo where the API gives one. */
function deniedReason(reason: string | undefined, message: string): SecretManagerReason {
  if (reason === "SERVICE_DISABLED") return "api_disabled";
  if (reason === "CONSUMER_INVALID" || /denied on resource project/i.test(message)) return "project_not_found";
  return "permission_denied";
}
