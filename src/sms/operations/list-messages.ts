import { type Contract, idSchema, type SmsMessageSummary } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { requireTaiwanMobile } from "../rules/phone.ts";
import { listMessageRows } from "../store/message-list.ts";
import { summaryOf } from "./message-view.ts";

export type ListMessagesInput = z.output<Contract["sms"]["listMessages"]["input"]>;

/**
 * Messages, newest first; the cursor is the id of the last one shown, or looked at: a page by a filter that few messages
 * meet may be short, or empty, although older ones follow.
 */
export async function listMessages(
  deps: SmsDependencies,
  input: ListMessagesInput,
  caller: Caller,
): Promise<{ items: SmsMessageSummary[]; nextCursor: string | null }> {
  if (input.cursor !== undefined && !idSchema.safeParse(input.cursor).success) {
    throw invalidInput("cursor", "must be the nextCursor of an earlier page");
  }
  const { rows, lookedDownTo } = await listMessageRows(
    deps.platform.database.db,
    {
      status: input.status,
      provider: input.provider,
      messageType: input.messageType,
      recipient: input.to === undefined ? undefined : requireTaiwanMobile(input.to, "to"),
      createdFrom: input.createdFrom === undefined ? undefined : new Date(input.createdFrom),
      createdBefore: input.createdBefore === undefined ? undefined : new Date(input.createdBefore),
      beforeId: input.cursor,
      callerSubject: caller.role === "driver" ? caller.subject : undefined,
    },
    input.limit + 1,
  );
  const items = rows.slice(0, input.limit).map(summaryOf);
  const nextCursor = rows.length > input.limit ? items.at(-1)?.id : lookedDownTo;
  return { items, nextCursor: nextCursor ?? null };
}
