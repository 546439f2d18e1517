import type { InvoiceStatus } from "@luckygas/gateway-client";
import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { Drizzle } from "../../platform/database.ts";
import { einvoiceAttempts, einvoiceUploads, invoices } from "../tables.ts";
import {
  type StoredAttempt,
  type StoredInvoice,
  type StoredSummary,
  type StoredUpload,
  storedAttemptSchema,
  storedInvoiceSchema,
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
  /** Ids below this one: the page after it. */
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
const ATTEMPTS_SHOWN = 20;
/** The message that tells of the issue itself. */
const ISSUE_POSITION = 1;

/** Reads of invoices; nothing here changes a row. */
export function createInvoiceStore(db: Drizzle) {
  async function findOne(
    condition: SQL | undefined,
  ): Promise<{ invoice: StoredInvoice; upload: StoredUpload } | undefined> {
    const [row] = await db
      .select({ invoice: { ...HEAD, content: invoices.content }, upload: UPLOAD })
      .from(invoices)
      .innerJoin(
        einvoiceUploads,
        and(eq(einvoiceUploads.invoiceId, invoices.id), eq(einvoiceUploads.position, ISSUE_POSITION)),
      )
      .where(condition);
    return row && { invoice: storedInvoiceSchema.parse(row.invoice), upload: storedUploadSchema.parse(row.upload) };
  }

  return {
    findById: (id: string) => findOne(eq(invoices.id, id)),

    /** The invoices of one number and period; more than one only where several sellers use one database. */
    findByNumber: (sellerUbn: string, number: string, period: string) =>
      findOne(and(eq(invoices.sellerUbn, sellerUbn), eq(invoices.period, period), eq(invoices.number, number))),

    /** Latest first, at most `limit`. */
    list: async (filter: InvoiceFilter, limit: number): Promise<StoredSummary[]> => {
      const rows = await db
        .select({ ...HEAD, content: sql`${invoices.content} - 'lines'` })
        .from(invoices)
        .where(
          and(
            filter.status ? eq(invoices.status, filter.status) : undefined,
            filter.period ? eq(invoices.period, filter.period) : undefined,
            filter.number ? eq(invoices.number, filter.number) : undefined,
            filter.orderReference ? eq(invoices.orderReference, filter.orderReference) : undefined,
            filter.issuedFrom ? gte(invoices.issuedAt, filter.issuedFrom) : undefined,
            filter.issuedBefore ? lt(invoices.issuedAt, filter.issuedBefore) : undefined,
            filter.beforeId ? lt(invoices.id, filter.beforeId) : undefined,
          ),
        )
        .orderBy(desc(invoices.id))
        .limit(limit);
      return rows.map((row) => storedSummarySchema.parse(row));
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
