import { eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { DbOrTx } from "../../platform/database.ts";
import type { Act, BranchNumbers, EinvoiceDocument, IssuedAllowance, SiblingAllowance } from "../rules/document.ts";
import {
  einvoiceAllowances,
  einvoiceBranchNumbers,
  einvoiceNumberReports,
  einvoiceUploads,
  invoices,
} from "../tables.ts";
import {
  payloadSchema,
  type StoredAllowance,
  type StoredBranchNumbers,
  type StoredInvoice,
  storedAllowanceSchema,
  storedBranchNumbersSchema,
  storedInvoiceSchema,
  storedReportSchema,
} from "./content-schema.ts";

/** The documents of messages, by the messages' ids. One statement, so that a correction made meanwhile is seen whole or not at all. */
export async function readDocuments(db: DbOrTx, condition: SQL | undefined): Promise<Map<string, EinvoiceDocument>> {
  const rows = await db
    .select({
      id: einvoiceUploads.id,
      kind: einvoiceUploads.kind,
      payload: einvoiceUploads.payload,
      invoice: invoices,
      allowance: einvoiceAllowances,
      report: einvoiceNumberReports,
      branch: einvoiceBranchNumbers,
      siblings: SIBLINGS,
    })
    .from(einvoiceUploads)
    .leftJoin(invoices, eq(invoices.id, einvoiceUploads.invoiceId))
    .leftJoin(einvoiceAllowances, eq(einvoiceAllowances.id, einvoiceUploads.allowanceId))
    .leftJoin(einvoiceNumberReports, eq(einvoiceNumberReports.id, einvoiceUploads.invoiceId))
    .leftJoin(einvoiceBranchNumbers, eq(einvoiceBranchNumbers.id, einvoiceUploads.invoiceId))
    .where(condition);
  return new Map(
    rows.map((row) => {
      if (row.report) return [row.id, { kind: "unused_numbers", report: storedReportSchema.parse(row.report) }];
      if (row.branch) {
        const numbers = branchNumbers(storedBranchNumbersSchema.parse(row.branch));
        return [row.id, { kind: "branch_numbers", numbers }];
      }
      const { act, content } = payloadSchema.parse(row.payload ?? {});
      const stored = storedInvoiceSchema.parse(row.invoice);
      const allowance = row.allowance && issuedAllowance(storedAllowanceSchema.parse(row.allowance), row.siblings);
      return [row.id, toDocument(row.kind, { ...stored, content: content ?? stored.content }, act, allowance)];
    }),
  );
}

function toDocument(
  kind: string,
  stored: StoredInvoice,
  act: Act | undefined,
  allowance: IssuedAllowance | null,
): EinvoiceDocument {
  const { number, period, issuedAt, randomCode, content } = stored;
  const invoice = { number, period, issuedAt, randomCode, content };
  // An issue with an act corrects what a centre holds, in one call.
  if (kind === "issue") return act ? { kind: "reissue", invoice, act, orderId: stored.id } : { kind, invoice };
  if ((kind === "cancel" || kind === "void") && act) return { kind, invoice, act };
  if (kind === "allowance" && allowance) return { kind, invoice, allowance };
  if (kind === "cancel_allowance" && allowance && act) return { kind, invoice, allowance, act };
  throw new Error(`a message of kind ${kind} lacks its act or its allowance`);
}

function issuedAllowance({ number, issuedAt, content }: StoredAllowance, siblings: unknown): IssuedAllowance {
  return { number, issuedAt, ...content, siblings: siblingsSchema.parse(siblings ?? []) };
}

const siblingsSchema = z.array(
  z.object({ number: z.string(), netAmount: z.int(), isLive: z.boolean() }),
) satisfies z.ZodType<SiblingAllowance[]>;

const SIBLINGS = sql`(SELECT jsonb_agg(jsonb_build_object('number', s.number, 'netAmount', s.content->'netAmount',
    'isLive', s.status <> 'cancelled')) FROM einvoice_allowances s
  WHERE s.invoice_id = ${einvoiceAllowances.invoiceId} AND s.id <> ${einvoiceAllowances.id})`;

function branchNumbers(stored: StoredBranchNumbers): BranchNumbers {
  const { sellerUbn, branchUbn, period, prefix, rangeStart, rangeEnd, beginNumber, endNumber } = stored;
  const parts = [{ begin: beginNumber, end: endNumber }];
  return { headUbn: sellerUbn, branchUbn, period, prefix, begin: rangeStart, end: rangeEnd, parts };
}
