import { parseTaiwanMobile, toNational } from "../../rules/phone.ts";
import type { OutboundMessage, ParsedReceipt } from "../port.ts";
import { type ErrorClass, errorCodes, stateCodes, statusWords } from "./errors.ts";

const VALID_SECONDS_MAX = 86_400;
/** A line break on the wire. */
const LINE_BREAK = "\u0006";

const toWireText = (text: string) => text.replace(/\r\n|\r|\n/g, LINE_BREAK);
const validityOf = (message: OutboundMessage) => String(Math.min(message.validForSeconds, VALID_SECONDS_MAX));

/** Form of `SmSend` without the credentials (API v2.14 §3.1). `clientid` makes a repetition harmless for 12 hours. */
export function sendForm(message: OutboundMessage, responseUrl: string): Record<string, string> {
  return {
    dstaddr: toNational(message.recipient),
    smbody: toWireText(message.text),
    vldtime: validityOf(message),
    clientid: message.attemptId,
    response: responseUrl,
    smsPointFlag: "1",
  };
}

const SEPARATOR = "$$";

/** Whether a message can be a record of `SmBulkSend`: its separator inside a field would corrupt the whole call. */
export function fitsRecord({ text }: Pick<OutboundMessage, "text">): boolean {
  // A dollar sign at the start would join the separator before it.
  return !text.includes(SEPARATOR) && !text.startsWith("$");
}

/** One record of `SmBulkSend` (API v2.14 §3.2): clientid, number, time, validity, name, callback and text. */
export function bulkRecord(message: OutboundMessage, responseUrl: string): string {
  const { attemptId, recipient, text } = message;
  const fields = [attemptId, toNational(recipient), "", validityOf(message), "", responseUrl, toWireText(text)];
  return fields.join(SEPARATOR);
}

/** Values of one `[clientid]` block of a reply, with keys in lower case. */
export interface ReplyBlock {
  clientId: string;
  values: ReadonlyMap<string, string>;
}

/** Reply of `SmSend` and `SmBulkSend`: blocks of `key=value` lines under a `[clientid]` line. */
export function parseBlocks(text: string): ReplyBlock[] {
  const blocks: { clientId: string; values: Map<string, string> }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) blocks.push({ clientId: header, values: new Map() });
    const [, key, value] = /^\s*(\w+)=(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) blocks.at(-1)?.values.set(key.toLowerCase(), value);
  }
  return blocks;
}

export type SendReply =
  | { kind: "accepted"; messageId: string; points: string | undefined; isDuplicate: boolean }
  | { kind: "error"; code: string; meaning: string; errorClass: ErrorClass }
  | { kind: "unreadable" };

const ACCEPTED = new Set(["0", "1", "2", "4"]);

/** Reading of a reply to one message. Success is `statuscode` 0, 1, 2 or 4 with a `msgid`; HTTP says 200 to errors as well. */
export function parseSendReply(text: string): SendReply {
  const blocks = parseBlocks(text);
  const [block] = blocks;
  return block && blocks.length === 1 ? readBlock(block) : { kind: "unreadable" };
}

/** Reading of a reply to `SmBulkSend` by clientid; `error` when the whole call was refused before any record was read. */
export function parseBulkReply(
  text: string,
): { kind: "blocks"; blocks: ReadonlyMap<string, SendReply> } | { kind: "error"; code: string } {
  const lone = /^\s*statuscode=(\S)\s*$/.exec(text)?.[1];
  if (lone !== undefined) return { kind: "error", code: lone };
  return { kind: "blocks", blocks: new Map(parseBlocks(text).map((block) => [block.clientId, readBlock(block)])) };
}

function readBlock(block: ReplyBlock): SendReply {
  const code = block.values.get("statuscode") ?? "";
  const messageId = messageIdOf(block.values.get("msgid"));
  if (ACCEPTED.has(code) && messageId !== undefined) {
    const points = block.values.get("smspoint");
    const isDuplicate = block.values.get("duplicate")?.toUpperCase() === "Y";
    return { kind: "accepted", messageId, points: points || undefined, isDuplicate };
  }
  const error = errorCodes[code];
  return error ? { kind: "error", code, ...error } : { kind: "unreadable" };
}

