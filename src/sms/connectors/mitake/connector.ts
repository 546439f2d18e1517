import { parseCredentials } from "../credentials.ts";
import type {
  AcceptedMessage,
  BulkOutcome,
  CancelOutcome,
  ConnectorCall,
  ConnectorDeps,
  OutboundMessage,
  ParsedReceipt,
  ResolveOutcome,
  SendOutcome,
  SmsConnector,
  UnknownAttempt,
} from "../port.ts";
import { sendEach } from "../send-each.ts";
import { isSameToken } from "../webhook-token.ts";
import { attemptIdOf } from "../wire.ts";
import { createMitakeClient, type MitakeClient, notApplied } from "./client.ts";
import type { MitakeConfig } from "./config.ts";
import { endpoints } from "./endpoints.ts";
import { errorCodes } from "./errors.ts";
import {
  bulkRecord,
  callbackReply,
  fitsRecord,
  parseBulkReply,
  parseCallback,
  parseCancelReply,
  parseQueryReply,
  parseSendReply,
  receiptOfRow,
  type SendReply,
  sendForm,
} from "./mapping.ts";

/** The provider remembers a clientid for 12 hours; after that a repetition would be a new message. */
const REPEAT_WITHIN_MS = 11 * 60 * 60 * 1000;
/** State of a message whose schedule was cancelled. */
const CANCELLED = "9";

interface Mitake {
  client: MitakeClient;
  now(): Date;
  /** Where the receipt of this attempt goes: the secret path and the attempt. */
  responseUrl(attemptId: string): string;
}

/** Mitake's HTTP API v2.14 behind the port. `clientid` is an idempotency key, so an unknown outcome is found by repeating. */
export function createMitakeConnector(deps: ConnectorDeps, config: MitakeConfig): SmsConnector {
  const credentials = parseCredentials(deps.credentials);
  const { callback_token: secret } = credentials;
  const base = `${deps.publicBaseUrl}/api/v1/webhooks/sms/mitake`;
  const mitake: Mitake = {
    client: createMitakeClient({ credentials, config, http: deps.http }),
    now: deps.now,
    responseUrl: (attemptId) => (secret === undefined ? "" : `${base}/${secret}.${attemptId}`),
  };
  return {
    send: (message, call) => send(mitake, message, call),
    sendMany: (messages, call) => sendMany(mitake, messages, call),
    fetchCredit: (call) => fetchCredit(mitake.client, call),
    resolve: (attempt, call) => resolve(mitake, attempt, call),
    fetchReceipts: (messages, call) => fetchReceipts(mitake.client, messages, call),
    cancel: (message, call) => cancel(mitake.client, message, call),
    isGenuine: ({ token }) => isSameToken(token?.split(".")[0], secret),
    parseWebhook: ({ url, token }) => {
      const reading = parseCallback(url.searchParams, attemptIdOf(token?.split(".")[1]));
      if (reading.kind === "malformed") return { ...reading, reply: { status: 400, body: reading.rule } };
      const body = callbackReply(reading.wireMessageId);
      const reply = { status: 200, headers: { "content-type": "text/plain" }, body };
      return { kind: "receipt", receipt: reading.receipt, reply };
    },
  };
}

async function send(mitake: Mitake, message: OutboundMessage, call: ConnectorCall): Promise<SendOutcome> {
  const form = sendForm(message, mitake.responseUrl(message.attemptId));
  const answer = await mitake.client.post("SmSend", endpoints.send, form, call);
  if (answer.kind === "unknown") return answer;
  const outcome = outcomeOf(parseSendReply(answer.text));
  if (outcome.kind !== "not_taken") return outcome;
  throw notApplied("SmSend", outcome.outcomeClass, outcome.reason, outcome.providerCode);
}

/** One call for all that fit a record; the others, whose text holds the separator, go after it one by one. */
async function sendMany(
  mitake: Mitake,
  messages: readonly OutboundMessage[],
  call: ConnectorCall,
): Promise<BulkOutcome[]> {
  const fitting = messages.filter(fitsRecord);
  const together = fitting.length === 0 ? new Map() : await sendRecords(mitake, fitting, call);
  const rest = messages.filter(({ attemptId }) => !together.has(attemptId));
  const alone = await sendEach(rest, (message) => send(mitake, message, call));
  return messages.map(({ attemptId }) => together.get(attemptId) ?? alone.get(attemptId) ?? UNREADABLE);
}

const UNREADABLE: BulkOutcome = { kind: "unknown", reason: "the reply could not be read" };

async function sendRecords(
  mitake: Mitake,
  messages: readonly OutboundMessage[],
  call: ConnectorCall,
): Promise<Map<string, BulkOutcome>> {
  const records = messages.map((message) => bulkRecord(message, mitake.responseUrl(message.attemptId))).join("\r\n");
  const answer = await mitake.client.postRecords("SmBulkSend", endpoints.sendMany, records, call);
  const reply = answer.kind === "text" ? parseBulkReply(answer.text) : undefined;
  return new Map(
    messages.map(({ attemptId }) => [attemptId, answer.kind === "unknown" ? answer : bulkOutcome(attemptId, reply)]),
  );
}

