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

/** Another allowance of the same invoice. */
export interface SiblingAllowance {
  number: string;
  netAmount: number;
  isLive: boolean;
}

/** An issued allowance (折讓), frozen. */
export interface IssuedAllowance {
  /** 16 characters; our own until the provider has given one, where it gives them. */
  number: string;
  issuedAt: Date;
  lines: AllowanceLine[];
  /** Sums over the lines. */
  netAmount: number;
  taxAmount: number;
  /** The invoice's other allowances: they tell apart what the provider holds of it. */
  siblings?: SiblingAllowance[];
}

/** Unused numbers of one track and a closed period. */
export interface UnusedNumbers {
  sellerUbn: string;
  period: string;
  prefix: string;
  /** Inclusive. */
  ranges: [begin: number, end: number][];
}

/** Numbers of one track that a head office gives to a branch (E0401). */
export interface BranchNumbers {
  headUbn: string;
  branchUbn: string;
  period: string;
  prefix: string;
  /** The allotted range of the head office, and the branch's parts of it; inclusive. */
  begin: number;
  end: number;
  parts: { begin: number; end: number }[];
}

/** One message about an invoice: MIG F0401, F0501, F0701, G0401, G0501. `reissue` is F0701 and F0401 in one call of a centre. */
export type InvoiceDocument =
  | { kind: "issue"; invoice: IssuedInvoice }
  | { kind: "reissue"; invoice: IssuedInvoice; act: Act; orderId: string }
  | { kind: "cancel"; invoice: IssuedInvoice; act: Act }
  | { kind: "void"; invoice: IssuedInvoice; act: Act }
  | { kind: "allowance"; invoice: IssuedInvoice; allowance: IssuedAllowance }
  | { kind: "cancel_allowance"; invoice: IssuedInvoice; allowance: IssuedAllowance; act: Act };

/** One message about numbers: E0402, E0401. */
export type NumbersDocument =
  | { kind: "unused_numbers"; report: UnusedNumbers }
  | { kind: "branch_numbers"; numbers: BranchNumbers };

/** One message to the platform. */
export type EinvoiceDocument = InvoiceDocument | NumbersDocument;

/** Whether a message is about numbers, not about an invoice. */
export const isAboutNumbers = (document: EinvoiceDocument): document is NumbersDocument =>
  document.kind === "unused_numbers" || document.kind === "branch_numbers";

/** The kinds of documents, each with its message code in MIG 4.1. */
export const messageCodes = {
  issue: "F0401",
  reissue: "F0401",
  cancel: "F0501",
  void: "F0701",
  allowance: "G0401",
  cancel_allowance: "G0501",
  unused_numbers: "E0402",
  branch_numbers: "E0401",
} as const satisfies Record<EinvoiceDocument["kind"], string>;

/** What a document is called in logs: its number. */
export function documentName(document: EinvoiceDocument): string {
  if (!isAboutNumbers(document)) return document.invoice.number;
  const { prefix, period } = document.kind === "unused_numbers" ? document.report : document.numbers;
  return `${prefix} of ${period}`;
}
