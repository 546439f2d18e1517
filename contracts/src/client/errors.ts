import { type GatewayErrorAction, type GatewayErrorData, type GatewayErrorShape, gatewayErrors } from "../errors.ts";

/** An answer of the gateway that is an error: what went wrong, and in `action` what the caller can do about it. */
export interface GatewayError extends Error {
  data: GatewayErrorShape["data"] & { gateway: GatewayErrorData & { action: GatewayErrorAction } };
}

const codes: ReadonlySet<unknown> = new Set(Object.keys(gatewayErrors));
const actions: ReadonlySet<unknown> = new Set(Object.values(gatewayErrors).map(({ action }) => action));

/**
 * Whether the gateway answered with an error of its closed list. Everything else that a call may throw is no answer:
 * see `isNoAnswer`, or the caller's own abort.
 */
export function isGatewayError(error: unknown): error is GatewayError {
  const gateway = error instanceof Error && "data" in error ? gatewayPart(error.data) : undefined;
  if (gateway === undefined) return false;
  return codes.has(gateway.code) && actions.has(gateway.action) && typeof gateway.requestId === "string";
}

/** The `gateway` object of an error's `data`, unread. */
export function gatewayPart(data: unknown): Record<string, unknown> | undefined {
  return isRecord(data) && isRecord(data.gateway) ? data.gateway : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * Why there is no answer. `network`: the request failed on its way, or the answer broke off. `unreadable`: something
 * that is not the gateway answered, e.g. a proxy. `deadline`: nothing came in time.
 */
export type NoAnswerReason = "network" | "unreadable" | "deadline";

/**
 * There was no answer, so nobody knows yet whether the call took effect. Repeat it with the same idempotency key: it
 * takes effect once, whatever became of the first.
 */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly reason: NoAnswerReason;
  /** HTTP status of what answered in the gateway's place. */
  readonly httpStatus: number | undefined;
  /** What the answer asks to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: NoAnswerReason,
    message: string,
    options: { cause?: unknown; httpStatus?: number; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.httpStatus = options.httpStatus;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Whether a call ended without an answer of the gateway; `error.cause` says why. */
export function isNoAnswer(error: unknown): error is Error & { cause: NoAnswerError } {
  return error instanceof Error && error.cause instanceof NoAnswerError;
}
