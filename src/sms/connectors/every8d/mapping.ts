import { z } from "zod";
import { taipeiInstant } from "../../../platform/taipei-time.ts";
import { parseTaiwanMobile, toNational } from "../../rules/phone.ts";
import type { OutboundMessage, ParsedReceipt } from "../port.ts";
import { attemptIdOf, readJson } from "../wire.ts";
import { readStatus } from "./errors.ts";

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NEGATIVE = /^\s*(-\d+)(?:\.0+)?\s*(?:,|$)/;
const DECIMAL = /^\d+(?:\.\d+)?$/;
const INTEGER = /^\d+$/;

/** Validity in whole minutes, rounded down so that nothing arrives late. */
export const minutesOf = ({ validForSeconds }: Pick<OutboundMessage, "validForSeconds">) =>
  Math.max(1, Math.floor(validForSeconds / 60));

/** Form of `SendSMS` (API 2.1 §2.2). `SB` is not shown on the handset; it comes back as `SUBJECT` in the receipt. */
export function sendForm(message: OutboundMessage): Record<string, string> {
  return {
    SB: message.attemptId,
    MSG: message.text,
    DEST: toNational(message.recipient),
    RETRYTIME: String(minutesOf(message)),
  };
}

/**
 * JSON of `SendParam` (API 2.1 §2.3), each recipient with a text of its own in `Param`. `MR`, unique within the batch, comes
 * back in the receipts and so tells the attempt; the subject is one for all and stays empty. A mail address would make the
 * provider send the text there as well.
 */
export function paramBody(messages: readonly OutboundMessage[]): object {
  return {
    SB: "",
    // One validity for all: the shortest, so that nothing arrives late.
    RETRYTIME: Math.min(...messages.map(minutesOf)),
    EventID: "",
    RecipientDataList: messages.map(({ attemptId, recipient, text }) => {
      return { Name: "", Mobile: toNational(recipient), Email: "", SendTime: "", Param: text, MR: attemptId };
    }),
  };
}

/** Whether a text can stand in a batch as it is: `|` and `%field1%` could be read as marks of a form letter there. */
export function fitsBatch({ text }: Pick<OutboundMessage, "text">): boolean {
  return !/\||%field[1-5]%/i.test(text);
}

/** Validities of one batch may differ by this share: it gets the shortest. */
const VALIDITY_BAND = 0.1;

/** Messages that may share a batch: every number once, since equal numbers of a batch cannot be told apart, and like validity. */
export function batchesOf(messages: readonly OutboundMessage[]): OutboundMessage[][] {
  const seen = new Set<string>();
  const batches: OutboundMessage[][] = [];
  for (const message of [...messages].sort((a, b) => a.validForSeconds - b.validForSeconds)) {
    if (!fitsBatch(message) || seen.has(message.recipient)) continue;
    seen.add(message.recipient);
    const batch = batches.at(-1);
    const [shortest] = batch ?? [];
    const isAlike = shortest && minutesOf(message) <= minutesOf(shortest) * (1 + VALIDITY_BAND);
    if (batch && isAlike) batch.push(message);
    else batches.push([message]);
  }
  return batches.filter(({ length }) => length > 1);
}

export type SendReply =
  | { kind: "sent"; batchId: string; points: string; sent: number; unsent: number }
  | { kind: "no_credit" }
  | { kind: "error"; code: string }
  | { kind: "unreadable" };

const paramSchema = z.discriminatedUnion("Result", [
  z.object({ Result: z.literal(true), Msg: z.string() }),
  z.object({ Result: z.literal(false), Status: z.union([z.string(), z.number()]).transform(String) }),
]);

/** Reply of `SendParam`: that of `SendSMS` in JSON, or a code. */
export function parseParamReply(text: string): SendReply {
  const parsed = paramSchema.safeParse(readJson(text));
  if (!parsed.success) return { kind: "unreadable" };
  return parsed.data.Result ? parseSendReply(parsed.data.Msg) : { kind: "error", code: parsed.data.Status.trim() };
}

/** Reply of `EraseBooking` (API 2.1 §2.7): how many of a batch were cancelled and the points that came back, or a code. */
export function parseCancelReply(
  text: string,
): { kind: "cancelled"; count: number } | { kind: "error"; code: string } | { kind: "unreadable" } {
  const code = NEGATIVE.exec(text)?.[1];
  if (code !== undefined) return { kind: "error", code };
  const count = /^\s*(\d{1,9})\s*,\s*\d+(?:\.\d+)?\s*$/.exec(text)?.[1];
  return count === undefined ? { kind: "unreadable" } : { kind: "cancelled", count: Number(count) };
}

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
  if (!GUID.test(batchId)) return { kind: "unreadable" };
  return { kind: "sent", batchId, points: cost, sent: Number(sent), unsent: Number(unsent) };
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
  const parsed = statusSchema.safeParse(readJson(text));
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
  const correlation = attemptIdOf(row.recordNumber);
  return {
    providerMessageId: batchId,
    recipient,
    ...(correlation !== undefined && { correlation }),
    ...(row.recordNumber && { recordNumber: row.recordNumber }),
    ...meaningOf(row.status),
    providerTime: row.receivedAt || row.sentAt,
  };
}

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
  const recordNumber = parameters.get("MR")?.slice(0, 100);
  // Of a batch the record number tells the attempt, of a single message the subject.
  const correlation = attemptIdOf(recordNumber) ?? attemptIdOf(parameters.get("SUBJECT"));
  const time = parameters.get("RT")?.slice(0, 20);
  return {
    kind: "receipt",
    receipt: {
      providerMessageId: batchId,
      recipient,
      ...(correlation !== undefined && { correlation }),
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
