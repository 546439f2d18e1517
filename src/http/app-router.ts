import {
  type AppRouter,
  type Contract,
  contract,
  type ProcedureContract,
  type RouterContract,
  type TrackedEvent,
} from "@luckygas/gateway-client";
import { type AnyTRPCProcedure, initTRPC, TRPCError, tracked } from "@trpc/server";
import { invalidInput, OperationError } from "../platform/errors.ts";
import type { CallContext, Caller, Handlers } from "../platform/rpc.ts";
import { type CallGuards, withinTime } from "./call-guards.ts";
import { formatError, toTrpcError } from "./errors.ts";
import { eventsAtHand } from "./events-at-hand.ts";
import type { RequestContext } from "./request-context.ts";
import { placeOfUnstorableText, UNSTORABLE_TEXT_RULE } from "./unstorable-text.ts";

/** The handlers of every router of the contract. */
export type AllHandlers = { [Router in keyof Contract]: Handlers<Contract[Router]> };

/** Below the idle limit of the server and of proxies between; a stream that lives longer than the limit is resumed. */
const STREAM_PING_MS = 5_000;
const STREAM_MS_MAX = 10 * 60_000;

const t = initTRPC.context<RequestContext>().create({
  isDev: false,
  sse: { ping: { enabled: true, intervalMs: STREAM_PING_MS }, maxDurationMs: STREAM_MS_MAX },
  errorFormatter: ({ shape, error, ctx }) => formatError(shape, error, ctx?.requestId ?? "unknown"),
});

type AnyContext = CallContext<Caller | undefined>;
type AnyCall = (input: unknown, context: AnyContext) => Promise<unknown>;
type AnyEvents = (input: unknown, context: AnyContext, signal: AbortSignal) => AsyncIterable<TrackedEvent<unknown>>;

/**
 * Serves the contract: every procedure parses its input, checks the caller's role against the contract, calls its
 * handler and parses the output. A procedure without a handler, or with an ill-typed one, does not compile.
 */
export function createAppRouter(handlers: AllHandlers, guards: CallGuards = {}): AppRouter {
  const router = t.router({
    einvoice: t.router(procedures(contract.einvoice, handlers.einvoice, guards)),
    banking: t.router(procedures(contract.banking, handlers.banking, guards)),
    sms: t.router(procedures(contract.sms, handlers.sms, guards)),
    system: t.router(procedures(contract.system, handlers.system, guards)),
  });
  // as: the record is built in a loop, so its type is lost; `AllHandlers` has held every procedure to its contract.
  return router as unknown as AppRouter;
}

function procedures<R extends RouterContract>(
  routerContract: R,
  handlers: Handlers<R>,
  guards: CallGuards,
): Record<string, AnyTRPCProcedure> {
  const built: Record<string, AnyTRPCProcedure> = {};
  for (const [name, procedure] of Object.entries(routerContract)) {
    // as unknown: `Handlers<R>` ties each handler to its own procedure; one loop cannot express that.
    built[name] = buildProcedure(procedure, handlers[name] as unknown as AnyCall & AnyEvents, guards);
  }
  return built;
}

/**
 * One middleware and one resolver, since tRPC copies a call's whole options at each step: a chain of `.use`, `.input` and
 * `.output` costs more than everything the gateway adds itself.
 */
function buildProcedure(
  procedure: ProcedureContract,
  handler: AnyCall & AnyEvents,
  guards: CallGuards,
): AnyTRPCProcedure {
  const guarded = t.procedure.use(async ({ ctx, getRawInput, next }) => {
    authorise(procedure, ctx);
    limit(guards, ctx);
    return next({ input: parseInput(procedure, await getRawInput()) });
  });
  if (procedure.kind === "subscription") return guarded.subscription(events(procedure, handler, guards));
  const resolve = async ({ input, ctx }: { input: unknown; ctx: RequestContext }): Promise<unknown> => {
    try {
      const result = await withinTime(handler(input, callContext(ctx)), procedure, input, guards.callMsMax);
      return procedure.output.parse(result);
    } catch (error) {
      throw toTrpcError(error);
    }
  };
  return procedure.kind === "query" ? guarded.query(resolve) : guarded.mutation(resolve);
}

function parseInput({ input }: ProcedureContract, given: unknown): unknown {
  const parsed = input.safeParse(given);
  if (!parsed.success) throw new TRPCError({ code: "BAD_REQUEST", message: "invalid input", cause: parsed.error });
  const place = placeOfUnstorableText(parsed.data);
  if (place !== undefined) throw toTrpcError(invalidInput(place, UNSTORABLE_TEXT_RULE));
  return parsed.data;
}

function events(procedure: ProcedureContract, handler: AnyEvents, guards: CallGuards) {
  return async function* ({
    input,
    ctx,
    signal,
  }: {
    input: unknown;
    ctx: RequestContext;
    signal: AbortSignal | undefined;
  }) {
    const ended = AbortSignal.any([signal, guards.stopping].filter((one) => one !== undefined));
    const open = (until: AbortSignal) => handler(input, callContext(ctx), until);
    try {
      for await (const event of ctx.readsAtEnd ? eventsAtHand(open, ended) : open(ended)) {
        yield tracked(event.id, procedure.output.parse(event.data));
      }
    } catch (error) {
      throw toTrpcError(error);
    }
    // Not an orderly end, which would tell the caller that there will never be more.
    if (ctx.readsAtEnd) throw new DOMException("ask again from the last event", "AbortError");
  };
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
    throw denial(new OperationError("unauthenticated", tokenMessages[problem], { reason: `token_${problem}` }));
  }
  if (procedure.roles.includes(context.caller.role)) return;
  const allowed = procedure.roles.join(", ");
  throw denial(
    new OperationError("forbidden", `role ${context.caller.role} may not call this; it is for: ${allowed}`, {
      reason: "role_not_allowed",
    }),
  );
}

function limit({ limits }: CallGuards, { caller }: RequestContext): void {
  if (!limits || !caller) return;
  try {
    limits.take(caller);
  } catch (error) {
    throw toTrpcError(error);
  }
}

function denial(error: OperationError): TRPCError {
  return toTrpcError(error);
}
