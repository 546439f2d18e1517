import type { TRPCDefaultErrorShape } from "@trpc/server";

/** What a caller can do about an error. Closed: a program may switch over it. */
export type GatewayErrorAction =
  | "fix_input"
  | "fix_credentials"
  | "ask_for_rights"
  | "check_reference"
  | "use_new_key"
  | "read_state"
  | "choose_other_provider"
  | "read_reason"
  | "repeat_with_same_key"
  | "report_request_id";

/** Every error of the gateway has one of these codes: its tRPC name, its HTTP status and what the caller does. */
export const gatewayErrors = {
  invalid_input: { trpc: "BAD_REQUEST", http: 400, action: "fix_input" },
  unauthenticated: { trpc: "UNAUTHORIZED", http: 401, action: "fix_credentials" },
  forbidden: { trpc: "FORBIDDEN", http: 403, action: "ask_for_rights" },
  not_found: { trpc: "NOT_FOUND", http: 404, action: "check_reference" },
  conflict: { trpc: "CONFLICT", http: 409, action: "use_new_key" },
  state_not_allowed: { trpc: "PRECONDITION_FAILED", http: 412, action: "read_state" },
  unsupported: { trpc: "NOT_IMPLEMENTED", http: 501, action: "choose_other_provider" },
  provider_rejected: { trpc: "UNPROCESSABLE_CONTENT", http: 422, action: "read_reason" },
  rate_limited: { trpc: "TOO_MANY_REQUESTS", http: 429, action: "repeat_with_same_key" },
  provider_unavailable: { trpc: "SERVICE_UNAVAILABLE", http: 503, action: "repeat_with_same_key" },
  provider_misconfigured: { trpc: "INTERNAL_SERVER_ERROR", http: 500, action: "report_request_id" },
  internal: { trpc: "INTERNAL_SERVER_ERROR", http: 500, action: "report_request_id" },
} as const satisfies Record<string, { trpc: string; http: number; action: GatewayErrorAction }>;

export type GatewayErrorCode = keyof typeof gatewayErrors;

/** One field that is wrong: its path in the input (`lines.0.quantity`) and the rule it breaks. */
export interface FieldProblem {
  path: string;
  rule: string;
}

/** The gateway's part of every error: `error.data.gateway` in tRPC, `gateway` in a REST error body. */
export interface GatewayErrorData {
  code: GatewayErrorCode;
  /** Finer than the code and stable, e.g. `range_exhausted`. */
  reason?: string;
  action: GatewayErrorAction;
  fields?: FieldProblem[];
  /** Also in the `x-request-id` header and in the gateway's log. */
  requestId: string;
}

/** Shape of a tRPC error as this gateway sends it; `data.stack` is never present. */
export interface GatewayErrorShape extends TRPCDefaultErrorShape {
  data: TRPCDefaultErrorShape["data"] & { gateway: GatewayErrorData };
}
