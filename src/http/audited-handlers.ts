import { contract, type ProcedureContract } from "@luckygas/gateway-client";
import type { AuditTrail } from "../platform/audit.ts";
import { type AuditPhase, type AuditState, stateOf } from "../platform/audit-entry.ts";
import { OperationError } from "../platform/errors.ts";
import type { CallContext } from "../platform/rpc.ts";
import type { AllHandlers } from "./procedures.ts";

type AnyCall = (input: unknown, context: CallContext) => Promise<unknown>;

/**
 * Calls that come in great numbers, are idempotent by their key and store their caller, key and time with what they
 * create. Their one entry is written after the effect and before the answer, without waiting for the disk once more.
 */
const hotCalls = new Set([
  "einvoice.issueInvoice",
  "einvoice.issueInvoices",
  "sms.sendMessage",
  "sms.sendMessages",
  "sms.sendTemplate",
]);

/** Records itself, since there is no caller before it. */
const selfRecording = new Set(["system.login"]);

/** The query that tells the state before a mutation of the same router, and the name of the id in both inputs. */
const beforeQueries: Record<string, { query: string; id: string }> = {
  einvoice: { query: "getInvoice", id: "id" },
  banking: { query: "getBatch", id: "batchId" },
  sms: { query: "getMessage", id: "id" },
};

/**
 * The same handlers, with every mutation recorded in the audit chain. Other calls than the hot ones write an entry before
 * they act (`begun`) and one after: none has an effect without a trace, even when the process dies under it. No call is
 * answered as done before its entry is committed. A hot call that is refused changes nothing and is not recorded.
 */
export function auditHandlers(handlers: AllHandlers, audit: AuditTrail): AllHandlers {
  const all: Record<string, Record<string, unknown>> = {};
  for (const [router, procedures] of Object.entries(contract)) {
    // as unknown: a loop over all procedures cannot keep each handler's own type; what is not a mutation stays as it is.
    const given = handlers[router as keyof AllHandlers] as unknown as Record<string, AnyCall>;
    const audited: Record<string, unknown> = { ...given };
    for (const [name, procedure] of Object.entries<ProcedureContract>(procedures)) {
      const action = `${router}.${name}`;
      const call = given[name];
      if (procedure.kind !== "mutation" || selfRecording.has(action) || !call) continue;
      audited[name] = hotCalls.has(action)
        ? auditedAfter(action, call, audit)
        : auditedAround(action, call, audit, beforeReader(router, given));
    }
    all[router] = audited;
  }
  return all as unknown as AllHandlers; // as: the same names with handlers of the same types
}

function auditedAfter(action: string, call: AnyCall, audit: AuditTrail): AnyCall {
  return async (input, context) => {
    const result = await call(input, context);
    const after = { ...stateOf(input), ...stateOf(result) };
    await recorder(audit, action, input, context)("applied", null, after, { relaxed: true });
    return result;
  };
}

type ReadBefore = (input: unknown, context: CallContext) => Promise<AuditState | null>;

function auditedAround(action: string, call: AnyCall, audit: AuditTrail, readBefore: ReadBefore): AnyCall {
  return async (input, context) => {
    const record = recorder(audit, action, input, context);
    const before = await readBefore(input, context);
    await record("begun", before, stateOf(input));
    let result: unknown;
    try {
      result = await call(input, context);
    } catch (error) {
      // The call's own error matters more to the caller than the fate of the entry; its beginning is recorded.
      await record(...failureOf(error)).catch((cause: unknown) => {
        context.log.error("The end of a call could not be recorded", { service: "audit", action, error: cause });
      });
      throw error;
    }
    await record("applied", before, stateOf(result));
    return result;
  };
}

function failureOf(error: unknown): [AuditPhase, null, AuditState] {
  if (!(error instanceof OperationError)) return ["failed", null, { error: "internal" }];
  return ["refused", null, { error: error.code, ...(error.options.reason && { reason: error.options.reason }) }];
}

function recorder(audit: AuditTrail, action: string, input: unknown, { caller, requestId }: CallContext) {
  const callId = crypto.randomUUID();
  return (phase: AuditPhase, before: AuditState | null, after: AuditState | null, options?: { relaxed: boolean }) => {
    const { subject: actor, role } = caller;
    const object = objectOf(input, after);
    return audit.record({ callId, phase, actor, role, action, object, requestId, before, after }, options);
  };
}

const objectNames = ["id", "batchId", "invoiceId", "messageId", "fileId", "bank", "provider", "key"] as const;

/** The id of what a call is about: from its input, else from what it created. */
function objectOf(input: unknown, after: AuditState | null): string | null {
  const named: AuditState = { ...after, ...stateOf(input) };
  for (const name of objectNames) {
    const value = named[name];
    if (typeof value === "string") return value;
  }
  return null;
}

/** State before the call, where the router has a query for it; a thing that is not found has none. */
function beforeReader(router: string, handlers: Record<string, AnyCall>): ReadBefore {
  const known = beforeQueries[router];
  const read = known && handlers[known.query];
  return async (input, context) => {
    if (!known || !read || typeof input !== "object" || input === null || !(known.id in input)) return null;
    try {
      // as: the name was looked for just above.
      return stateOf(await read({ [known.id]: (input as Record<string, unknown>)[known.id] }, context));
    } catch (error) {
      if (error instanceof OperationError) return null;
      throw error;
    }
  };
}
