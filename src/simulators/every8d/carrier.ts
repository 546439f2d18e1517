import type { CarrierPace } from "../sms-party.ts";
import { type Account, type Batch, HANDED_TO_CARRIER, type Row, SCHEDULED } from "./account.ts";
import { stamp } from "./wire.ts";

export interface CarrierOptions extends CarrierPace {
  account: Account;
  /** How `+` in `RM` is written: percent-encoded, or plain so that a form parser reads a blank. */
  plus: "encoded" | "plain";
}

export interface Carrier {
  /** Where receipts go; `undefined`: nowhere. */
  setCallbackUrl(url: string | undefined): void;
  /** The status that messages to this number end with; default `100`, delivered. */
  setFate(mobile: string, status: string): void;
  take(batch: Batch): void;
  close(): void;
}

const DELIVERED = "100";
const CALLBACK_TIMEOUT_MS = 10_000;

/** Carries accepted batches to the handsets and reports by callback, also what a restart left undone. */
export function createCarrier(options: CarrierOptions): Carrier {
  const { clock, account } = options;
  const closing = new AbortController();
  const fates = new Map<string, string>();
  let callbackUrl: string | undefined;

  async function carry(batch: Batch, index: number): Promise<void> {
    const row = batch.rows[index];
    if (!row) return;
    const waitMs = Math.max(0, (batch.scheduledFor ?? 0) - clock.now().getTime()) + options.deliverAfterMs;
    await clock.sleep(waitMs, closing.signal);
    if (closing.signal.aborted) return;
    if (row.status === HANDED_TO_CARRIER || row.status === SCHEDULED) {
      account.setStatus(batch, index, fates.get(row.mobile) ?? DELIVERED);
    }
    await report(batch, index, row);
  }

  async function report(batch: Batch, index: number, row: Row): Promise<void> {
    for (let tried = 0; tried < options.callbackTriesMax && !closing.signal.aborted; tried += 1) {
      // A lost receipt: Every8d believes it was told.
      if (options.faults.take("callback")) return account.setReported(batch, index);
      if (callbackUrl !== undefined && (await callBack(callbackAddress(callbackUrl, batch, row)))) {
        return account.setReported(batch, index);
      }
      await clock.sleep(options.callbackRetryMs, closing.signal);
    }
  }

  function callbackAddress(base: string, batch: Batch, row: Row): string {
    const parameters = new URLSearchParams({
      BatchID: batch.id,
      RM: row.mobile,
      RT: stamp(row.statusAt ?? clock.now()),
      STATUS: row.status,
      SM: "",
      ST: stamp(new Date(batch.scheduledFor ?? batch.acceptedAt)),
      MR: row.recordNumber,
      SUBJECT: batch.subject,
      NAME: row.name,
      SOURCE: "API",
      CHARGE: String(row.points),
      TYPE: "SMS",
      MSGID: "",
    }).toString();
    return `${base}?${options.plus === "plain" ? parameters.replaceAll("%2B", "+") : parameters}`;
  }

  async function callBack(url: string): Promise<boolean> {
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(CALLBACK_TIMEOUT_MS)]);
      const response = await fetch(url, { redirect: "manual", signal });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return false;
    }
  }

  const take = (batch: Batch) => {
    for (const index of batch.rows.keys()) {
      carry(batch, index).catch((error: unknown) => {
        options.log?.error("Every8d simulator: a batch was lost on its way", { error });
      });
    }
  };
  for (const batch of account.batches()) {
    if (batch.rows.some((row) => !row.reported)) take(batch);
  }

  return {
    setCallbackUrl: (url) => {
      callbackUrl = url;
    },
    setFate: (mobile, status) => {
      fates.set(mobile, status);
    },
    take,
    close: () => closing.abort(),
  };
}
