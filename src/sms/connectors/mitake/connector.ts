import { ConnectorError } from "../../../platform/errors.ts";
import { parseCredentials } from "../credentials.ts";
import {
  type AcceptedMessage,
  type BulkOutcome,
  type ConnectorCall,
  type ConnectorDeps,
  isRepeatableClass,
  type OutboundMessage,
  type ParsedReceipt,
  type ResolveOutcome,
  type SendOutcome,
  type SmsConnector,
  type UnknownAttempt,
} from "../port.ts";
import { isSameToken } from "../webhook-token.ts";
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
  parseQueryReply,
  parseSendReply,
  receiptOfRow,
  type SendReply,
  sendForm,
} from "./mapping.ts";

/** The provider remembers a clientid for 12 hours; after that a repetition would be a new message. */
const REPEAT_WITHIN_MS = 11 * 60 * 60 * 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

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
    isGenuine: ({ token }) => isSameToken(token?.split(".")[0], secret),
    parseWebhook: ({ url, token }) => {
      const attemptId = token?.split(".")[1] ?? "";
      const reading = parseCallback(url.searchParams, UUID.test(attemptId) ? attemptId : undefined);
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
  const outcomes = new Map<string, BulkOutcome>();
  const fitting = messages.filter(fitsRecord);
  if (fitting.length > 0) await sendRecords(mitake, fitting, { call, outcomes });
  for (const message of messages) {
    if (outcomes.has(message.attemptId)) continue;
    outcomes.set(message.attemptId, await sendAlone(mitake, message, call));
  }
  return messages.map(({ attemptId }) => outcomes.get(attemptId) ?? UNREADABLE);
}

const UNREADABLE: BulkOutcome = { kind: "unknown", reason: "the reply could not be read" };

async function sendRecords(
  mitake: Mitake,
  messages: readonly OutboundMessage[],
  { call, outcomes }: { call: ConnectorCall; outcomes: Map<string, BulkOutcome> },
): Promise<void> {
  const records = messages.map((message) => bulkRecord(message, mitake.responseUrl(message.attemptId))).join("\r\n");
  const answer = await mitake.client.postRecords("SmBulkSend", endpoints.sendMany, records, call);
  const reply = answer.kind === "text" ? parseBulkReply(answer.text) : undefined;
  for (const { attemptId } of messages) {
    outcomes.set(attemptId, answer.kind === "unknown" ? answer : bulkOutcome(attemptId, reply));
  }
}

function bulkOutcome(attemptId: string, reply: ReturnType<typeof parseBulkReply> | undefined): BulkOutcome {
  if (reply?.kind === "error") {
    const listed = errorCodes[reply.code];
    return listed ? outcomeOf({ kind: "error", code: reply.code, ...listed }) : UNREADABLE;
  }
  const block = reply?.blocks.get(attemptId);
  return block ? outcomeOf(block) : UNREADABLE;
}

/** After a bulk call nothing may be thrown any more: an error would speak for all messages. */
async function sendAlone(mitake: Mitake, message: OutboundMessage, call: ConnectorCall): Promise<BulkOutcome> {
  const form = sendForm(message, mitake.responseUrl(message.attemptId));
  try {
    const answer = await mitake.client.post("SmSend", endpoints.send, form, call);
    return answer.kind === "unknown" ? answer : outcomeOf(parseSendReply(answer.text));
  } catch (error) {
    if (!(error instanceof ConnectorError) || !isRepeatableClass(error.details.reason)) throw error;
    const { reason: outcomeClass, providerMessage } = error.details;
    return { kind: "not_taken", outcomeClass, reason: providerMessage ?? outcomeClass };
  }
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
