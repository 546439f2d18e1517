import type { WebhookRequest } from "../../../platform/webhook.ts";
import { type Credentials, parseCredentials } from "../credentials.ts";
import {
  type AcceptedMessage,
  type ConnectorCall,
  type ConnectorDeps,
  CredentialsError,
  type OutboundMessage,
  type ParsedReceipt,
  type ResolveOutcome,
  type SendOutcome,
  type SmsConnector,
  type UnknownAttempt,
} from "../port.ts";
import { createTwilioClient, notApplied, type TwilioClient } from "./client.ts";
import type { TwilioConfig } from "./config.ts";
import { endpoints } from "./endpoints.ts";
import { type ErrorClass, errorCodes } from "./errors.ts";
import {
  createdAt,
  parseCallback,
  parseErrorCode,
  parseList,
  parseMessage,
  receiptOfMessage,
  sendForm,
  type TwilioMessage,
} from "./mapping.ts";
import { isSignedBy } from "./signing.ts";

/** How far Twilio's clock may differ from ours when a message is recognised by its time. */
const CLOCK_SKEW_MS = 120_000;
const LIST_ITEMS = 50;
const OPTED_OUT = "21610";
const WEBHOOK_PATH = "/api/v1/webhooks/sms/twilio";

interface Twilio {
  client: TwilioClient;
  accountSid: string;
  from: string;
  callbackUrl: string;
  absentAfterMs: number;
  now(): Date;
}

/** Twilio's Messages resource behind the port. A create call has no idempotency key: an unknown one is looked for in the list. */
export function createTwilioConnector(deps: ConnectorDeps, config: TwilioConfig): SmsConnector {
  const credentials = parseCredentials(deps.credentials);
  if (credentials.from === undefined)
    throw new CredentialsError("from: must be given: a number or a Messaging Service");
  const twilio: Twilio = {
    client: createTwilioClient({ credentials, http: deps.http }),
    accountSid: credentials.username,
    from: credentials.from,
    callbackUrl: deps.publicBaseUrl + WEBHOOK_PATH,
    absentAfterMs: config.absentAfterSeconds * 1_000,
    now: deps.now,
  };
  return {
    send: (message, call) => send(twilio, message, call),
    resolve: (attempt, call) => resolve(twilio, attempt, call),
    fetchReceipts: (messages, call) => fetchReceipts(twilio, messages, call),
    isGenuine: (request) => isGenuine(twilio.callbackUrl, credentials, request),
    parseWebhook: ({ url, body }) => {
      const reading = parseCallback(new URLSearchParams(body), url.searchParams.get("attempt"));
      if (reading.kind === "malformed") return { ...reading, reply: { status: 400, body: reading.rule } };
      const reply = { status: 200, headers: { "content-type": "text/xml" }, body: "<Response/>" };
      return { kind: "receipt", receipt: reading.receipt, reply };
    },
  };
}

/** What Twilio signed is the address we gave it; path and host of the request itself are not asked. */
function isGenuine(callbackUrl: string, credentials: Credentials, request: WebhookRequest): boolean {
  if (request.method !== "POST") return false;
  return isSignedBy(credentials.password, {
    url: callbackUrl + request.url.search,
    signature: request.headers.get("x-twilio-signature"),
    contentType: request.headers.get("content-type"),
    body: request.body,
  });
}

async function send(twilio: Twilio, message: OutboundMessage, call: ConnectorCall): Promise<SendOutcome> {
  // An address of its own for each attempt: its callback proves that this very attempt was accepted.
  const form = sendForm(message, twilio.from, `${twilio.callbackUrl}?attempt=${message.attemptId}`);
  const answer = await twilio.client.post("create", endpoints.messages(twilio.accountSid), form, call);
  if (answer.kind === "unknown") return answer;
  if (answer.status === 201) {
    const created = parseMessage(answer.text);
    return created
      ? { kind: "accepted", providerMessageId: created.sid }
      : { kind: "unknown", reason: "the reply could not be read" };
  }
  const providerCode = parseErrorCode(answer.text);
  const listed = providerCode === undefined ? undefined : errorCodes[providerCode];
  if (!listed || providerCode === undefined || !isDefinite(answer.status, listed.errorClass)) {
    return { kind: "unknown", reason: `HTTP ${answer.status}`, ...(providerCode !== undefined && { providerCode }) };
  }
  return refusalOf(providerCode, listed);
}

