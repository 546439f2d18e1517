import type { SmsMessage } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { findAttempts, findMessage, findReceipts, type MessageRow } from "../store/queries.ts";
import { messageOf } from "./message-view.ts";

/** One message with its attempts and receipts, or `not_found`. */
export async function getMessage(deps: SmsDependencies, input: { id: string }, caller: Caller): Promise<SmsMessage> {
  const { db } = deps.platform.database;
  const row = await requireMessage(deps, input.id);
  if (!maySee(caller, row.callerSubject)) throw new OperationError("not_found", "no such message");
  const [attempts, receipts] = await Promise.all([findAttempts(db, input.id), findReceipts(db, input.id)]);
  return messageOf(row, attempts, receipts);
}

/** A driver sees only what the driver has sent. */
export function maySee(caller: Caller, subject: string): boolean {
  return caller.role !== "driver" || caller.subject === subject;
}

export async function requireMessage(deps: SmsDependencies, id: string): Promise<MessageRow> {
  const row = await findMessage(deps.platform.database.db, id);
  if (!row) throw new OperationError("not_found", "no such message");
  return row;
}
