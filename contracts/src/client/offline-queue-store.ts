import { isRecord } from "./errors.ts";

/**
 * One text that survives a restart of the app, e.g. React Native's AsyncStorage:
 * `{ read: () => AsyncStorage.getItem(key), write: (text) => AsyncStorage.setItem(key, text) }`. A write replaces the
 * whole text or fails.
 */
export interface OfflineStorage {
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

/** The queue cannot do what was asked; nothing was changed. */
export class OfflineQueueError extends Error {
  override readonly name = "OfflineQueueError";
  /** `full`: too much waits already. `unreadable`: the storage holds something else. `storage`: it could not be read or written. */
  readonly reason: "full" | "unreadable" | "storage";

  constructor(reason: OfflineQueueError["reason"], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** A call as it is stored. */
export interface WaitingCall {
  id: string;
  call: string;
  input: object;
  idempotencyKey: string;
  queuedAtMs: number;
  expiresAtMs: number;
  attempts: number;
  /** Answers that were a fault of the gateway's. */
  faults: number;
}

export interface OfflineStore {
  append(item: WaitingCall): Promise<WaitingCall>;
  update(id: string, change: Partial<Pick<WaitingCall, "attempts" | "faults">>): Promise<void>;
  remove(id: string): Promise<void>;
  head(): Promise<WaitingCall | undefined>;
  count(): Promise<number>;
  all(): Promise<WaitingCall[]>;
}

const FORMAT = 1;

/** The stored queue. Changes are made one after the other, and hold in memory only once they are written. */
export function createOfflineStore(storage: OfflineStorage, itemsMax: number): OfflineStore {
  let known: WaitingCall[] | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => {}); // the next one has its own turn, whatever became of this one
    return turn;
  }

  async function read(): Promise<WaitingCall[]> {
    known ??= parseQueue(await attempt("read", () => storage.read()));
    return known;
  }

  const change = <T>(next: (items: WaitingCall[]) => { items: WaitingCall[]; result: T }): Promise<T> =>
    inTurn(async () => {
      const { items, result } = next(await read());
      await attempt("written", () => storage.write(JSON.stringify({ format: FORMAT, items })));
      known = items;
      return result;
    });

  return {
    append: (item) =>
      change((items) => {
        if (items.length >= itemsMax) throw new OfflineQueueError("full", `${itemsMax} calls wait already`);
        return { items: [...items, item], result: item };
      }),
    update: (id, values) =>
      change((items) => ({
        items: items.map((item) => (item.id === id ? { ...item, ...values } : item)),
        result: undefined,
      })),
    remove: (id) => change((items) => ({ items: items.filter((item) => item.id !== id), result: undefined })),
    head: () => inTurn(async () => (await read())[0]),
    count: () => inTurn(async () => (await read()).length),
    all: () => inTurn(async () => [...(await read())]),
  };
}

async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new OfflineQueueError("storage", `the queue could not be ${what}`, cause);
  }
}

/** What is not readable is left as it is: throwing calls away is for the app to decide. */
function parseQueue(text: string | null): WaitingCall[] {
  if (text === null || text === "") return [];
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new OfflineQueueError("unreadable", "the storage holds something that is not a queue", cause);
  }
  const items = isRecord(content) && content.format === FORMAT ? content.items : undefined;
  if (Array.isArray(items) && items.every(isWaitingCall)) return items;
  throw new OfflineQueueError("unreadable", "the storage holds something that is not a queue of this release");
}

function isWaitingCall(value: unknown): value is WaitingCall {
  if (!isRecord(value) || !isRecord(value.input)) return false;
  const { id, call, idempotencyKey } = value;
  const texts = [id, call, idempotencyKey];
  const numbers = [value.queuedAtMs, value.expiresAtMs, value.attempts, value.faults];
  return texts.every((text) => typeof text === "string") && numbers.every((number) => Number.isSafeInteger(number));
}