/** Of the 5xx only "service temporarily unavailable" says that nothing was done; a 500 may have created the message. */
const isDefinite = (status: number, errorClass: ErrorClass) =>
  errorClass === "transient" ? status === 503 : status >= 400 && status < 500;

function refusalOf(providerCode: string, { errorClass, meaning }: (typeof errorCodes)[string]): SendOutcome {
  switch (errorClass) {
    case "account":
    case "throttle":
    case "transient":
      throw notApplied("create", errorClass, meaning, providerCode);
    case "handset":
    case "carrier":
      // Codes of receipts: as an answer to a create call they say nothing certain.
      return { kind: "unknown", reason: meaning, providerCode };
    default:
      return {
        kind: "rejected",
        outcomeClass: errorClass,
        providerCode,
        reason: meaning,
        ...(providerCode === OPTED_OUT && { optedOut: true }),
      };
  }
}

/**
 * Looks for the message among those to the same number. What is still queued may lack a sending date, so the list is not
 * narrowed by date. Absent after the grace period is taken as never created.
 */
async function resolve(twilio: Twilio, attempt: UnknownAttempt, call: ConnectorCall): Promise<ResolveOutcome> {
  const query = { To: attempt.recipient, PageSize: String(LIST_ITEMS) };
  const answer = await twilio.client.get("list", endpoints.messages(twilio.accountSid), query, call);
  if (answer.kind === "unknown") return { kind: "undecided", reason: answer.reason };
  const messages = answer.status === 200 ? parseList(answer.text) : undefined;
  if (!messages) return { kind: "undecided", reason: `the list could not be read (HTTP ${answer.status})` };
  for (const message of messages) {
    if (!isOf(attempt, message) || (await attempt.belongsToAnother(message.sid))) continue;
    return { kind: "taken", providerMessageId: message.sid };
  }
  if (messages.length >= LIST_ITEMS && messages.every((message) => isYoungerThan(attempt, message))) {
    return { kind: "undecided", reason: "the provider's list does not reach back far enough" };
  }
  const ageMs = twilio.now().getTime() - attempt.startedAt.getTime();
  if (ageMs < twilio.absentAfterMs) {
    const askAgainMs = twilio.absentAfterMs - ageMs;
    return { kind: "undecided", reason: "not in the provider's list yet", askAgainMs };
  }
  return { kind: "not_taken", reason: "the provider's list does not have it" };
}

function isOf(attempt: UnknownAttempt, message: TwilioMessage): boolean {
  return message.to === attempt.recipient && message.body === attempt.text && isYoungerThan(attempt, message);
}

function isYoungerThan(attempt: UnknownAttempt, message: TwilioMessage): boolean {
  const created = createdAt(message);
  return created !== undefined && created.getTime() >= attempt.startedAt.getTime() - CLOCK_SKEW_MS;
}

async function fetchReceipts(
  twilio: Twilio,
  messages: readonly AcceptedMessage[],
  call: ConnectorCall,
): Promise<ParsedReceipt[]> {
  const receipts: ParsedReceipt[] = [];
  for (const { providerMessageId, recipient } of messages) {
    const path = endpoints.message(twilio.accountSid, providerMessageId);
    const answer = await twilio.client.get("fetch", path, {}, call);
    const found = answer.kind === "reply" && answer.status === 200 ? parseMessage(answer.text) : undefined;
    if (!found) throw notApplied("fetch", "transient", "the status could not be read");
    if (found.to === recipient) receipts.push(receiptOfMessage(found, recipient));
  }
  return receipts;
}
