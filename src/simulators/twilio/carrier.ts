import { createHmac } from "node:crypto";
import type { CarrierPace } from "../sms-party.ts";
import type { Account, Message } from "./account.ts";

export interface CarrierOptions extends CarrierPace {
  account: Account;
  accountSid: string;
  authToken: string;
}

export interface Fate {
  status: "delivered" | "undelivered" | "failed";
  errorCode?: string;
}

export interface Carrier {
  /** How messages to this number (E.164) end; default `delivered`. */
  setFate(mobile: string, fate: Fate): void;
  take(message: Message): void;
  close(): void;
}

const CALLBACK_TIMEOUT_MS = 15_000;
const FINAL = new Set(["delivered", "undelivered", "failed", "canceled"]);

/** Carries messages to the handsets and reports each status by a signed POST, also what a restart left undone. */
export function createCarrier(options: CarrierOptions): Carrier {
  const { clock, account } = options;
  const closing = new AbortController();
  const fates = new Map<string, Fate>();

  async function carry(message: Message): Promise<void> {
    await clock.sleep(options.deliverAfterMs, closing.signal);
    if (closing.signal.aborted) return;
    if (!FINAL.has(message.status)) {
      account.setStatus(message, "sent");
      await report(message);
      const fate = fates.get(message.to) ?? { status: "delivered" };
      account.setStatus(message, fate.status, fate.errorCode);
    }
    await report(message);
  }

  async function report(message: Message): Promise<void> {
    if (message.statusCallback === "") return;
    const tries = 1 + retriesOf(message.statusCallback);
    for (let tried = 0; tried < tries && !closing.signal.aborted; tried += 1) {
      // A lost receipt: Twilio believes it was told.
      if (options.faults.take("callback") || (await callBack(message))) return account.setReported(message);
      await clock.sleep(options.callbackRetryMs, closing.signal);
    }
  }

  async function callBack(message: Message): Promise<boolean> {
    // The fragment holds settings for Twilio; it is neither called nor signed.
    const url = message.statusCallback.split("#")[0] ?? "";
    const form = new URLSearchParams({
      AccountSid: options.accountSid,
      ApiVersion: "2010-04-01",
      From: message.from ?? "+15005550006",
      MessageSid: message.sid,
      MessageStatus: message.status,
      SmsSid: message.sid,
      SmsStatus: message.status,
      To: message.to,
      ...(message.serviceSid !== null && { MessagingServiceSid: message.serviceSid }),
      ...(message.errorCode !== "" && { ErrorCode: message.errorCode }),
      ...(message.status === "delivered" && { RawDlrDoneDate: "2601011200" }),
    });
    const signed =
      url +
      [...form]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => name + value)
        .join("");
    const signature = createHmac("sha1", options.authToken).update(signed).digest("base64");
    try {
      const response = await fetch(url, {
        method: "POST",
        redirect: "manual",
        headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature },
        body: form.toString(),
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(CALLBACK_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  const take = (message: Message) => {
    carry(message).catch((error: unknown) => {
      options.log?.error("Twilio simulator: a message was lost on its way", { error });
    });
  };
  for (const message of account.messages()) if (message.reported !== message.status) take(message);

  return {
    setFate: (mobile, fate) => {
      fates.set(mobile, fate);
    },
    take,
    close: () => closing.abort(),
  };
}

/** `#rc=<count>`: repetitions are made only where they are asked for. */
function retriesOf(url: string): number {
  const count = new URLSearchParams(url.split("#")[1] ?? "").get("rc");
  return count !== null && /^[0-5]$/.test(count) ? Number(count) : 0;
}
