import type { TaxType } from "@luckygas/gateway-client";

/** The seller as written on the invoice. */
export interface InvoiceSeller {
  ubn: string;
  name: string;
  address: string;
  phone: string | null;
  email: string | null;
}

export interface InvoiceBuyer {
  kind: "consumer" | "business";
  /** `null` for consumers. */
  ubn: string | null;
  name: string;
  address: string | null;
  email: string | null;
  phone: string | null;
}

/** A line as written on the invoice; numbers are decimals of at most seven fraction digits. */
export interface InvoiceContentLine {
  /** `001`, `002` …; unique in the invoice, at most 4 characters. */
  sequenceNumber: string;
  description: string;
  quantity: string;
  unit: string | null;
  unitPrice: string;
  amount: string;
  taxType: TaxType;
}

/** Tax type of a whole invoice: that of its lines, or `mixed`. */
export type InvoiceTaxType = TaxType | "mixed";

/** Whole NT$. `totalAmount` = sales + exempt + zero-rated + tax. */
export interface InvoiceAmounts {
  taxType: InvoiceTaxType;
  /** Taxable sales: gross for consumers, net for businesses. */
  salesAmount: number;
  exemptSalesAmount: number;
  zeroRatedSalesAmount: number;
  /** 0 for consumers. */
  taxAmount: number;
  /** Tax inside a consumer's `salesAmount`; 0 for businesses. */
  includedTaxAmount: number;
  totalAmount: number;
}

export interface InvoiceCarrier {
  type: string;
  id: string;
  hiddenId: string;
}

/** What is frozen when an invoice is issued; with number, instant and random code it is all that is printed and uploaded. */
export interface InvoiceContent {
  seller: InvoiceSeller;
  buyer: InvoiceBuyer;
  lines: InvoiceContentLine[];
  amounts: InvoiceAmounts;
  carrier: InvoiceCarrier | null;
  donationCode: string | null;
  print: boolean;
  orderReference: string | null;
  customsClearanceMark: "not_through_customs" | "through_customs" | null;
  zeroTaxRateReason: string | null;
}

/** An issued invoice: its frozen content with what the act of issuing added. */
export interface IssuedInvoice {
  /** 2 letters and 8 digits. */
  number: string;
  period: string;
  issuedAt: Date;
  /** 4 digits. */
  randomCode: string;
  content: InvoiceContent;
}
