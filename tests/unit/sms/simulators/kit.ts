import { afterEach } from "bun:test";
import { systemClock } from "../../../../src/platform/clock.ts";
import type { SmsPartyOptions } from "../../../../src/simulators/sms-party.ts";

/** Starts simulators that are quick, and closes each after its test. */
export function starting<Options extends SmsPartyOptions, Simulator extends { close(): Promise<void> }>(
  create: (options: Options) => Promise<Simulator>,
) {
  const closing: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  const quick = { clock: systemClock, deliverAfterMs: 1, callbackRetryMs: 5 };
  return {
    closing,
    start: async (options: Partial<Options> = {}): Promise<Simulator> => {
      const simulator = await create({ ...quick, ...options } as Options); // as: `quick` has all that is not optional
      closing.push(simulator.close);
      return simulator;
    },
  };
}
