import type { CarrierPace } from "../sms-party.ts";
import { type Account, type Message, SCHEDULED, WITH_CARRIER } from "./account.ts";
import { stamp } from "./wire.ts";

export interface CarrierOptions extends CarrierPace {
  account: Account;
}

export interface Carrier {
  /** The state that messages to this number (E.164) end with; default `4`, delivered. */
  setFate(mobile: string, state: string): void;
  take(message: Message): void;
  close(): void;
}

const DELIVERED = "4";
const CALLBACK_TIMEOUT_MS = 10_000;
const WORDS: Readonly<Record<string, string>> = {
  "4": "DELIVRD",
  "5": "SYNTAXE",
  "6": "UNDELIV",
  "7": "UNDELIV",
  "8": "EXPIRED",
  "9": "DELETED",
};

/** Carries messages to the handsets and calls back, also what a restart left undone. */
export function createCarrier(options: CarrierOptions): Carrier {
  const { clock, account } = options;
  const closing = new AbortController();
  const fates = new Map<string, string>();

  async function carry(message: Message): Promise<void> {
    const waitMs = Math.max(0, (message.scheduledFor ?? 0) - clock.now().getTime()) + options.deliverAfterMs;
    await clock.sleep(waitMs, closing.signal);
    if (closing.signal.aborted) return;
    if (message.state === WITH_CARRIER || message.state === SCHEDULED) {
      account.setState(message, fates.get(message.mobile) ?? DELIVERED);
    }
    await report(message);
  }

  async function report(message: Message): Promise<void> {
    if (message.responseUrl === "") return;
    for (let tried = 0; tried < options.callbackTriesMax && !closing.signal.aborted; tried += 1) {
      // A lost receipt: Mitake believes it was told.
      if (options.faults.take("callback")) return account.setReported(message);
      if (await callBack(message)) return account.setReported(message);
      await clock.sleep(options.callbackRetryMs, closing.signal);
    }
  }

  /** The parameters join an address with `?`; the answer must be exact, or the call is repeated. */
  async function callBack(message: Message): Promise<boolean> {
    const parameters = new URLSearchParams({
      msgid: message.id,
      dstaddr: `0${message.mobile.slice(4)}`,
      dlvtime: stamp(new Date(message.acceptedAt)),
      donetime: stamp(message.stateAt),
      // That the submission succeeded; the fate is in the flag.
      statuscode: "0",
      statusstr: WORDS[message.state] ?? "UNKNOWN",
      StatusFlag: message.state,
    });
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(CALLBACK_TIMEOUT_MS)]);
      const response = await fetch(`${message.responseUrl}?${parameters}`, { redirect: "manual", signal });
      const isPlain = /^text\/plain\b/i.test(response.headers.get("content-type") ?? "");
      const wanted = `magicid=sms_gateway_rpack\nmsgid=${message.id}\n`;
      return response.status === 200 && isPlain && (await response.text()) === wanted;
    } catch {
      return false;
    }
  }

  const take = (message: Message) => {
    carry(message).catch((error: unknown) => {
      options.log?.error("Mitake simulator: a message was lost on its way", { error });
    });
  };
  for (const message of account.messages()) if (!message.reported) take(message);

  return {
    setFate: (mobile, state) => {
      fates.set(mobile, state);
    },
    take,
    close: () => closing.abort(),
  };
}
