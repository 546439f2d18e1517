import { eq, type SQL } from "drizzle-orm";
import type { DbOrTx } from "../../platform/database.ts";
import type { Act, EinvoiceDocument, IssuedAllowance } from "../rules/document.ts";
import { einvoiceAllowances, einvoiceNumberReports, einvoiceUploads, invoices } from "../tables.ts";
import {
  payloadSchema,
  type StoredAllowance,
  type StoredInvoice,
  storedAllowanceSchema,
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
    })
    .from(einvoiceUploads)
    .leftJoin(invoices, eq(invoices.id, einvoiceUploads.invoiceId))
    .leftJoin(einvoiceAllowances, eq(einvoiceAllowances.id, einvoiceUploads.allowanceId))
    .leftJoin(einvoiceNumberReports, eq(einvoiceNumberReports.id, einvoiceUploads.invoiceId))
    .where(condition);
  return new Map(
    rows.map((row) => {
      if (row.report) return [row.id, { kind: "unused_numbers", report: storedReportSchema.parse(row.report) }];
      const { act, content } = payloadSchema.parse(row.payload ?? {});
      const stored = storedInvoiceSchema.parse(row.invoice);
      const allowance = row.allowance ? storedAllowanceSchema.parse(row.allowance) : undefined;
      return [row.id, toDocument(row.kind, { ...stored, content: content ?? stored.content }, act, allowance)];
    }),
  );
}

function toDocument(
  kind: string,
  stored: StoredInvoice,
  act: Act | undefined,
  storedAllowance: StoredAllowance | undefined,
): EinvoiceDocument {
  const { number, period, issuedAt, randomCode, content } = stored;
  const invoice = { number, period, issuedAt, randomCode, content };
  if (kind === "issue") return { kind, invoice };
  if ((kind === "cancel" || kind === "void") && act) return { kind, invoice, act };
  const allowance = storedAllowance && issuedAllowance(storedAllowance);
  if (kind === "allowance" && allowance) return { kind, invoice, allowance };
  if (kind === "cancel_allowance" && allowance && act) return { kind, invoice, allowance, act };
  throw new Error(`a message of kind ${kind} lacks its act or its allowance`);
}

function issuedAllowance({ number, issuedAt, content }: StoredAllowance): IssuedAllowance {
  return { number, issuedAt, ...content };
}
