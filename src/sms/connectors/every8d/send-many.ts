import { ConnectorError } from "../../../platform/errors.ts";
import type { BulkOutcome, ConnectorCall, OutboundMessage, SendOutcome } from "../port.ts";
import { BUDGET_MS, notTakenOf, OUT_OF_TIME, sendEach } from "../send-each.ts";
import { attemptIdOf } from "../wire.ts";
import type { Every8dClient } from "./client.ts";
import { endpoints } from "./endpoints.ts";
import { errorCodes, readStatus, refusalOf } from "./errors.ts";
import { batchesOf, paramBody, parseParamReply, type SendReply, type StatusRow } from "./mapping.ts";

export interface BulkParts {
  client: Every8dClient;
  send(client: Every8dClient, message: OutboundMessage, call: ConnectorCall): Promise<SendOutcome>;
  fetchRows(client: Every8dClient, batchId: string, call: ConnectorCall): Promise<StatusRow[] | undefined>;
  bulkItemsMax: number;
  /** Messages can be sent without a token. */
  mayGoAlone: boolean;
}

const UNREADABLE: BulkOutcome = { kind: "unknown", reason: "the reply could not be read" };
const NO_CREDIT: BulkOutcome = { kind: "not_taken", outcomeClass: "account", reason: "not enough credit" };

/**
 * `SendParam` for what may share a batch, `SendSMS` for the rest. A batch that was refused for the sake of a message goes
 * out one by one, so that each has its own outcome: the reply does not say whose fault it was, and none was taken.
 */
export async function sendMany(
  parts: BulkParts,
  messages: readonly OutboundMessage[],
  call: ConnectorCall,
): Promise<BulkOutcome[]> {
  const outcomes = new Map<string, BulkOutcome>();
  const startedAt = performance.now();
  let stopped: BulkOutcome | undefined;
  for (const batch of batchesOf(messages).flatMap((whole) => split(whole, parts.bulkItemsMax))) {
    if (performance.now() - startedAt > BUDGET_MS) stopped ??= OUT_OF_TIME;
    const found = stopped ? sameForAll(batch, stopped) : await sendBatch(parts, batch, call);
    for (const [attemptId, outcome] of found) outcomes.set(attemptId, outcome);
    stopped ??= [...found.values()].find(({ kind }) => kind === "not_taken");
  }
  const rest = messages.filter(({ attemptId }) => !outcomes.has(attemptId));
  const alone = stopped
    ? sameForAll(rest, stopped)
    : await sendEach(rest, (message) => parts.send(parts.client, message, call));
  return messages.map(({ attemptId }) => outcomes.get(attemptId) ?? alone.get(attemptId) ?? UNREADABLE);
}

const sameForAll = (messages: readonly OutboundMessage[], outcome: BulkOutcome) =>
  new Map(messages.map(({ attemptId }) => [attemptId, outcome]));

function split(messages: readonly OutboundMessage[], itemsMax: number): OutboundMessage[][] {
  const pieces: OutboundMessage[][] = [];
  for (let first = 0; first < messages.length; first += itemsMax) pieces.push(messages.slice(first, first + itemsMax));
  return pieces;
}

/** The outcomes of one batch; empty when it was refused for the sake of one of its messages. */
async function sendBatch(
  parts: BulkParts,
  batch: readonly OutboundMessage[],
  call: ConnectorCall,
): Promise<Map<string, BulkOutcome>> {
  try {
    const answer = await parts.client.postJson("SendParam", endpoints.sendMany, paramBody(batch), call);
    if (answer.kind === "unknown") return sameForAll(batch, answer);
    return await readBatch(parts, batch, { reply: parseParamReply(answer.text), call });
  } catch (error) {
    const outcome = notTakenOf(error);
    // Without a token there is no batch; passwords still send the messages one by one.
    return parts.mayGoAlone && isTokenRefused(error) ? new Map() : sameForAll(batch, outcome);
  }
}

const isTokenRefused = (error: unknown) =>
  error instanceof ConnectorError &&
  error.details.operation === "ConnectionHandler" &&
  error.details.reason !== "not_sent";

async function readBatch(
  parts: BulkParts,
  batch: readonly OutboundMessage[],
  { reply, call }: { reply: SendReply; call: ConnectorCall },
): Promise<Map<string, BulkOutcome>> {
  switch (reply.kind) {
    case "no_credit":
      return sameForAll(batch, NO_CREDIT);
    case "unreadable":
      return sameForAll(batch, UNREADABLE);
    case "error": {
      const refusal = refusalOf(reply.code);
      return refusal.kind === "rejected" ? new Map() : sameForAll(batch, refusal);
    }
    case "sent":
      // The points are those of the whole batch: what each has cost is told by its receipt.
      if (reply.sent === batch.length) return sameForAll(batch, accepted(reply.batchId));
      return partlySent(parts, batch, { reply, call });
  }
}

const accepted = (batchId: string): BulkOutcome => ({ kind: "accepted", providerMessageId: batchId });

/** Fewer were sent than asked for: the batch is looked at, and who is not in it has certainly not been sent only if all the others are. */
async function partlySent(
  parts: BulkParts,
  batch: readonly OutboundMessage[],
  { reply, call }: { reply: Extract<SendReply, { kind: "sent" }>; call: ConnectorCall },
): Promise<Map<string, BulkOutcome>> {
  const rows = await parts.fetchRows(parts.client, reply.batchId, call).catch(() => undefined);
  const isWhole = rows !== undefined && rows.length >= reply.sent && reply.sent + reply.unsent === batch.length;
  return new Map(
    batch.map((message) => {
      const row = rows?.find((one) => isRowOf(message, one));
      if (row) return [message.attemptId, outcomeOfRow(reply.batchId, row)];
      return [message.attemptId, isWhole ? NO_CREDIT : { kind: "unknown", reason: "the batch was sent in part" }];
    }),
  );
}

function isRowOf({ attemptId, recipient }: OutboundMessage, row: StatusRow): boolean {
  const echoed = attemptIdOf(row.recordNumber);
  return echoed === undefined ? row.recipient === recipient : echoed === attemptId;
}

function outcomeOfRow(batchId: string, { status }: StatusRow): BulkOutcome {
  const { state, failureClass, meaning } = readStatus(status);
  if (state !== "rejected") return accepted(batchId);
  if (failureClass === "account")
    return { kind: "not_taken", outcomeClass: "account", providerCode: status, reason: meaning };
  const listed = errorCodes[status];
  return listed ? refusalOf(status) : { kind: "unknown", reason: meaning, providerCode: status };
}