function bulkOutcome(attemptId: string, reply: ReturnType<typeof parseBulkReply> | undefined): BulkOutcome {
  if (reply?.kind === "error") {
    const listed = errorCodes[reply.code];
    return listed ? outcomeOf({ kind: "error", code: reply.code, ...listed }) : UNREADABLE;
  }
  const block = reply?.blocks.get(attemptId);
  return block ? outcomeOf(block) : UNREADABLE;
}

function outcomeOf(reply: SendReply): BulkOutcome {
  if (reply.kind === "unreadable") return UNREADABLE;
  if (reply.kind === "accepted") {
    const { messageId, points } = reply;
    return { kind: "accepted", providerMessageId: messageId, ...(points !== undefined && { points }) };
  }
  const { code: providerCode, meaning: reason, errorClass } = reply;
  switch (errorClass) {
    case "unknown":
    case "query":
      return { kind: "unknown", reason, providerCode };
    case "transient":
    case "throttle":
    case "account":
      return { kind: "not_taken", outcomeClass: errorClass, reason, providerCode };
    default:
      return { kind: "rejected", outcomeClass: errorClass, providerCode, reason };
  }
}

/** `SmQuery` without ids: the points left. */
async function fetchCredit(client: MitakeClient, call: ConnectorCall): Promise<string> {
  const answer = await client.post("SmQuery", endpoints.query, {}, call);
  const points =
    answer.kind === "text" ? /^\s*AccountPoint=(\d{1,12}(?:\.\d{1,6})?)\s*$/.exec(answer.text)?.[1] : undefined;
  if (points === undefined) throw notApplied("SmQuery", "transient", "the balance could not be read");
  return points;
}

/**
 * Repeats the call under the same clientid: what had been taken is answered as a duplicate, what had not is taken now.
 * Either way there is one message. A refusal that may pass (`a`, `l`, `k` …) says nothing about the first call.
 */
async function resolve(mitake: Mitake, attempt: UnknownAttempt, call: ConnectorCall): Promise<ResolveOutcome> {
  if (!attempt.isStillUseful) return { kind: "undecided", reason: "repeating it now could send it late" };
  if (mitake.now().getTime() - attempt.startedAt.getTime() > REPEAT_WITHIN_MS) {
    return { kind: "undecided", reason: "the provider does not remember its clientid any more" };
  }
  const outcome = await send(mitake, attempt, call);
  if (outcome.kind === "accepted") return { ...outcome, kind: "taken" };
  return outcome.kind === "unknown" ? { kind: "undecided", reason: outcome.reason } : outcome;
}

async function fetchReceipts(
  client: MitakeClient,
  messages: readonly AcceptedMessage[],
  call: ConnectorCall,
): Promise<ParsedReceipt[]> {
  const msgid = messages.map(({ providerMessageId }) => providerMessageId).join(",");
  const answer = await client.post("SmQuery", endpoints.query, { msgid }, call);
  const reply = answer.kind === "text" ? parseQueryReply(answer.text) : undefined;
  if (reply?.kind === "error") {
    const listed = errorCodes[reply.code];
    if (listed?.errorClass === "query") return [];
    const reason =
      listed?.errorClass === "account" || listed?.errorClass === "throttle" ? listed.errorClass : "transient";
    throw notApplied("SmQuery", reason, listed?.meaning ?? "unlisted error code", reply.code);
  }
  if (reply?.kind !== "rows") throw notApplied("SmQuery", "transient", "the status could not be read");
  const recipients = new Map(messages.map(({ providerMessageId, recipient }) => [providerMessageId, recipient]));
  return reply.rows.flatMap((row) => {
    const recipient = recipients.get(row.messageId);
    return recipient === undefined ? [] : [receiptOfRow(row, recipient)];
  });
}

/** `SmCancel` takes back only what is scheduled; a code from 1 on is the state the message has reached. */
async function cancel(client: MitakeClient, message: AcceptedMessage, call: ConnectorCall): Promise<CancelOutcome> {
  const { providerMessageId, recipient } = message;
  const answer = await client.post("SmCancel", endpoints.cancel, { msgid: providerMessageId }, call);
  if (answer.kind === "unknown") return answer;
  const reply = parseCancelReply(answer.text);
  if (reply.kind === "error") {
    return { kind: "unknown", reason: errorCodes[reply.code]?.meaning ?? "unlisted error code" };
  }
  const code = reply.kind === "rows" ? reply.codes.get(providerMessageId) : undefined;
  if (code === undefined) return { kind: "unknown", reason: "the reply could not be read" };
  if (code === CANCELLED) {
    return { kind: "cancelled", receipt: receiptOfRow({ messageId: providerMessageId, code, at: "" }, recipient) };
  }
  return { kind: "too_late", reason: code === "?" ? "the provider does not know it" : "it is on its way or has ended" };
}
