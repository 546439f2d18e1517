/** How an outside party is told to misbehave. */
export interface Fault {
  /** The operation it strikes, as the simulator names it; `*` strikes all. */
  operation: string;
  /**
   * `delay`: acts and answers after `delayMs`. `drop_before`: cuts the connection without acting.
   * `drop_after`: acts, then cuts the connection without answering. `reply`: answers `status` and `body` without acting.
   */
  kind: "delay" | "drop_before" | "drop_after" | "reply";
  delayMs?: number;
  status?: number;
  body?: string;
  /** How often it strikes; default once. */
  times?: number;
  /** How many matching operations pass unharmed before it strikes; default none. */
  skip?: number;
}

/** When a fault strikes, whatever it does. */
interface Striking {
  operation: string;
  times?: number;
  skip?: number;
}

export interface FaultQueue<F extends Striking> {
  add(fault: F): void;
  clear(): void;
  /** The fault that strikes this operation now, if any; counts it as used. */
  take(operation: string): F | undefined;
}

export type Faults = FaultQueue<Fault>;

export const createFaults = (): Faults => createFaultQueue<Fault>();

/** The pending faults of one simulated party; the earliest added that fits strikes first. */
export function createFaultQueue<F extends Striking>(): FaultQueue<F> {
  let pending: { fault: F; skip: number; times: number }[] = [];
  return {
    add: (fault) => {
      pending.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
    },
    clear: () => {
      pending = [];
    },
    take: (operation) => {
      for (const entry of pending) {
        if (entry.fault.operation !== "*" && entry.fault.operation !== operation) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.times -= 1;
        pending = pending.filter((other) => other.times > 0);
        return entry.fault;
      }
      return undefined;
    },
  };
}
