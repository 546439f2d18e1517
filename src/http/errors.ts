import {
  type FieldProblem,
  type GatewayErrorCode,
  type GatewayErrorData,
  type GatewayErrorShape,
  gatewayErrors,
} from "@luckygas/gateway-client";
import { type TRPCDefaultErrorShape, TRPCError } from "@trpc/server";
import { z } from "zod";
import { isDatabaseUnavailable } from "../platform/database.ts";
import { OperationError } from "../platform/errors.ts";

const PROBLEMS_MAX = 50;

type TrpcCode = TRPCError["code"];

/** Codes that tRPC itself raises; everything not named here is ours to fix and says nothing. */
const ofTrpcCode: Partial<Record<TrpcCode, GatewayErrorCode>> = {
  PARSE_ERROR: "invalid_input",
  BAD_REQUEST: "invalid_input",
  METHOD_NOT_SUPPORTED: "invalid_input",
  UNSUPPORTED_MEDIA_TYPE: "invalid_input",
  PAYLOAD_TOO_LARGE: "invalid_input",
  UNAUTHORIZED: "unauthenticated",
  FORBIDDEN: "forbidden",
  NOT_FOUND: "not_found",
  TOO_MANY_REQUESTS: "rate_limited",
};

interface Described {
  message: string;
  gateway: Omit<GatewayErrorData, "requestId">;
}

/** What a caller is told about an error: for expected ones their public text, for all others nothing but the request id. */
export function describeError(error: TRPCError): Described {
  const { cause } = error;
  if (cause instanceof OperationError) {
    const { reason, action, fields } = cause.options;
    return {
      message: cause.message,
      gateway: { code: cause.code, reason, action: action ?? gatewayErrors[cause.code].action, fields },
    };
  }
  if (cause instanceof z.ZodError && error.code === "BAD_REQUEST") {
    const fields = cause.issues.flatMap((issue) => fieldProblems(issue)).slice(0, PROBLEMS_MAX);
    const message = fields.map(({ path, rule }) => `${path}: ${rule}`).join("; ");
    return { message: message.slice(0, 1_000), gateway: { code: "invalid_input", action: "fix_input", fields } };
  }
  if (isDatabaseUnavailable(cause ?? error)) {
    return {
      message: "the gateway cannot reach its database; repeat the call with the same idempotency key in a moment",
      gateway: { code: "provider_unavailable", reason: "database_unavailable", action: "repeat_with_same_key" },
    };
  }
  const code = ofTrpcCode[error.code];
  if (!code) return { message: "internal error", gateway: { code: "internal", action: "report_request_id" } };
  return { message: publicTrpcMessage(error), gateway: { code, action: gatewayErrors[code].action } };
}

/** tRPC's own messages name paths and JSON positions, which is helpful; a wrong output's message would not be. */
function publicTrpcMessage(error: TRPCError): string {
  if (error.code === "PARSE_ERROR" || error.cause instanceof SyntaxError) return "the request body is not valid JSON";
  return error.message.slice(0, 300);
}

function fieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map(String).join(".") || "(input)";
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...issue.path, key].map(String).join("."), rule: "unknown field" }));
  }
  return [{ path, rule: issue.message }];
}

/** A database that was away is usually back soon; the client waits no longer by itself. */
const RETRY_AFTER_SECONDS = 2;

/** Seconds for the header `retry-after`, where repeating may help. */
export function retryAfterOf(error: TRPCError): number | undefined {
  if (error.code !== "TOO_MANY_REQUESTS" && error.code !== "SERVICE_UNAVAILABLE") return undefined;
  const { cause } = error;
  if (cause instanceof OperationError) {
    const { retryAfterSeconds, action } = cause.options;
    if (retryAfterSeconds !== undefined) return Math.max(1, retryAfterSeconds);
    return (action ?? gatewayErrors[cause.code].action) === "repeat_with_same_key" ? RETRY_AFTER_SECONDS : undefined;
  }
  return RETRY_AFTER_SECONDS;
}

/** An operation's error as tRPC carries it; anything unexpected becomes an internal error with its cause kept for the log. */
export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError) return error;
  if (error instanceof OperationError) {
    return new TRPCError({ code: gatewayErrors[error.code].trpc, message: error.message, cause: error });
  }
  const code = isDatabaseUnavailable(error) ? "SERVICE_UNAVAILABLE" : "INTERNAL_SERVER_ERROR";
  return new TRPCError({ code, message: "internal error", cause: error });
}

/** The error as it goes over the wire, in tRPC answers and in REST answers alike. */
export function formatError(shape: TRPCDefaultErrorShape, error: TRPCError, requestId: string): GatewayErrorShape {
  const described = describeError(error);
  const { stack: _stack, ...data } = shape.data;
  return { ...shape, message: described.message, data: { ...data, gateway: { ...described.gateway, requestId } } };
}