/** `#000000013` is `000000013`. */
function messageIdOf(text: string | undefined | null): string | undefined {
  const id = text?.trim().replace(/^#/, "");
  return id && /^\w{1,20}$/.test(id) ? id : undefined;
}

export interface QueryRow {
  messageId: string;
  code: string;
  /** `YYYYMMDDHHMMSS`, Taipei. */
  at: string;
}
export type QueryReply = { kind: "rows"; rows: QueryRow[] } | { kind: "error"; code: string } | { kind: "unreadable" };

/** Reply of `SmQuery`: `msgid TAB statuscode TAB statustime[ TAB smsPoint]` in any order, or a lone error code. */
export function parseQueryReply(text: string): QueryReply {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const lone = loneCode(lines);
  if (lone !== undefined) return { kind: "error", code: lone };
  const rows = lines.map((line) => line.split("\t").map((field) => field.trim()));
  if (rows.length === 0 || rows.some((fields) => fields.length < 3)) return { kind: "unreadable" };
  return {
    kind: "rows",
    rows: rows.flatMap(([id, code = "", at = ""]) => {
      const messageId = messageIdOf(id);
      return messageId === undefined ? [] : [{ messageId, code, at }];
    }),
  };
}

export type CancelReply =
  /** By message id: 9 cancelled; 0 failed; 1 to 8 the state it has reached; `?` not known. */
  { kind: "rows"; codes: ReadonlyMap<string, string> } | { kind: "error"; code: string } | { kind: "unreadable" };

/** Reply of `SmCancel` (API v2.14 §3.4): `msgid=code` rows, or a lone error code. */
export function parseCancelReply(text: string): CancelReply {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const lone = loneCode(lines);
  if (lone !== undefined) return { kind: "error", code: lone };
  const rows = lines.map((line) => /^\s*#?(\w{1,20})=([0-9?])\s*$/.exec(line));
  if (rows.length === 0 || rows.some((row) => row === null)) return { kind: "unreadable" };
  return { kind: "rows", codes: new Map(rows.map((row) => [row?.[1] ?? "", row?.[2] ?? ""])) };
}

/** A reply of one line that is nothing but an error code. */
function loneCode(lines: readonly string[]): string | undefined {
  return lines.length === 1 ? /^\s*(?:statuscode=)?(\S)\s*$/.exec(lines[0] ?? "")?.[1] : undefined;
}

export function receiptOfRow(row: QueryRow, recipient: string): ParsedReceipt {
  return {
    providerMessageId: row.messageId,
    recipient,
    ...meaningOf(row.code, stateCodes[row.code]),
    ...(row.at && { providerTime: row.at }),
  };
}

export type CallbackReading =
  | { kind: "receipt"; receipt: ParsedReceipt; wireMessageId: string }
  | { kind: "malformed"; rule: string };

/**
 * Parameters of the callback (API v2.14 §3.5). The fate is in `StatusFlag`, else in `statusstr`: `statuscode` only repeats
 * that the submission succeeded.
 */
export function parseCallback(parameters: URLSearchParams, correlation: string | undefined): CallbackReading {
  const wireMessageId = parameters.get("msgid")?.trim() ?? "";
  const messageId = messageIdOf(wireMessageId);
  if (messageId === undefined) return { kind: "malformed", rule: "msgid must be given" };
  const flag = parameters.get("StatusFlag")?.trim() ?? "";
  const word = parameters.get("statusstr")?.trim().toUpperCase() ?? "";
  if (flag === "" && word === "") return { kind: "malformed", rule: "StatusFlag or statusstr must be given" };
  const address = parameters.get("dstaddr")?.slice(0, 30) ?? "";
  const time = parameters.get("donetime")?.slice(0, 20);
  return {
    kind: "receipt",
    wireMessageId,
    receipt: {
      providerMessageId: messageId,
      // A number that is none stays as it came: the receipt is answered and kept, and matches nothing.
      recipient: parseTaiwanMobile(address) ?? address,
      ...(correlation !== undefined && { correlation }),
      ...meaningOf((flag || word).slice(0, 20), flag === "" ? statusWords[word] : stateCodes[flag]),
      ...(time && { providerTime: time }),
    },
  };
}

function meaningOf(
  providerStatus: string,
  code: (typeof stateCodes)[string] | undefined,
): Pick<ParsedReceipt, "providerStatus" | "state" | "failureClass"> {
  return {
    providerStatus,
    ...(code && { state: code.state }),
    ...(code?.failureClass && { failureClass: code.failureClass }),
  };
}

/** Answer without which Mitake repeats the callback: both lines end with LF. */
export function callbackReply(wireMessageId: string): string {
  return `magicid=sms_gateway_rpack\nmsgid=${wireMessageId}\n`;
}
