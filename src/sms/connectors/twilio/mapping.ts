import { z } from "zod";
import { parseTaiwanMobile } from "../../rules/phone.ts";
import type { OutboundMessage, ParsedReceipt } from "../port.ts";
import { attemptIdOf, readJson } from "../wire.ts";
import { readStatus } from "./errors.ts";

const VALIDITY_SECONDS_MAX = 36_000;
const MESSAGE_SID = /^(?:SM|MM)[0-9a-f]{32}$/;

/** Form of the create call. A sender that starts with `MG` is a Messaging Service. */
export function sendForm(message: OutboundMessage, from: string, callbackUrl: string): Record<string, string> {
  return {
    To: message.recipient,
    ...(from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from }),
    Body: message.text,
    // Five repetitions after any failure; the fragment is not part of what Twilio calls and signs.
    StatusCallback: `${callbackUrl}#rc=5&rp=all`,
    ValidityPeriod: String(Math.min(message.validForSeconds, VALIDITY_SECONDS_MAX)),
  };
}

const errorCodeSchema = z.union([z.number(), z.string()]).nullish();

const messageSchema = z.object({
  sid: z.string().regex(MESSAGE_SID),
  status: z.string(),
  to: z.string(),
  body: z.string().nullish(),
  /** RFC 2822. */
  date_created: z.string().nullish(),
  date_updated: z.string().nullish(),
  error_code: errorCodeSchema,
});
export type TwilioMessage = z.output<typeof messageSchema>;

const errorSchema = z.object({ code: z.number(), message: z.string().optional() });
const listSchema = z.object({ messages: z.array(messageSchema).max(1_000) });

/** A message resource; `undefined` when the text is none. */
export const parseMessage = (text: string): TwilioMessage | undefined => parseWith(messageSchema, text);
/** The messages of a list; `undefined` when the text is none. */
export const parseList = (text: string): TwilioMessage[] | undefined => parseWith(listSchema, text)?.messages;
/** The code of an error body; `undefined` when the text is none. */
export const parseErrorCode = (text: string): string | undefined => parseWith(errorSchema, text)?.code.toString();

function parseWith<T>(schema: z.ZodType<T>, text: string): T | undefined {
  return schema.safeParse(readJson(text)).data;
}

/** When the message was created; `undefined` when Twilio does not say. */
export function createdAt(message: TwilioMessage): Date | undefined {
  const time = Date.parse(message.date_created ?? "");
  return Number.isNaN(time) ? undefined : new Date(time);
}

export function receiptOfMessage(message: TwilioMessage, recipient: string): ParsedReceipt {
  return {
    providerMessageId: message.sid,
    recipient,
    providerStatus: statusText(message.status, String(message.error_code ?? "")),
    ...readStatus(message.status, String(message.error_code ?? "")),
    ...(message.date_updated && { providerTime: message.date_updated }),
  };
}

export type CallbackReading = { kind: "receipt"; receipt: ParsedReceipt } | { kind: "malformed"; rule: string };

/** Form of a status callback. Parameters not known here may appear at any time and are ignored. */
export function parseCallback(form: URLSearchParams, attemptId: string | null): CallbackReading {
  const correlation = attemptIdOf(attemptId);
  const sid = form.get("MessageSid") ?? form.get("SmsSid") ?? "";
  const status = form.get("MessageStatus") ?? form.get("SmsStatus") ?? "";
  if (!MESSAGE_SID.test(sid)) return { kind: "malformed", rule: "MessageSid must be given" };
  if (!/^[a-z_]{1,30}$/.test(status)) return { kind: "malformed", rule: "MessageStatus must be given" };
  const to = form.get("To") ?? "";
  const errorCode = form.get("ErrorCode")?.slice(0, 10) ?? "";
  const time = form.get("RawDlrDoneDate")?.slice(0, 20);
  return {
    kind: "receipt",
    receipt: {
      providerMessageId: sid,
      recipient: parseTaiwanMobile(to) ?? to.slice(0, 30),
      ...(correlation !== undefined && { correlation }),
      providerStatus: statusText(status, errorCode),
      ...readStatus(status, errorCode),
      ...(time && { providerTime: time }),
    },
  };
}

const statusText = (status: string, errorCode: string) => (errorCode === "" ? status : `${status} ${errorCode}`);
