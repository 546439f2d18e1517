import { z } from "zod";
import { taipeiInstant } from "../../../platform/taipei-time.ts";
import { parseTaiwanMobile, toNational } from "../../rules/phone.ts";
import type { OutboundMessage, ParsedReceipt } from "../port.ts";
import { readStatus } from "./errors.ts";

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NEGATIVE = /^\s*(-\d+)(?:\.0+)?\s*(?:,|$)/;
const DECIMAL = /^\d+(?:\.\d+)?$/;
const INTEGER = /^\d+$/;

/** Form of `SendSMS` (API 2.1 §2.2). `SB` is not shown on the handset; it comes back as `SUBJECT` in the receipt. */
export function sendForm(message: OutboundMessage): Record<string, string> {
  return {
    SB: message.attemptId,
    MSG: message.text,
    DEST: toNational(message.recipient),
    // Validity in whole minutes, rounded down so that nothing arrives late.
    RETRYTIME: String(Math.max(1, Math.floor(message.validForSeconds / 60))),
  };
}

export type SendReply =
  | { kind: "sent"; batchId: string; points: string }
  | { kind: "no_credit" }
  | { kind: "error"; code: string }
  | { kind: "unreadable" };

/** Reply of `SendSMS`: `CREDIT,SENDED,COST,UNSEND,BATCH_ID`, or a negative code and a text. HTTP says 200 to both. */
export function parseSendReply(text: string): SendReply {
  const code = NEGATIVE.exec(text)?.[1];
  if (code !== undefined) return { kind: "error", code };
  const fields = text
    .trim()
    .split(",")
    .map((field) => field.trim());
  if (fields.length !== 5) return { kind: "unreadable" };
  const [credit = "", sent = "", cost = "", unsent = "", batchId = ""] = fields;
  if (!DECIMAL.test(credit) || !INTEGER.test(sent) || !DECIMAL.test(cost) || !INTEGER.test(unsent)) {
    return { kind: "unreadable" };
  }
  if (Number(sent) === 0) return Number(unsent) > 0 ? { kind: "no_credit" } : { kind: "unreadable" };
  return GUID.test(batchId) ? { kind: "sent", batchId, points: cost } : { kind: "unreadable" };
}

export type FilterReply =
  | { kind: "duplicates"; batchIds: string[] }
  | { kind: "error"; code: string }
  | { kind: "unreadable" };

/**
 * Reply of `SendSMS4FilterMessage`: the last two fields list numbers that had the same text within 24 hours, and the batches
 * of those sends, each separated by `/`. Gives the batches of the recipient (E.164).
 */
export function parseFilterReply(text: string, recipient: string): FilterReply {
  const code = NEGATIVE.exec(text)?.[1];
  if (code !== undefined) return { kind: "error", code };
  const fields = text.trim().split(",");
  if (fields.length !== 7) return { kind: "unreadable" };
  const listOf = (field: string | undefined) => (field ?? "").split("/").map((part) => part.trim());
  const mobiles = listOf(fields[5]);
  const batches = listOf(fields[6]);
  if (mobiles.length !== batches.length) return { kind: "unreadable" };
  const batchIds = batches.filter((batch, index) => {
    return GUID.test(batch) && parseTaiwanMobile(mobiles[index] ?? "") === recipient;
  });
  return { kind: "duplicates", batchIds };
}

const scalar = z.union([z.string(), z.number()]).transform(String);
const statusSchema = z.object({
  SMS_COUNT: z.coerce.number(),
  BID: z.string(),
  DATA: z
    .array(
      z.object({
        MR: scalar.nullish(),
        MOBILE: z.string(),
        SEND_TIME: z.string(),
        STATUS: scalar,
        RECEIVED_TIME: z.string().nullish(),
      }),
    )
    .max(1_000)
    .nullish(),
});

export interface StatusRow {
  /** E.164, or `undefined` for a number that is no Taiwan mobile. */
  recipient: string | undefined;
  recordNumber: string;
  status: string;
  /** `yyyyMMddHHmmss`, Taipei. */
  sentAt: string;
  /** `yyyyMMddHHmmss`, Taipei; empty while nothing was received. */
  receivedAt: string;
}

