import type { SmsMessageType, SmsStatus } from "@luckygas/gateway-client";
import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { DbOrTx } from "../../platform/database.ts";
import { smsMessages } from "../tables.ts";
import { firstIdOf } from "./id-order.ts";
import type { MessageRow } from "./queries.ts";

export interface MessageFilter {
  status?: SmsStatus | undefined;
  provider?: string | undefined;
  messageType?: SmsMessageType | undefined;
  recipient?: string | undefined;
  createdFrom?: Date | undefined;
  createdBefore?: Date | undefined;
  /** Only what this caller has sent. */
  callerSubject?: string | undefined;
  /** Only messages older than this id. */
  beforeId?: string | undefined;
}

export interface MessagePage {
  rows: MessageRow[];
  /** Messages from this id on were looked at; `undefined` when it was all there are, or the page is full. */
  lookedDownTo: string | undefined;
}

/** An id is made within moments of the message's time. */
const ID_MARGIN_MS = 60_000;
const FIRST_WINDOW = 20_000;
const WINDOW_GROWTH = 4;
/** After which a page is answered with what it has. */
const LOOK_MS_MAX = 1_000;

/** States that most messages are in or pass through; the others have an index of their own (`sms_messages_ended_otherwise`). */
const COMMON: ReadonlySet<SmsStatus> = new Set(["queued", "dispatching", "submitted", "sent", "delivered"]);

/**
 * Newest first; ids rise with time, so that the order of ids is that of creation. What no index finds is looked for in
 * windows of the latest messages, each larger than the one before, for a second; so a page may be short although there are
 * more, and `lookedDownTo` tells where to go on.
 */
export async function listMessageRows(db: DbOrTx, filter: MessageFilter, limit: number): Promise<MessagePage> {
  if (isIndexed(filter)) return { rows: await selectRows(db, filter, undefined, limit), lookedDownTo: undefined };
  const rows: MessageRow[] = [];
  const untilMs = performance.now() + LOOK_MS_MAX;
  let { beforeId } = filter;
  for (let window = FIRST_WINDOW; ; window *= WINDOW_GROWTH) {
    const floor = await floorOf(db, { ...filter, beforeId }, window);
    rows.push(...(await selectRows(db, { ...filter, beforeId }, floor, limit - rows.length)));
    if (rows.length === limit || floor === undefined) return { rows, lookedDownTo: undefined };
    if (performance.now() > untilMs) return { rows, lookedDownTo: floor };
    beforeId = floor;
  }
}

function isIndexed({ status, provider, messageType, recipient, callerSubject }: MessageFilter): boolean {
  if (recipient !== undefined || callerSubject !== undefined) return true;
  if (status !== undefined) return !COMMON.has(status);
  return provider === undefined && messageType === undefined;
}

function selectRows(
  db: DbOrTx,
  filter: MessageFilter,
  floor: string | undefined,
  limit: number,
): Promise<MessageRow[]> {
  const { status, provider, messageType, recipient, createdFrom, createdBefore, callerSubject } = filter;
  return db
    .select()
    .from(smsMessages)
    .where(
      and(
        // Written out, since a partial index serves no statement whose status is a parameter.
        status && sql`${smsMessages.status} = ${sql.raw(`'${status}'`)}`,
        provider === undefined ? undefined : eq(smsMessages.provider, provider),
        messageType && eq(smsMessages.messageType, messageType),
        recipient === undefined ? undefined : eq(smsMessages.recipient, recipient),
        createdFrom && gte(smsMessages.createdAt, createdFrom),
        createdBefore && lt(smsMessages.createdAt, createdBefore),
        callerSubject === undefined ? undefined : eq(smsMessages.callerSubject, callerSubject),
        floor === undefined ? undefined : gte(smsMessages.id, floor),
        ...idBounds(filter),
      ),
    )
    .orderBy(desc(smsMessages.id))
    .limit(limit);
}

/** The id at which a window of messages ends, `undefined` when there are no more than it holds. */
async function floorOf(db: DbOrTx, filter: MessageFilter, window: number): Promise<string | undefined> {
  const [row] = await db
    .select({ id: smsMessages.id })
    .from(smsMessages)
    .where(and(...idBounds(filter)))
    .orderBy(desc(smsMessages.id))
    .offset(window - 1)
    .limit(1);
  return row?.id;
}

/** The primary key finds the messages of a time. */
function idBounds({ createdFrom, createdBefore, beforeId }: MessageFilter): SQL[] {
  const { id } = smsMessages;
  return [
    ...(createdFrom ? [gte(id, firstIdOf(new Date(createdFrom.getTime() - ID_MARGIN_MS)))] : []),
    ...(createdBefore ? [lt(id, firstIdOf(new Date(createdBefore.getTime() + ID_MARGIN_MS)))] : []),
    ...(beforeId === undefined ? [] : [lt(id, beforeId)]),
  ];
}
