import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Faults } from "./faults.ts";

/** What every simulated SMS company is given. */
export interface SmsPartyOptions {
  clock: Clock;
  log?: Log;
  /** Folder that makes it remember messages and open callbacks across restarts. */
  stateDir?: string;
  port?: number;
  /** From the handing over to the handset's answer. Default 50 ms. */
  deliverAfterMs?: number;
  /** Pause before a callback that was not answered as it should be is repeated. Default 500 ms. */
  callbackRetryMs?: number;
  /** Default 5. */
  callbackTriesMax?: number;
}

/** The same with the points that local companies count, and fixed credentials, e.g. to start again on the same folder. */
export interface LocalSmsPartyOptions extends SmsPartyOptions {
  pointsAtStart?: number;
  credentials?: LocalLogin;
}

export interface LocalLogin {
  username: string;
  password: string;
  callback_token: string;
}

/** How a carrier works, whichever company's. */
export interface CarrierPace {
  clock: Clock;
  faults: Faults;
  log?: Log;
  deliverAfterMs: number;
  callbackRetryMs: number;
  callbackTriesMax: number;
}

export function paceOf(options: SmsPartyOptions, faults: Faults): CarrierPace {
  return {
    clock: options.clock,
    faults,
    ...(options.log && { log: options.log }),
    deliverAfterMs: options.deliverAfterMs ?? 50,
    callbackRetryMs: options.callbackRetryMs ?? 500,
    callbackTriesMax: options.callbackTriesMax ?? 5,
  };
}

/** Where an account keeps its journal; nowhere without a folder. */
export function journalOf({ stateDir }: SmsPartyOptions, name: string): { journalPath?: string } {
  return stateDir === undefined ? {} : { journalPath: join(stateDir, `${name}.jsonl`) };
}

export function pointsOf({ pointsAtStart = 1_000_000 }: LocalSmsPartyOptions): number {
  return pointsAtStart;
}

export function loginOf({ credentials }: LocalSmsPartyOptions, passwordBytes: number): LocalLogin {
  if (credentials) return credentials;
  return {
    username: "simulated",
    password: randomBytes(passwordBytes).toString("hex"),
    callback_token: randomBytes(24).toString("hex"),
  };
}

/** Copies by number, in the order in which they are added. */
export function copiesByNumber<Copy>(copies: Iterable<{ mobile: string; copy: Copy }>): Map<string, Copy[]> {
  const found = new Map<string, Copy[]>();
  for (const { mobile, copy } of copies) {
    const known = found.get(mobile);
    if (known) known.push(copy);
    else found.set(mobile, [copy]);
  }
  return found;
}
