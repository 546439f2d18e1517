import type { AppRouter } from "@luckygas/gateway-client";
import { type AnyTRPCProcedure, initTRPC, tracked } from "@trpc/server";
import { formatError } from "./errors.ts";
import { eventsAtHand } from "./events-at-hand.ts";
import type { Procedure, Procedures, ReadInput } from "./procedures.ts";
import type { RequestContext } from "./request-context.ts";

/** Below the idle limit of the server and of proxies between; a stream that lives longer than the limit is resumed. */
const STREAM_PING_MS = 5_000;
const STREAM_MS_MAX = 10 * 60_000;

const t = initTRPC.context<RequestContext>().create({
  isDev: false,
  sse: { ping: { enabled: true, intervalMs: STREAM_PING_MS }, maxDurationMs: STREAM_MS_MAX },
  errorFormatter: ({ shape, error, ctx }) => formatError(shape, error, ctx?.requestId ?? "unknown"),
});

/**
 * tRPC copies a call's whole options at each step of a chain of `.use`, `.input` and `.output`, which costs more than
 * everything the gateway adds itself; so there is one step, and the procedure reads its input when it wants it.
 */
const unread = t.procedure.use(({ getRawInput, next }) => next({ input: getRawInput }));

interface Call {
  input: unknown;
  ctx: RequestContext;
}

// as: the one step before it gave the reader.
const readerOf = ({ input }: Call) => input as ReadInput;

/** The procedures as tRPC serves them. */
export function createAppRouter(procedures: Procedures): AppRouter {
  const routers = Object.entries(procedures).map(([router, named]) => {
    const served = Object.entries(named).map(([name, procedure]) => [name, serve(procedure)]);
    return [router, t.router(Object.fromEntries(served))];
  });
  // as: the record is built in a loop, so its type is lost; `AllHandlers` has held every procedure to its contract.
  return t.router(Object.fromEntries(routers)) as unknown as AppRouter;
}

function serve(procedure: Procedure): AnyTRPCProcedure {
  const { kind } = procedure.contract;
  if (kind === "subscription") return unread.subscription((call) => events(procedure, call));
  const resolve = (call: Call) => procedure.call(readerOf(call), call.ctx);
  return kind === "query" ? unread.query(resolve) : unread.mutation(resolve);
}

async function events(procedure: Procedure, call: Call & { signal: AbortSignal | undefined }) {
  const { ctx, signal = new AbortController().signal } = call;
  const open = await procedure.subscribe(readerOf(call), ctx);
  return (async function* () {
    for await (const { id, data } of ctx.readsAtEnd ? eventsAtHand(open, signal) : open(signal))
      yield tracked(id, data);
    // Not an orderly end, which would tell the caller that there will never be more.
    if (ctx.readsAtEnd) throw new DOMException("ask again from the last event", "AbortError");
  })();
}
