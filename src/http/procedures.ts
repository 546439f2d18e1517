import { type Contract, contract, type ProcedureContract, type TrackedEvent } from "@luckygas/gateway-client";
import { TRPCError } from "@trpc/server";
import { createDeadlines, type Deadlines } from "../platform/deadlines.ts";
import { invalidInput, OperationError } from "../platform/errors.ts";
import type { CallContext, Caller, Handlers } from "../platform/rpc.ts";
import { CALL_MS_MAX, type CallGuards, callTimeout } from "./call-guards.ts";
import { toTrpcError } from "./errors.ts";
import type { RequestContext } from "./request-context.ts";
import { ruleText } from "./rule-text.ts";
import { placeOfUnstorableText, UNSTORABLE_TEXT_RULE } from "./unstorable-text.ts";

/** The handlers of every router of the contract. */
export type AllHandlers = { [Router in keyof Contract]: Handlers<Contract[Router]> };

/** Reads what the caller gave, which is only done for one who may call. */
export type ReadInput = () => unknown;

/**
 * One procedure with all that every call of it goes through, whatever door it came by: the caller's role, the limits, the
 * input's schema, the handler within its time, the output's schema. Rejects with a `TRPCError`.
 */
export interface Procedure {
  /** `banking.getBankStatus`: for logs and metrics. */
  name: string;
  contract: ProcedureContract;
  call(readInput: ReadInput, context: RequestContext): Promise<unknown>;
  /** Opens a subscription for one who may; its events come until the signal aborts, or the gateway stops. */
  subscribe(readInput: ReadInput, context: RequestContext): Promise<OpenEvents>;
}

export type OpenEvents = (signal: AbortSignal) => AsyncIterable<TrackedEvent<unknown>>;

/** By router and name, as in the contract. */
export type Procedures = Record<string, Record<string, Procedure>>;

type AnyContext = CallContext<Caller | undefined>;
type AnyCall = (input: unknown, context: AnyContext) => Promise<unknown>;
type AnyEvents = (input: unknown, context: AnyContext, signal: AbortSignal) => AsyncIterable<TrackedEvent<unknown>>;

/** A procedure for every one of the contract: one without a handler, or with an ill-typed one, does not compile. */
export function createProcedures(handlers: AllHandlers, guards: CallGuards = {}): Procedures {
  const deadlines = createDeadlines(guards.callMsMax ?? CALL_MS_MAX);
  const all: Procedures = {};
  for (const [router, procedures] of Object.entries(contract)) {
    // as unknown: `AllHandlers` ties each handler to its own procedure; one loop cannot express that.
    const given = handlers[router as keyof Contract] as unknown as Record<string, AnyCall & AnyEvents>;
    const built: Record<string, Procedure> = {};
    for (const [name, procedure] of Object.entries<ProcedureContract>(procedures)) {
      const handler = given[name];
      if (handler) built[name] = createProcedure(`${router}.${name}`, procedure, handler, { guards, deadlines });
    }
    all[router] = built;
  }
  return all;
}

function createProcedure(
  name: string,
  procedure: ProcedureContract,
  handler: AnyCall & AnyEvents,
  { guards, deadlines }: { guards: CallGuards; deadlines: Deadlines },
): Procedure {
  const enter = async (readInput: ReadInput, context: RequestContext): Promise<unknown> => {
    authorise(procedure, context);
    if (context.caller) guards.limits?.take(context.caller);
    return parseInput(procedure, await readInput());
  };
  return {
    name,
    contract: procedure,
    call: async (readInput, context) => {
      try {
        const input = await enter(readInput, context);
        const result = await deadlines.bounded<unknown>(
          (resolve, reject) => handler(input, callContext(context)).then(resolve, reject),
          () => callTimeout(procedure, input),
        );
        return procedure.output.parse(result);
      } catch (error) {
        rethrow(error);
      }
    },
    subscribe: async (readInput, context) => {
      const input = await enter(readInput, context).catch(rethrow);
      return async function* (signal) {
        const ended = AbortSignal.any([signal, guards.stopping].filter((one) => one !== undefined));
        try {
          for await (const event of handler(input, callContext(context), ended)) {
            yield { id: event.id, data: procedure.output.parse(event.data) };
          }
        } catch (error) {
          rethrow(error);
        }
      };
    },
  };
}

/** Every door reads errors in one form. */
function rethrow(error: unknown): never {
  throw toTrpcError(error);
}

function parseInput({ input }: ProcedureContract, given: unknown): unknown {
  const parsed = input.safeParse(given, { error: ruleText });
  if (!parsed.success) throw new TRPCError({ code: "BAD_REQUEST", message: "invalid input", cause: parsed.error });
  const place = placeOfUnstorableText(parsed.data);
  if (place !== undefined) throw invalidInput(place, UNSTORABLE_TEXT_RULE);
  return parsed.data;
}

function callContext({ caller, requestId, log }: RequestContext): AnyContext {
  return { caller, requestId, log };
}

const tokenMessages = {
  missing: "a bearer token is needed: Authorization: Bearer <token>",
  malformed: "the bearer token is not valid",
  expired: "the bearer token has expired",
  claims: "the bearer token lacks a claim: sub, role (one of the gateway's roles) and exp are needed",
} as const;

function authorise(procedure: ProcedureContract, context: RequestContext): void {
  if (procedure.roles === "public") return;
  if (!context.caller) {
    const problem = context.tokenProblem ?? "missing";
    throw new OperationError("unauthenticated", tokenMessages[problem], { reason: `token_${problem}` });
  }
  if (procedure.roles.includes(context.caller.role)) return;
  const allowed = procedure.roles.join(", ");
  throw new OperationError("forbidden", `role ${context.caller.role} may not call this; it is for: ${allowed}`, {
    reason: "role_not_allowed",
  });
}
