import type { ProcedureContract, Role, RouterContract, TrackedEvent } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { Log } from "./log.ts";

/** Who is calling, from a verified token. */
export interface Caller {
  /** Claim `sub`. Idempotency keys belong to it. */
  subject: string;
  role: Role;
}

/** What a handler of a procedure gets beside its parsed input. */
export interface CallContext<C extends Caller | undefined = Caller> {
  caller: C;
  requestId: string;
  log: Log;
}

/** Public procedures may be called without a token, so their handlers may see no caller. */
type CallerOf<P extends ProcedureContract> = P["roles"] extends "public" ? Caller | undefined : Caller;

/** Answers once. */
export type CallHandler<P extends ProcedureContract> = (
  input: z.output<P["input"]>,
  context: CallContext<CallerOf<P>>,
) => Promise<z.input<P["output"]>>;

/** Keeps telling until `signal` aborts (the caller has gone, or the gateway stops). Ids rise, so that a caller can resume. */
export type EventHandler<P extends ProcedureContract> = (
  input: z.output<P["input"]>,
  context: CallContext<CallerOf<P>>,
  signal: AbortSignal,
) => AsyncIterable<TrackedEvent<z.input<P["output"]>>>;

export type Handler<P extends ProcedureContract> = P["kind"] extends "subscription" ? EventHandler<P> : CallHandler<P>;

/** One handler for every procedure of a router: a missing, surplus or ill-typed one does not compile. */
export type Handlers<R extends RouterContract> = { [Name in keyof R]: Handler<R[Name]> };
