import type { FieldProblem, GatewayErrorAction, GatewayErrorCode } from "@luckygas/gateway-client";

export interface OperationErrorOptions {
  /** Finer than the code, stable, for programs: `range_exhausted`, `approver_is_creator` … */
  reason?: string;
  /** What the caller can do about it; the code's usual action when absent. */
  action?: GatewayErrorAction;
  /** The fields that are wrong and the rule each one breaks. */
  fields?: FieldProblem[];
  /** When the same call may be worth repeating; sent as the header `retry-after`. */
  retryAfterSeconds?: number;
  /** For our log only; never sent to a caller. */
  detail?: string;
  cause?: unknown;
}

/** An outcome that a caller should expect, with a message that may be shown to it. Thrown by operations; mapped once, in `http/`. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  constructor(
    readonly code: GatewayErrorCode,
    message: string,
    readonly options: OperationErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
  }
}

/** Bad input found by a rule rather than by a schema: names the field and the rule. */
export function invalidInput(path: string, rule: string, reason?: string): OperationError {
  return new OperationError("invalid_input", `${path}: ${rule}`, {
    fields: [{ path, rule }],
    ...(reason && { reason }),
  });
}

export interface ConnectorErrorDetails {
  provider: string;
  operation: string;
  /** True when the same request may be repeated later; the provider certainly did nothing. */
  retryable: boolean;
  /** From a closed set of the connector. */
  reason: string;
  providerCode?: string;
  providerMessage?: string;
  httpStatus?: number;
  cause?: unknown;
}

/** Thrown by a connector only when certainly nothing was applied. An unknown outcome is a value, never an error. */
export class ConnectorError extends Error {
  override readonly name = "ConnectorError";
  constructor(readonly details: ConnectorErrorDetails) {
    super(`${details.provider} ${details.operation}: ${details.reason}`, { cause: details.cause });
  }
}
