import { parseCredentials } from "../credentials.ts";
import type {
  AcceptedMessage,
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
import { createEvery8dClient, type Every8dClient, notApplied } from "./client.ts";
import type { Every8dConfig } from "./config.ts";
import { endpoints } from "./endpoints.ts";
import { errorCodes } from "./errors.ts";
import {
  parseCallback,
  parseCreditReply,
  parseFilterReply,
  parseSendReply,
  parseStatusReply,
  readStamp,
  receiptOfRow,
  type StatusRow,
  sendForm,
} from "./mapping.ts";

/** How far the provider's clock may be behind ours when a batch is recognised by its time. */
const CLOCK_SKEW_MS = 120_000;
const BATCHES_CHECKED_MAX = 5;

/** Every8d's HTTP API 2.1 behind the port. It has no idempotency key: an unknown outcome is found by asking, or stays unknown. */
export function createEvery8dConnector(deps: ConnectorDeps, config: Every8dConfig): SmsConnector {
  const credentials = parseCredentials(deps.credentials);
  const client = createEvery8dClient({ credentials, config, http: deps.http, now: deps.now });
  return {
    send: (message, call) => send(client, message, call),
    fetchCredit: (call) => fetchCredit(client, call),
    resolve: (attempt, call) => resolve(client, attempt, call),
    fetchReceipts: (messages, call) => fetchReceipts(client, messages, call),
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
    case "error":
      return refusalOf(reply.code);
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

function refusalOf(code: string): SendOutcome {
  const listed = errorCodes[code];
  if (!listed || listed.errorClass === "unknown" || listed.errorClass === "query") {
    return { kind: "unknown", reason: listed?.meaning ?? "unlisted error code", providerCode: code };
  }
  if (listed.errorClass === "account") throw notApplied("SendSMS", "account", listed.meaning, code);
  return { kind: "rejected", outcomeClass: listed.errorClass, providerCode: code, reason: listed.meaning };
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

function isOf(attempt: UnknownAttempt, row: StatusRow): boolean {
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

async function fetchReceipts(
  client: Every8dClient,
  messages: readonly AcceptedMessage[],
  call: ConnectorCall,
): Promise<ParsedReceipt[]> {
  const receipts: ParsedReceipt[] = [];
  for (const { providerMessageId, recipient } of messages) {
    const rows = await fetchRows(client, providerMessageId, call);
    if (!rows) throw notApplied("GetDeliveryStatus", "transient", "the status could not be read");
    for (const row of rows) {
      if (row.recipient === recipient) receipts.push(receiptOfRow(providerMessageId, recipient, row));
    }
  }
  return receipts;
}
