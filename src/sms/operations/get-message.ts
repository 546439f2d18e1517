import type { SmsMessage } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { findAttempts, findMessage, findReceipts, type MessageRow } from "../store/queries.ts";
import { messageOf } from "./message-view.ts";

/** One message with its attempts and receipts, or `not_found`. */
export async function getMessage(deps: SmsDependencies, input: { id: string }): Promise<SmsMessage> {
  const { db } = deps.platform.database;
  const row = await requireMessage(deps, input.id);
  const [attempts, receipts] = await Promise.all([findAttempts(db, input.id), findReceipts(db, input.id)]);
  return messageOf(row, attempts, receipts);
}

export async function requireMessage(deps: SmsDependencies, id: string): Promise<MessageRow> {
  const row = await findMessage(deps.platform.database.db, id);
  if (!row) throw new OperationError("not_found", "no such message");
  return row;
}
