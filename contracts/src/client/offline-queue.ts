import { isGatewayError, isNoAnswer } from "./errors.ts";
import { createOfflineStore, type OfflineStorage, type WaitingCall } from "./offline-queue-store.ts";

export { OfflineQueueError, type OfflineStorage } from "./offline-queue-store.ts";

/** A call that may wait: it takes an idempotency key, so that it takes effect once however often it is sent. */
// never: only the place of the input matters here; each call keeps its own types through `Calls`.
type QueueableCall = (input: never, options: { signal: AbortSignal }) => Promise<unknown>;
type InputOf<Call extends QueueableCall> = Omit<Parameters<Call>[0], "idempotencyKey">;

/** What became of a call. Exactly one of these ends it. */
export type QueuedOutcome<Result> =
  | { kind: "answered"; result: Result }
  /** The gateway refused it; it had no effect. `code` and `reason` as of the gateway's errors. */
  | { kind: "refused"; code: string; reason: string | undefined; message: string; requestId: string }
  /** The gateway failed at it again and again: nobody knows whether it took effect. */
  | { kind: "failed"; message: string; requestId: string }
  /** It is too old to be of use. `mayHaveTakenEffect`: it was sent, and no answer came. */
  | { kind: "expired"; mayHaveTakenEffect: boolean };

export type Settled<Calls extends Record<string, QueueableCall>> = {
  [Name in keyof Calls & string]: {
    id: string;
    call: Name;
    input: InputOf<Calls[Name]>;
    outcome: QueuedOutcome<Awaited<ReturnType<Calls[Name]>>>;
  };
}[keyof Calls & string];

/** A call that waits, as an app shows it. */
export interface QueuedCall {
  id: string;
  call: string;
  queuedAt: Date;
  expiresAt: Date;
  /** How often it was sent. Above 0 it may have taken effect already. */
  attempts: number;
}

/** Why a flush ended before the queue was empty; the calls that are left wait for the next flush. */
export type FlushStop = "no_answer" | "try_later" | "sign_in" | "aborted";

export interface FlushResult {
  settled: number;
  left: number;
  stoppedBy: FlushStop | undefined;
}

export interface OfflineQueueOptions<Calls extends Record<string, QueueableCall>> {
  /** The calls that may wait, by a name that stays the same over releases of the app. */
  calls: Calls;
  /** Where the queue survives a restart of the app. One storage for each signed-in subject: keys count per subject. */
  storage: OfflineStorage;
  /**
   * Told of every call that ended, in order. Awaited before the call leaves the queue; after a crash in between it is told
   * again, so it must bear being told twice.
   */
  onSettled(settled: Settled<Calls>): void | Promise<void>;
  now?: () => Date;
  /** How long a call stays useful unless `add` says otherwise, in ms. Default 12 hours. */
  expiresAfterMs?: number;
  /** Calls that may wait at most, 1 to 1,000. Default 200. */
  itemsMax?: number;
  /** Makes ids and idempotency keys: 8 to 128 visible ASCII characters, never the same twice. */
  newKey?: () => string;
}

export interface OfflineQueue<Calls extends Record<string, QueueableCall>> {
  /** Stores a call; when this resolves it survives a restart. Rejects with `OfflineQueueError` when it is not stored. */
  add<Name extends keyof Calls & string>(
    call: Name,
    input: InputOf<Calls[Name]>,
    options?: { expiresAfterMs?: number },
  ): Promise<QueuedCall>;
  /** Sends what waits, in order, one after the other. Calls made meanwhile share the same run. */
  flush(options?: { signal?: AbortSignal }): Promise<FlushResult>;
  /** What waits, in order. */
  list(): Promise<QueuedCall[]>;
}

const HOURS_12_MS = 12 * 3_600_000;
/** Answers that are a fault of the gateway's, after which a call no longer holds up those behind it. */
const FAULTS_MAX = 5;

/**
 * A queue for an app that is often without a network: a call is stored first, then sent with the same idempotency key until
 * it is answered, in the order of `add`, also after a restart of the app. Nothing runs by itself: call `flush` when the
 * app starts, when the network is back, and now and then while `list` is not empty. Throws `RangeError` for an option out
 * of its range.
 */
