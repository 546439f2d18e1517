import type { SimulatorReply, SimulatorRequest } from "../http-simulator.ts";
import type { Account, Message } from "./account.ts";

const BODY_CHARACTERS_MAX = 1_600;
const VALIDITY_SECONDS_MAX = 36_000;

export interface MessagesDeps {
  account: Account;
  accountSid: string;
  /** E.164 numbers that have opted out. */
  optedOut: ReadonlySet<string>;
  onCreated(message: Message): void;
}

const errorTexts: Readonly<Record<string, string>> = {
  "20003": "Authenticate",
  "20404": "The requested resource was not found",
  "21211": "The 'To' number is not a valid phone number.",
  "21408": "Permission to send an SMS has not been enabled for the region.",
  "21602": "Message body is required.",
  "21603": "A 'From' phone number is required.",
  "21604": "A 'To' phone number is required.",
  "21610": "Attempt to send to unsubscribed recipient",
  "21614": "'To' number is not a valid mobile number",
  "21617": "The concatenated message body exceeds the 1600 character limit.",
  "21624": "The validity period is out of range.",
};

export function errorReply(status: number, code: string): SimulatorReply {
  const message = errorTexts[code] ?? "error";
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return json(status, { code: Number(code), message, more_info, status });
}

const json = (status: number, value: unknown): SimulatorReply => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

/** `POST …/Messages.json`: 201 and the message resource. */
export function createMessage(deps: MessagesDeps, request: SimulatorRequest): SimulatorReply {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "");
  const form = new URLSearchParams(isForm ? request.body.toString("utf8") : "");
  const refused = refusalOf(deps, form);
  if (refused) return errorReply(400, refused);
  const message = deps.account.add({
    to: form.get("To") ?? "",
    from: form.get("From"),
    serviceSid: form.get("MessagingServiceSid"),
    body: form.get("Body") ?? "",
    statusCallback: form.get("StatusCallback") ?? "",
  });
  deps.onCreated(message);
  return json(201, resourceOf(deps, message));
}

function refusalOf(deps: MessagesDeps, form: URLSearchParams): string | undefined {
  const to = form.get("To") ?? "";
  const body = form.get("Body") ?? "";
  const validity = form.get("ValidityPeriod");
  if (to === "") return "21604";
  if (!form.get("From") && !form.get("MessagingServiceSid")) return "21603";
  if (!/^\+[1-9]\d{7,14}$/.test(to)) return "21211";
  if (!to.startsWith("+886")) return "21408";
  if (!/^\+8869\d{8}$/.test(to)) return "21614";
  if (deps.optedOut.has(to)) return "21610";
  if (body === "") return "21602";
  if (body.length > BODY_CHARACTERS_MAX) return "21617";
  if (
    validity !== null &&
    !(/^\d+$/.test(validity) && Number(validity) >= 1 && Number(validity) <= VALIDITY_SECONDS_MAX)
  ) {
    return "21624";
  }
  return undefined;
}

export function fetchMessage(deps: MessagesDeps, sid: string): SimulatorReply {
  const message = deps.account.find(sid);
  return message ? json(200, resourceOf(deps, message)) : errorReply(404, "20404");
}

/** `GET …/Messages.json?To=&PageSize=`: newest first. */
export function listMessages(deps: MessagesDeps, request: SimulatorRequest): SimulatorReply {
  const query = request.url.searchParams;
  const to = query.get("To");
  const size = Math.min(Number(query.get("PageSize") ?? "50"), 1_000);
  const found = deps.account.messages().filter((message) => to === null || message.to === to);
  return json(200, { messages: found.slice(0, size).map((message) => resourceOf(deps, message)), page_size: size });
}

function resourceOf({ accountSid }: MessagesDeps, message: Message): object {
  const isNew = message.status === "queued" || message.status === "accepted";
  const parts = String(Math.max(1, Math.ceil(message.body.length / 67)));
  return {
    sid: message.sid,
    account_sid: accountSid,
    api_version: "2010-04-01",
    to: message.to,
    from: message.from,
    messaging_service_sid: message.serviceSid,
    body: message.body,
    status: message.status,
    num_segments: message.status === "accepted" ? "0" : parts,
    direction: "outbound-api",
    price: message.status === "delivered" ? "-0.05" : null,
    price_unit: "USD",
    error_code: message.errorCode === "" ? null : Number(message.errorCode),
    error_message: null,
    date_created: new Date(message.createdAt).toUTCString(),
    date_sent: isNew ? null : message.updatedAt.toUTCString(),
    date_updated: message.updatedAt.toUTCString(),
  };
}
