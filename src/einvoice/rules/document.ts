import type { InvoiceContent, IssuedInvoice } from "./content.ts";

/** An act after the issue, as it is told to the platform. */
export interface Act {
  at: Date;
  /** 1 to 20 characters. */
  reason: string;
  remark: string | null;
  /** Tax office's approval of a late cancellation (專案作廢). */
  approvalNumber: string | null;
}

/** A line of an allowance; whole NT$. */
export interface AllowanceLine {
  /** Of the invoice's line. */
  originalSequenceNumber: string;
  description: string;
  quantity: string;
  unit: string | null;
  /** Net per unit, decimal of at most seven fraction digits. */
  unitPrice: string;
  netAmount: number;
  taxAmount: number;
  taxType: InvoiceContent["lines"][number]["taxType"];
}

/** An issued allowance (折讓), frozen. */
export interface IssuedAllowance {
  /** 16 characters. */
  number: string;
  issuedAt: Date;
  lines: AllowanceLine[];
  /** Sums over the lines. */
  netAmount: number;
  taxAmount: number;
}

/** Unused numbers of one track and a closed period. */
export interface UnusedNumbers {
  sellerUbn: string;
  period: string;
  prefix: string;
  /** Inclusive. */
  ranges: [begin: number, end: number][];
}

/** One message about an invoice: MIG F0401, F0501, F0701, G0401, G0501. */
export type InvoiceDocument =
  | { kind: "issue"; invoice: IssuedInvoice }
  | { kind: "cancel"; invoice: IssuedInvoice; act: Act }
  | { kind: "void"; invoice: IssuedInvoice; act: Act }
  | { kind: "allowance"; invoice: IssuedInvoice; allowance: IssuedAllowance }
  | { kind: "cancel_allowance"; invoice: IssuedInvoice; allowance: IssuedAllowance; act: Act };

/** One message to the platform: about an invoice, or E0402. */
export type EinvoiceDocument = InvoiceDocument | { kind: "unused_numbers"; report: UnusedNumbers };

/** The kinds of documents, each with its message code in MIG 4.1. */
export const messageCodes = {
  issue: "F0401",
  cancel: "F0501",
  void: "F0701",
  allowance: "G0401",
  cancel_allowance: "G0501",
  unused_numbers: "E0402",
} as const satisfies Record<EinvoiceDocument["kind"], string>;

/** What a document is called in logs: its number. */
export const documentName = (document: EinvoiceDocument): string =>
  document.kind === "unused_numbers"
    ? `${document.report.prefix} of ${document.report.period}`
    : document.invoice.number;
