import { type GatewayErrorCode, gatewayErrors, type ProcedureContract } from "@luckygas/gateway-client";
import { type Answer, type JsonSchema, type Reference, schemaReference } from "./document.ts";

const actions = [...new Set(Object.values(gatewayErrors).map(({ action }) => action))];
const codes = Object.keys(gatewayErrors);
const text: JsonSchema = { type: "string" };

/** The body of every refusal, with its closed lists of codes and actions. */
export const errorSchema: JsonSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["message", "data"],
      properties: {
        message: { type: "string", description: "For people" },
        data: {
          type: "object",
          required: ["code", "httpStatus", "path", "gateway"],
          properties: {
            code: { type: "string", description: "tRPC's name of the error" },
            httpStatus: { type: "integer" },
            path: { type: "string", description: "The operation, or the address" },
            gateway: schemaReference("GatewayError"),
          },
        },
      },
    },
  },
};

export const gatewayErrorSchema: JsonSchema = {
  type: "object",
  required: ["code", "requestId"],
  properties: {
    code: { type: "string", enum: codes },
    reason: { type: "string", description: "Finer than the code and stable, e.g. `range_exhausted`" },
    action: { type: "string", enum: actions, description: "What the caller can do" },
    fields: {
      type: "array",
      description: "Wrong fields, each with the rule that it breaks",
      items: { type: "object", required: ["path", "rule"], properties: { path: text, rule: text } },
    },
    requestId: { type: "string", description: "Also in the header `x-request-id` and in the gateway's log" },
  },
};

const meanings: Record<GatewayErrorCode, { told: string; reason?: string; field?: { path: string; rule: string } }> = {
  invalid_input: { told: "A field breaks a rule", field: { path: "lines.0.quantity", rule: "must be above zero" } },
  unauthenticated: { told: "No valid token", reason: "token_expired" },
  forbidden: { told: "The token's role may not do this", reason: "role_not_allowed" },
  not_found: { told: "There is no such thing" },
  conflict: { told: "The idempotency key was used for something else" },
  state_not_allowed: { told: "Not possible in the present state", reason: "range_exhausted" },
  unsupported: { told: "The provider cannot do this" },
  provider_rejected: { told: "The provider refused; `reason` says why" },
  rate_limited: { told: "Too much at once" },
  provider_unavailable: {
    told: "The provider or the database cannot be reached just now",
    reason: "database_unavailable",
  },
  provider_misconfigured: { told: "A fault in the gateway's settings for a provider" },
  internal: { told: "A fault of the gateway" },
};

/** One answer for each code, for `components.responses`, by the code. */
export function errorAnswers(): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  for (const [code, { http, trpc, action }] of Object.entries(gatewayErrors)) {
    // as: `Object.entries` forgets the keys of the closed table.
    const { told, reason, field } = meanings[code as GatewayErrorCode];
    const gateway = {
      code,
      ...(reason && { reason }),
      action,
      ...(field && { fields: [field] }),
      requestId: "5b1f6c0e-7d3f-4c52-9a39-1f2e3d4c5b6a",
    };
    const data = { code: trpc, httpStatus: http, path: "einvoice.issueInvoice", gateway };
    const message = field ? `${field.path}: ${field.rule}` : told.toLowerCase();
    answers[code] = {
      description: `\`${code}\`: ${told}. Action: \`${action}\`.`,
      headers: { "x-request-id": { $ref: "#/components/headers/RequestId" } },
      content: { "application/json": { schema: schemaReference("Error"), example: { error: { message, data } } } },
    };
  }
  return answers;
}

const answerReference = (code: GatewayErrorCode): Reference => ({ $ref: `#/components/responses/${code}` });

/** The refusals that an operation may answer, by HTTP status. */
export function refusalsOf(
  procedure: Pick<ProcedureContract, "kind" | "roles">,
  takesInput: boolean,
): Record<string, Reference> {
  const possible: GatewayErrorCode[] = ["rate_limited", "internal", "provider_unavailable"];
  if (takesInput) possible.push("invalid_input", "not_found");
  if (procedure.roles !== "public") possible.push("unauthenticated", "forbidden");
  if (procedure.kind === "mutation") {
    possible.push("conflict", "state_not_allowed", "provider_rejected", "unsupported");
  }
  return Object.fromEntries(possible.map((code) => [String(gatewayErrors[code].http), answerReference(code)]));
}
