import type { ProcedureContract } from "@luckygas/gateway-client";
import { OperationError } from "../platform/errors.ts";
import type { CallerLimits } from "../platform/rate-limit.ts";

/** What stands before every call of a procedure. */
export interface CallGuards {
  limits?: CallerLimits;
  /** A call that has not ended by then is answered as one whose outcome is not known. Default 60 s. */
  callMsMax?: number;
  /** Aborts when the gateway stops: streams end, and their callers resume them elsewhere. */
  stopping?: AbortSignal;
}

export const CALL_MS_MAX = 60_000;

/**
 * `provider_unavailable` with reason `call_timeout`. The call itself goes on: a caller must not take its silence for failure,
 * so a mutation is repeated with its key or its state is read.
 */
export function callTimeout(procedure: ProcedureContract, input: unknown): OperationError {
  const repeatable =
    procedure.kind === "query" || (typeof input === "object" && input !== null && "idempotencyKey" in input);
  return new OperationError("provider_unavailable", "the call took too long; it may still take effect", {
    reason: "call_timeout",
    action: repeatable ? "repeat_with_same_key" : "read_state",
  });
}