export function createOfflineQueue<Calls extends Record<string, QueueableCall>>(
  options: OfflineQueueOptions<Calls>,
): OfflineQueue<Calls> {
  const { calls, storage, onSettled, now = () => new Date(), newKey = randomKey } = options;
  const itemsMax = inRange("itemsMax", options.itemsMax ?? 200, 1_000);
  const expiresAfterMsDefault = inRange("expiresAfterMs", options.expiresAfterMs ?? HOURS_12_MS, 30 * 86_400_000);
  const store = createOfflineStore(storage, itemsMax);
  let running: Promise<FlushResult> | undefined;

  async function run(signal: AbortSignal): Promise<FlushResult> {
    let settled = 0;
    for (let head = await store.head(); head; head = await store.head()) {
      if (signal.aborted) return { settled, left: await store.count(), stoppedBy: "aborted" };
      const step = await sendOrExpire(head, signal);
      if (typeof step === "string") return { settled, left: await store.count(), stoppedBy: step };
      // as: the name and the input were stored by `add`, which ties them to each other.
      const told = { id: head.id, call: head.call, input: head.input, outcome: step } as unknown as Settled<Calls>;
      await onSettled(told);
      await store.remove(head.id);
      settled++;
    }
    return { settled, left: 0, stoppedBy: undefined };
  }

  async function sendOrExpire(item: WaitingCall, signal: AbortSignal): Promise<QueuedOutcome<unknown> | FlushStop> {
    if (now().getTime() >= item.expiresAtMs) return { kind: "expired", mayHaveTakenEffect: item.attempts > 0 };
    // as: every call takes its own input and a key; `add` has held the caller to that.
    const call = calls[item.call] as ((input: object, options: object) => Promise<unknown>) | undefined;
    if (!call) {
      const message = `this release of the app has no call named ${item.call}`;
      return { kind: "refused", code: "unsupported", reason: "unknown_call", message, requestId: "" };
    }
    // Written before the call leaves: after a crash it is known that it may have taken effect.
    await store.update(item.id, { attempts: item.attempts + 1 });
    try {
      const result = await call({ ...item.input, idempotencyKey: item.idempotencyKey }, { signal });
      return { kind: "answered", result };
    } catch (error) {
      return outcomeOf(error, item, signal);
    }
  }

  async function outcomeOf(error: unknown, item: WaitingCall, signal: AbortSignal) {
    if (signal.aborted) return "aborted";
    if (isNoAnswer(error)) return "no_answer";
    if (!isGatewayError(error)) throw error;
    const { code, reason, requestId } = error.data.gateway;
    if (code === "unauthenticated") return "sign_in";
    if (code === "rate_limited" || code === "provider_unavailable") return "try_later";
    if (code === "internal") {
      if (item.faults + 1 >= FAULTS_MAX) return { kind: "failed" as const, message: error.message, requestId };
      await store.update(item.id, { faults: item.faults + 1 });
      return "try_later";
    }
    return { kind: "refused" as const, code, reason, message: error.message, requestId };
  }

  return {
    add: async (call, input, { expiresAfterMs = expiresAfterMsDefault } = {}) => {
      const queuedAtMs = now().getTime();
      const expiresAtMs = queuedAtMs + inRange("expiresAfterMs", expiresAfterMs, 30 * 86_400_000);
      const item = { id: newKey(), call, input, idempotencyKey: newKey(), queuedAtMs, expiresAtMs };
      return viewOf(await store.append({ ...item, attempts: 0, faults: 0 }));
    },
    flush: ({ signal } = {}) => {
      running ??= run(signal ?? new AbortController().signal).finally(() => {
        running = undefined;
      });
      return running;
    },
    list: async () => (await store.all()).map(viewOf),
  };
}

function viewOf({ id, call, queuedAtMs, expiresAtMs, attempts }: WaitingCall): QueuedCall {
  return { id, call, queuedAt: new Date(queuedAtMs), expiresAt: new Date(expiresAtMs), attempts };
}

function inRange(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(`${name} must be a whole number from 1 to ${max}`);
}

/** React Native may lack `crypto`. A key needs to be unique for its caller, not to be unguessable. */
function randomKey(): string {
  if (typeof crypto === "object" && typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const part = () => Math.random().toString(36).slice(2, 12).padEnd(10, "0");
  return `${Date.now().toString(36)}-${part()}-${part()}`;
}