/** Reply of `GetDeliveryStatus` in JSON (`RESPFORMAT=1`) or TAB text; `undefined` when it is neither. */
export function parseStatusReply(text: string): StatusRow[] | undefined {
  return text.trimStart().startsWith("{") ? parseStatusJson(text) : parseStatusTabs(text);
}

function parseStatusJson(text: string): StatusRow[] | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = statusSchema.safeParse(content);
  if (!parsed.success) return undefined;
  return (parsed.data.DATA ?? []).map((row) => ({
    recipient: parseTaiwanMobile(row.MOBILE),
    recordNumber: row.MR ?? "",
    status: row.STATUS.trim(),
    sentAt: digitsOf(row.SEND_TIME),
    receivedAt: digitsOf(row.RECEIVED_TIME ?? ""),
  }));
}

/** Line 1 is the count, then `NAME MOBILE SEND_TIME COST STATUS` separated by tabs. */
function parseStatusTabs(text: string): StatusRow[] | undefined {
  const [count = "", ...lines] = text.split(/\r?\n/).filter((line) => line !== "");
  if (!INTEGER.test(count.trim())) return undefined;
  const rows = lines.map((line) => line.split("\t"));
  if (rows.some((fields) => fields.length !== 5)) return undefined;
  return rows.map(([, mobile = "", sentAt = "", , status = ""]) => ({
    recipient: parseTaiwanMobile(mobile),
    recordNumber: "",
    status: status.trim(),
    sentAt: digitsOf(sentAt),
    receivedAt: "",
  }));
}

const digitsOf = (time: string) => time.replace(/\D/g, "");

/** `yyyyMMddHHmmss` of Taipei as an instant; `undefined` when it is none. */
export function readStamp(stamp: string): Date | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(stamp);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  try {
    return taipeiInstant(`${year}-${month}-${day}`, `${hour}:${minute}:${second}`);
  } catch {
    return undefined;
  }
}

export function receiptOfRow(batchId: string, recipient: string, row: StatusRow): ParsedReceipt {
  return {
    providerMessageId: batchId,
    recipient,
    ...(row.recordNumber && { recordNumber: row.recordNumber }),
    ...meaningOf(row.status),
    providerTime: row.receivedAt || row.sentAt,
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export type CallbackReading =
  | { kind: "receipt"; receipt: ParsedReceipt }
  | { kind: "reply" }
  | { kind: "malformed"; rule: string };

/** Parameters of the callback (API 2.1 §2.8). Unknown parameters are ignored; `STATUS=999` is a reply of the recipient. */
export function parseCallback(parameters: URLSearchParams): CallbackReading {
  const batchId = parameters.get("BatchID") ?? "";
  const status = parameters.get("STATUS")?.trim() ?? "";
  if (!/^[\w-]{1,64}$/.test(batchId)) return { kind: "malformed", rule: "BatchID must be given" };
  if (!/^-?\d{1,4}$/.test(status)) return { kind: "malformed", rule: "STATUS must be a code" };
  if (status === "999") return { kind: "reply" };
  // `+` arrives percent-encoded, or plain and then as a blank: both are read.
  const recipient = parseTaiwanMobile(parameters.get("RM") ?? "");
  if (recipient === undefined) return { kind: "malformed", rule: "RM must be a Taiwan mobile number" };
  const subject = parameters.get("SUBJECT")?.trim().toLowerCase() ?? "";
  const recordNumber = parameters.get("MR")?.slice(0, 100);
  const time = parameters.get("RT")?.slice(0, 20);
  return {
    kind: "receipt",
    receipt: {
      providerMessageId: batchId,
      recipient,
      ...(UUID.test(subject) && { correlation: subject }),
      ...(recordNumber && { recordNumber }),
      ...meaningOf(status),
      ...(time && { providerTime: time }),
    },
  };
}

function meaningOf(status: string): Pick<ParsedReceipt, "providerStatus" | "state" | "failureClass"> {
  const { state, failureClass } = readStatus(status);
  return { providerStatus: status, ...(state && { state }), ...(failureClass && { failureClass }) };
}

/** Reply of `getCredit`: a decimal, or JSON with `Credit` where a bearer token is used; anything else is an error. */
export function parseCreditReply(text: string): string | undefined {
  const json = /^\s*\{.*"Credit"\s*:\s*"?(\d{1,12}(?:\.\d{1,6})?)"?[\s,}]/s.exec(text)?.[1];
  return json ?? /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*$/.exec(text)?.[1];
}
