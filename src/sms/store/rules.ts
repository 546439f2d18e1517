import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import type postgres from "postgres";
import { z } from "zod";
import type { DbOrTx } from "../../platform/database.ts";
import type { ApprovedLink } from "../rules/links.ts";
import { smsApprovedLinks, smsSuppressions } from "../tables.ts";

const LINKS_MAX = 10_000;

export async function readApprovedLinks(db: DbOrTx): Promise<ApprovedLink[]> {
  const { kind, value, provider, matchesBelow } = smsApprovedLinks;
  return db.select({ kind, value, provider, matchesBelow }).from(smsApprovedLinks).limit(LINKS_MAX);
}

export interface LinkEntry extends ApprovedLink {
  note: string | undefined;
  createdBy: string;
  createdAt: Date;
}

/** Approves a link, or changes how it is approved. */
export async function writeApprovedLink(db: DbOrTx, entry: LinkEntry): Promise<void> {
  const values = { ...entry, note: entry.note ?? null };
  const { matchesBelow, note, createdBy, createdAt } = values;
  await db
    .insert(smsApprovedLinks)
    .values(values)
    .onConflictDoUpdate({
      target: [smsApprovedLinks.kind, smsApprovedLinks.value, smsApprovedLinks.provider],
      set: { matchesBelow, note, createdBy, createdAt },
    });
}

export async function deleteApprovedLink(
  db: DbOrTx,
  link: Pick<ApprovedLink, "kind" | "value" | "provider">,
): Promise<void> {
  const { kind, value, provider } = smsApprovedLinks;
  await db.delete(smsApprovedLinks).where(and(eq(kind, link.kind), eq(value, link.value), eq(provider, link.provider)));
}

export type ApprovedLinkRow = typeof smsApprovedLinks.$inferSelect;
export type LinkKey = Pick<ApprovedLinkRow, "kind" | "value" | "provider">;

/** The register in the order of kind, value and provider. */
export function listApprovedLinkRows(
  db: DbOrTx,
  filter: { kind?: LinkKey["kind"] | undefined; provider?: string | undefined; after?: LinkKey | undefined },
  limit: number,
): Promise<ApprovedLinkRow[]> {
  const { kind, value, provider } = smsApprovedLinks;
  const { after } = filter;
  return db
    .select()
    .from(smsApprovedLinks)
    .where(
      and(
        filter.kind && eq(kind, filter.kind),
        filter.provider === undefined ? undefined : inArray(provider, ["", filter.provider]),
        after && sql`(${kind}, ${value}, ${provider}) > (${after.kind}, ${after.value}, ${after.provider})`,
      ),
    )
    .orderBy(asc(kind), asc(value), asc(provider))
    .limit(limit);
}

export type SuppressionRow = typeof smsSuppressions.$inferSelect;

/** Latest first. */
export function listSuppressionRows(
  db: DbOrTx,
  filter: { recipient?: string | undefined; after?: { createdAt: Date; id: string } | undefined },
  limit: number,
): Promise<SuppressionRow[]> {
  const { recipient, createdAt, id } = smsSuppressions;
  const { after } = filter;
  return db
    .select()
    .from(smsSuppressions)
    .where(
      and(
        filter.recipient === undefined ? undefined : eq(recipient, filter.recipient),
        after && sql`(${createdAt}, ${id}) < (${after.createdAt.toISOString()}::timestamptz, ${after.id}::uuid)`,
      ),
    )
    .orderBy(desc(createdAt), desc(id))
    .limit(limit);
}

/** Takes an entry off the list; its recipient, or `undefined` when there is none. */
export async function deleteSuppressionById(db: DbOrTx, id: string): Promise<string | undefined> {
  const [row] = await db
    .delete(smsSuppressions)
    .where(eq(smsSuppressions.id, id))
    .returning({ recipient: smsSuppressions.recipient });
  return row?.recipient;
}

export interface Suppression {
  recipient: string;
  reason: string;
  createdBy: string;
  createdAt: Date;
}

/** Keeps a recipient from promotions; the first reason stays. */
export async function insertSuppression(db: DbOrTx, suppression: Suppression): Promise<void> {
  await db.insert(smsSuppressions).values(suppression).onConflictDoNothing();
}

export async function deleteSuppression(db: DbOrTx, recipient: string): Promise<void> {
  await db.delete(smsSuppressions).where(eq(smsSuppressions.recipient, recipient));
}

/** Those of the recipients that want no promotions. */
export async function findSuppressed(
  sql: postgres.TransactionSql,
  recipients: readonly string[],
): Promise<Set<string>> {
  if (recipients.length === 0) return new Set();
  const wanted = JSON.stringify(recipients.map((recipient) => ({ recipient })));
  const rows = await sql`
    SELECT recipient FROM sms_suppressions
    WHERE recipient IN (SELECT recipient FROM json_to_recordset(${wanted}::text::json) AS wanted (recipient text))`;
  return new Set(rows.map((row) => z.object({ recipient: z.string() }).parse(row).recipient));
}

const recentSchema = z.object({
  id: z.string(),
  recipient: z.string(),
  is_code: z.coerce.boolean(),
  text: z.string().nullable(),
  at_ms: z.coerce.number(),
});

/** A message that went to a recipient lately. */
export interface RecentMessage {
  messageId: string;
  recipient: string;
  /** A one-time code; they are counted by themselves. */
  isCode: boolean;
  text: string | undefined;
  at: Date;
}

const RECENT_MAX = 50;

/** What went, or may have gone, to these recipients since an instant; at most the 50 latest of each. */
export async function findRecent(
  sql: postgres.TransactionSql,
  recipients: readonly string[],
  since: Date,
): Promise<RecentMessage[]> {
  const wanted = JSON.stringify([...new Set(recipients)].map((recipient) => ({ recipient })));
  const rows = await sql`
    SELECT m.id, wanted.recipient, m.message_type = 'otp' AS is_code, m.text,
      (extract(epoch FROM a.started_at) * 1000)::float8 AS at_ms
    FROM json_to_recordset(${wanted}::text::json) AS wanted (recipient text)
    CROSS JOIN LATERAL (
      SELECT id, last_attempt_id, message_type, text FROM sms_messages
      WHERE recipient = wanted.recipient AND last_attempt_id IS NOT NULL ORDER BY id DESC LIMIT ${RECENT_MAX}::int
    ) m
    JOIN sms_attempts a ON a.id = m.last_attempt_id
    WHERE a.started_at > ${since.toISOString()}::timestamptz AND a.state NOT IN ('not_sent', 'rejected')`;
  return rows.map((row) => {
    const { id, recipient, is_code, text, at_ms } = recentSchema.parse(row);
    return { messageId: id, recipient, isCode: is_code, text: text ?? undefined, at: new Date(at_ms) };
  });
}
