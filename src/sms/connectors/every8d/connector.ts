import { parseCredentials } from "../credentials.ts";
import type {
  AcceptedMessage,
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
import { isSameToken } from "../webhook-token.ts";
import { attemptIdOf } from "../wire.ts";
import { createEvery8dClient, type Every8dClient, notApplied } from "./client.ts";
import type { Every8dConfig } from "./config.ts";
import { endpoints } from "./endpoints.ts";
import { errorCodes, refusalOf } from "./errors.ts";
import {
  parseCallback,
  parseCancelReply,
  parseCreditReply,
  parseFilterReply,
  parseSendReply,
  parseStatusReply,
  readStamp,
  receiptOfRow,
  type StatusRow,
  sendForm,
} from "./mapping.ts";
import { type BulkParts, sendMany } from "./send-many.ts";

/** How far the provider's clock may be behind ours when a batch is recognised by its time. */
const CLOCK_SKEW_MS = 120_000;
const BATCHES_CHECKED_MAX = 5;
/** Delivery status of a schedule that was cancelled. */
const CANCELLED = "303";

/** Every8d's HTTP API 2.1 behind the port. It has no idempotency key: an unknown outcome is found by asking, or stays unknown. */
export function createEvery8dConnector(deps: ConnectorDeps, config: Every8dConfig): SmsConnector {
  const credentials = parseCredentials(deps.credentials);
  const client = createEvery8dClient({ credentials, config, http: deps.http, now: deps.now });
  const { bulkItemsMax } = config;
  const bulk: BulkParts = { client, send, fetchRows, bulkItemsMax, mayGoAlone: config.auth === "password" };
  return {
    send: (message, call) => send(client, message, call),
    ...(bulkItemsMax > 1 && {
      sendMany: (messages: readonly OutboundMessage[], call: ConnectorCall) => sendMany(bulk, messages, call),
    }),
    fetchCredit: (call) => fetchCredit(client, call),
    resolve: (attempt, call) => resolve(client, attempt, call),
    fetchReceipts: (messages, call) => fetchReceipts(client, messages, call),
    cancel: (message, call) => cancel(client, message, call),
    isGenuine: (request) => isSameToken(request.token, credentials.callback_token),
    parseWebhook: (request) => {
      const reading = parseCallback(request.method === "GET" ? request.url.searchParams : mergedParameters(request));
      if (reading.kind === "malformed") return { ...reading, reply: { status: 400, body: reading.rule } };
      const reply = { status: 200, headers: { "content-type": "text/plain" }, body: "OK" };
      if (reading.kind === "reply") return { kind: "ignored", reply };
      return { kind: "receipt", receipt: reading.receipt, reply };
    },
  };
}

/** The documents know GET only; a POST is read from its form and its query alike. */
function mergedParameters(request: { url: URL; body: string }): URLSearchParams {
  const merged = new URLSearchParams(request.url.searchParams);
  for (const [name, value] of new URLSearchParams(request.body)) merged.set(name, value);
  return merged;
}

async function send(client: Every8dClient, message: OutboundMessage, call: ConnectorCall): Promise<SendOutcome> {
  const answer = await client.post("SendSMS", endpoints.send, sendForm(message), call);
  if (answer.kind === "unknown") return answer;
  const reply = parseSendReply(answer.text);
  switch (reply.kind) {
    case "sent":
      return { kind: "accepted", providerMessageId: reply.batchId, points: reply.points };
    case "no_credit":
      throw notApplied("SendSMS", "account", "not enough credit");
    case "error": {
      const refusal = refusalOf(reply.code);
      if (refusal.kind !== "not_taken") return refusal;
      throw notApplied("SendSMS", refusal.outcomeClass, refusal.reason, reply.code);
    }
    case "unreadable":
      return { kind: "unknown", reason: "the reply could not be read" };
  }
}

/** The points left; an answer that is no number is an error code. */
async function fetchCredit(client: Every8dClient, call: ConnectorCall): Promise<string> {
  const answer = await client.post("getCredit", endpoints.credit, {}, call);
  const points = answer.kind === "text" ? parseCreditReply(answer.text) : undefined;
  if (points === undefined) throw notApplied("getCredit", "transient", "the balance could not be read");
  return points;
}

/**
 * Asks the duplicate filter, without sending, whether the same text went to the number, and recognises the batch by the
 * time of its sending. No duplicate is no proof: whether the filter sees plain sends, and how soon, is not documented.
 */
async function resolve(client: Every8dClient, attempt: UnknownAttempt, call: ConnectorCall): Promise<ResolveOutcome> {
  const probe = { ...sendForm(attempt), IsSend: "false" };
  const answer = await client.post("SendSMS4FilterMessage", endpoints.filter, probe, call);
  if (answer.kind === "unknown") return { kind: "undecided", reason: answer.reason };
  const reply = parseFilterReply(answer.text, attempt.recipient);
  if (reply.kind === "error") return { kind: "undecided", reason: `the filter answered ${reply.code}` };
  if (reply.kind === "unreadable") return { kind: "undecided", reason: "the filter's reply could not be read" };
  for (const batchId of reply.batchIds.slice(0, BATCHES_CHECKED_MAX)) {
    const rows = await fetchRows(client, batchId, call);
    if (!rows?.some((row) => isOf(attempt, row)) || (await attempt.belongsToAnother(batchId))) continue;
    return { kind: "taken", providerMessageId: batchId };
  }
  return { kind: "undecided", reason: "the provider's duplicate filter knows no such message" };
}

/** By the record number of a batch, which is the attempt; else by number and time. */
function isOf(attempt: UnknownAttempt, row: StatusRow): boolean {
  const attemptId = attemptIdOf(row.recordNumber);
  if (attemptId !== undefined) return attemptId === attempt.attemptId;
  const sentAt = readStamp(row.sentAt);
  return (
    row.recipient === attempt.recipient &&
    sentAt !== undefined &&
    sentAt.getTime() >= attempt.startedAt.getTime() - CLOCK_SKEW_MS
  );
}

async function fetchRows(
  client: Every8dClient,
  batchId: string,
  call: ConnectorCall,
): Promise<StatusRow[] | undefined> {
  const fields = { BID: batchId, PNO: "1", RESPFORMAT: "1" };
  const answer = await client.post("GetDeliveryStatus", endpoints.status, fields, call);
  return answer.kind === "text" ? parseStatusReply(answer.text) : undefined;
}

/** One question per batch, however many of its messages are asked about. */
async function fetchReceipts(
  client: Every8dClient,
  messages: readonly AcceptedMessage[],
  call: ConnectorCall,
): Promise<ParsedReceipt[]> {
  const receipts: ParsedReceipt[] = [];
  for (const [batchId, asked] of Map.groupBy(messages, ({ providerMessageId }) => providerMessageId)) {
    const rows = await fetchRows(client, batchId, call);
    if (!rows) throw notApplied("GetDeliveryStatus", "transient", "the status could not be read");
    const recipients = new Set(asked.map(({ recipient }) => recipient));
    for (const row of rows) {
      const { recipient } = row;
      if (recipient !== undefined && recipients.has(recipient)) receipts.push(receiptOfRow(batchId, recipient, row));
    }
  }
  return receipts;
}

/** `EraseBooking` takes back a whole batch, and only what is scheduled in it. */
async function cancel(client: Every8dClient, message: AcceptedMessage, call: ConnectorCall): Promise<CancelOutcome> {
  const { providerMessageId, recipient } = message;
  const answer = await client.post("EraseBooking", endpoints.cancel, { BID: providerMessageId }, call);
  if (answer.kind === "unknown") return answer;
  const reply = parseCancelReply(answer.text);
  if (reply.kind === "unreadable") return { kind: "unknown", reason: "the reply could not be read" };
  if (reply.kind === "error") {
    const listed = errorCodes[reply.code];
    const reason = listed?.meaning ?? "unlisted error code";
    return listed?.errorClass === "query" ? { kind: "too_late", reason } : { kind: "unknown", reason };
  }
  if (reply.count === 0) return { kind: "too_late", reason: "it is on its way or has ended" };
  const receipt: ParsedReceipt = { providerMessageId, recipient, providerStatus: CANCELLED, state: "cancelled" };
  return { kind: "cancelled", receipt };
}
