import type { InvoiceStatus } from "@luckygas/gateway-client";
import { and, asc, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { DbOrTx } from "../../platform/database.ts";
import { nextPeriod, periodStart } from "../rules/period.ts";
import { einvoiceAllowances, einvoiceAttempts, einvoiceUploads, invoices } from "../tables.ts";
import {
  type StoredAllowance,
  type StoredAttempt,
  type StoredInvoice,
  type StoredMessage,
  type StoredSummary,
  type StoredUpload,
  storedAllowanceSchema,
  storedAttemptSchema,
  storedInvoiceSchema,
  storedMessageSchema,
  storedSummarySchema,
  storedUploadSchema,
} from "./content-schema.ts";

export interface InvoiceFilter {
  status?: InvoiceStatus | undefined;
  period?: string | undefined;
  number?: string | undefined;
  orderReference?: string | undefined;
  /** Issued at or after, and before. */
  issuedFrom?: Date | undefined;
  issuedBefore?: Date | undefined;
  /** The page after this invoice. */
  beforeId?: string | undefined;
}

const HEAD = {
  id: invoices.id,
  sellerUbn: invoices.sellerUbn,
  period: invoices.period,
  number: invoices.number,
  issuedAt: invoices.issuedAt,
  randomCode: invoices.randomCode,
  status: invoices.status,
  uploadDueAt: invoices.uploadDueAt,
};
const UPLOAD = {
  status: einvoiceUploads.status,
  attempts: einvoiceUploads.attempts,
  nextAttemptAt: einvoiceUploads.nextAttemptAt,
  reason: einvoiceUploads.reason,
  providerCode: einvoiceUploads.providerCode,
  providerMessage: einvoiceUploads.providerMessage,
  acceptedAt: einvoiceUploads.acceptedAt,
};
/** The few invoices of a status other than accepted are found by what makes them so. */
function hasStatus(status: InvoiceStatus): SQL | undefined {
  const present = eq(invoices.status, status);
  if (status === "accepted") return present;
  if (status === "cancelled" || status === "voided") {
    return and(present, sql`${invoices.id} IN (SELECT invoice_id FROM einvoice_acts WHERE kind IN ('cancel', 'void'))`);
  }
  return and(
    present,
    sql`${invoices.id} IN (SELECT invoice_id FROM einvoice_uploads WHERE status NOT IN ('accepted', 'superseded'))`,
  );
}

/** Comes after an invoice in the list, where the latest is first. */
const isBefore = (id: string) =>
  sql`(${invoices.issuedAt}, ${invoices.id}) < (SELECT issued_at, id FROM invoices WHERE id = ${id})`;

const ATTEMPTS_SHOWN = 20;
/** The message that tells of the issue itself, the latest where its content was corrected. */
const isLatestIssue = and(
  eq(einvoiceUploads.kind, "issue"),
  sql`NOT EXISTS (SELECT 1 FROM einvoice_uploads later WHERE later.invoice_id = ${einvoiceUploads.invoiceId}
    AND later.kind = 'issue' AND later.position > ${einvoiceUploads.position})`,
);

/** Reads of invoices; nothing here changes a row. */
export function createInvoiceStore(db: DbOrTx) {
  async function findOne(
    condition: SQL | undefined,
  ): Promise<{ invoice: StoredInvoice; upload: StoredUpload } | undefined> {
    const [row] = await db
      .select({ invoice: { ...HEAD, content: invoices.content }, upload: UPLOAD })
      .from(invoices)
      .innerJoin(einvoiceUploads, and(eq(einvoiceUploads.invoiceId, invoices.id), isLatestIssue))
      .where(condition);
    return row && { invoice: storedInvoiceSchema.parse(row.invoice), upload: storedUploadSchema.parse(row.upload) };
  }

  return {
    findById: (id: string) => findOne(eq(invoices.id, id)),

    /** The invoices of one number and period; more than one only where several sellers use one database. */
    findByNumber: (sellerUbn: string, number: string, period: string) =>
      findOne(and(eq(invoices.sellerUbn, sellerUbn), eq(invoices.period, period), eq(invoices.number, number))),

    /** Latest first, at most `limit`. A period is a span of time, so that the index by time finds it. */
    list: async (filter: InvoiceFilter, limit: number): Promise<StoredSummary[]> => {
      const rows = await db
        .select({ ...HEAD, content: sql`${invoices.content} - 'lines'` })
        .from(invoices)
        .where(
          and(
            filter.status ? hasStatus(filter.status) : undefined,
            filter.period ? eq(invoices.period, filter.period) : undefined,
            filter.number ? eq(invoices.number, filter.number) : undefined,
            filter.orderReference ? eq(invoices.orderReference, filter.orderReference) : undefined,
            filter.issuedFrom ? gte(invoices.issuedAt, filter.issuedFrom) : undefined,
            filter.issuedBefore ? lt(invoices.issuedAt, filter.issuedBefore) : undefined,
            filter.period ? gte(invoices.issuedAt, periodStart(filter.period)) : undefined,
            filter.period ? lt(invoices.issuedAt, periodStart(nextPeriod(filter.period))) : undefined,
            filter.beforeId ? isBefore(filter.beforeId) : undefined,
          ),
        )
        .orderBy(desc(invoices.issuedAt), desc(invoices.id))
        .limit(limit);
      return rows.map((row) => storedSummarySchema.parse(row));
    },

    /** What the platform is told about an invoice, in order. */
    messages: async (invoiceId: string): Promise<StoredMessage[]> => {
      const rows = await db
        .select()
        .from(einvoiceUploads)
        .where(eq(einvoiceUploads.invoiceId, invoiceId))
        .orderBy(asc(einvoiceUploads.position));
      return rows.map((row) => storedMessageSchema.parse(row));
    },

    /** Allowances of an invoice, in their order. */
    allowances: async (invoiceId: string): Promise<StoredAllowance[]> => {
      const rows = await db
        .select()
        .from(einvoiceAllowances)
        .where(eq(einvoiceAllowances.invoiceId, invoiceId))
        .orderBy(asc(einvoiceAllowances.id));
      return rows.map((row) => storedAllowanceSchema.parse(row));
    },

    findAllowance: async (
      id: string,
    ): Promise<{ allowance: StoredAllowance; invoice: { number: string; period: string } } | undefined> => {
      const [row] = await db
        .select({ allowance: einvoiceAllowances, invoice: { number: invoices.number, period: invoices.period } })
        .from(einvoiceAllowances)
        .innerJoin(invoices, eq(invoices.id, einvoiceAllowances.invoiceId))
        .where(eq(einvoiceAllowances.id, id));
      return row && { allowance: storedAllowanceSchema.parse(row.allowance), invoice: row.invoice };
    },

    /** Attempts and decisions about an invoice, latest first. */
    attempts: async (invoiceId: string): Promise<StoredAttempt[]> => {
      const rows = await db
        .select({ attempt: einvoiceAttempts })
        .from(einvoiceAttempts)
        .innerJoin(einvoiceUploads, eq(einvoiceUploads.id, einvoiceAttempts.uploadId))
        .where(eq(einvoiceUploads.invoiceId, invoiceId))
        .orderBy(desc(einvoiceAttempts.startedAt), desc(einvoiceAttempts.id))
        .limit(ATTEMPTS_SHOWN);
      return rows.map((row) => storedAttemptSchema.parse(row.attempt));
    },
  };
}

export type InvoiceStore = ReturnType<typeof createInvoiceStore>;
