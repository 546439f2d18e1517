import type { TaxType } from "@luckygas/gateway-client";
import { z } from "zod";
import { taipeiDate, taipeiTime } from "../../../platform/taipei-time.ts";
import type { InvoiceTaxType, IssuedInvoice } from "../../rules/content.ts";
import type { Act, InvoiceDocument, IssuedAllowance } from "../../rules/document.ts";
import type { Message } from "./signing.ts";

const CONSUMER_ID = "0000000000";
const TAX_TYPES = { taxable: "1", zero_rated: "2", exempt: "3", mixed: "9" } as const satisfies Record<
  TaxType | InvoiceTaxType,
  string
>;
/** Unit of `ItemCount`, and of a line that has none. */
const ITEM_WORD = "項";
const GENERAL_TAX = "07";

const wireDate = (instant: Date) => taipeiDate(instant).replaceAll("-", "/");

/** An issued invoice as the dialect's issue message, without credentials, time stamp and signature. Depends on frozen content only. */
export function issueMessage(invoice: IssuedInvoice): Message {
  const { content } = invoice;
  const { amounts, buyer, carrier, lines, seller } = content;
  return {
    InvoiceNo: invoice.number,
    InvoiceDate: wireDate(invoice.issuedAt),
    InvoiceTime: taipeiTime(invoice.issuedAt),
    RandomNumber: invoice.randomCode,
    // The dialect has one sales field: all sales before the tax on top.
    SalesAmount: String(amounts.totalAmount - amounts.taxAmount),
    TaxType: TAX_TYPES[amounts.taxType],
    TaxRate: amounts.taxType === "taxable" || amounts.taxType === "mixed" ? "0.05" : "0",
    TaxAmount: String(amounts.taxAmount),
    TotalAmount: String(amounts.totalAmount),
    InvoiceType: GENERAL_TAX,
    PrintMark: content.print ? "Y" : "N",
    DonateMark: content.donationCode === null ? "0" : "1",
    ...(content.donationCode !== null && { NPOBAN: content.donationCode }),
    CarrierType: carrier?.type ?? "",
    CarrierId1: carrier?.id ?? "",
    CarrierId2: carrier?.hiddenId ?? "",
    TaxID: buyer.ubn ?? "",
    BuyerId: buyer.ubn ?? CONSUMER_ID,
    BuyerName: buyer.name,
    BuyerAddress: buyer.address ?? "",
    BuyerEmail: buyer.email ?? "",
    BuyerPhone: buyer.phone ?? "",
    SellerId: seller.ubn,
    SellerName: seller.name,
    SellerAddress: seller.address,
    SellerPhone: seller.phone ?? "",
    SellerEmail: seller.email ?? "",
    ItemCount: String(lines.length),
    ItemWord: ITEM_WORD,
    ItemDescription: lines.map((line) => line.description),
    ItemQuantity: lines.map((line) => line.quantity),
    ItemUnit: lines.map((line) => line.unit ?? ITEM_WORD),
    ItemUnitPrice: lines.map((line) => line.unitPrice),
    ItemAmount: lines.map((line) => line.amount),
    ItemTaxType: lines.map((line) => TAX_TYPES[line.taxType]),
  };
}

/** The documents that the dialect has a message for. */
export type CarriedDocument = Exclude<InvoiceDocument, { kind: "reissue" }>;

/** A document as its message of the dialect, without credentials, time stamp and signature. */
export function documentMessage(document: CarriedDocument): Message {
  const { invoice } = document;
  switch (document.kind) {
    case "issue":
      return issueMessage(invoice);
    case "cancel":
    case "void":
      return { ...queryMessage(invoice), ...actFields(document.act) };
    case "allowance":
      return allowanceMessage(invoice, document.allowance);
    case "cancel_allowance":
      return { ...allowanceHead(invoice, document.allowance), ...actFields(document.act) };
  }
}

function actFields(act: Act): Message {
  return {
    Reason: act.reason,
    ...(act.remark !== null && { Remark: act.remark }),
    ...(act.approvalNumber !== null && { ReturnTaxDocumentNumber: act.approvalNumber }),
  };
}

function allowanceHead(invoice: IssuedInvoice, allowance: IssuedAllowance): Message {
  return {
    ...queryMessage(invoice),
    AllowanceNo: allowance.number,
    AllowanceDate: wireDate(allowance.issuedAt),
  };
}

/** The seller issues (MIG 4.1, G0401: AllowanceType 2). */
const SELLER_ISSUES = "2";

function allowanceMessage(invoice: IssuedInvoice, allowance: IssuedAllowance): Message {
  const { buyer } = invoice.content;
  const { lines } = allowance;
  return {
    ...allowanceHead(invoice, allowance),
    AllowanceAmount: String(allowance.netAmount),
    TaxAmount: String(allowance.taxAmount),
    TotalAmount: String(allowance.netAmount + allowance.taxAmount),
    BuyerId: buyer.ubn ?? CONSUMER_ID,
    BuyerName: buyer.name,
    AllowanceType: SELLER_ISSUES,
    ItemCount: String(lines.length),
    ItemDescription: lines.map((line) => line.description),
    ItemQuantity: lines.map((line) => line.quantity),
    ItemUnit: lines.map((line) => line.unit ?? ITEM_WORD),
    ItemUnitPrice: lines.map((line) => line.unitPrice),
    ItemAmount: lines.map((line) => String(line.netAmount)),
    ItemTax: lines.map((line) => String(line.taxAmount)),
    ItemTaxType: lines.map((line) => TAX_TYPES[line.taxType]),
  };
}

/** The question what is stored under an invoice's number; the date tells the period, since numbers come back in later years. */
export function queryMessage(invoice: IssuedInvoice): Message {
  return {
    InvoiceNo: invoice.number,
    InvoiceDate: wireDate(invoice.issuedAt),
    SellerId: invoice.content.seller.ubn,
  };
}

const queryDataSchema = z.object({
  InvoiceStatus: z.union([z.string(), z.int()]).transform(String),
  InvoiceDate: z.string(),
  BuyerName: z.string(),
  TotalAmount: z.union([z.string(), z.int()]).transform(String),
});
export type QueryData = z.output<typeof queryDataSchema>;

/** The `Data` of a query's answer, or `undefined` when it cannot be read. */
export const readQueryData = (data: unknown): QueryData | undefined => queryDataSchema.safeParse(data).data;

const VOID = "0";

/**
 * In which fields what is stored is not the document; none means that it is, `undefined` that the document is not there. The dialect cannot
 * ask about one allowance: it counts as not there and is sent again, which its own number makes safe.
 */
export function findDifferences(document: CarriedDocument, data: QueryData): string[] | undefined {
  switch (document.kind) {
    case "issue":
      return issueDifferences(document.invoice, data);
    case "cancel":
      return data.InvoiceStatus === VOID ? [] : undefined;
    case "void":
    case "allowance":
    case "cancel_allowance":
      return undefined;
  }
}

function issueDifferences(invoice: IssuedInvoice, data: QueryData): string[] {
  const { content } = invoice;
  const isDifferent = {
    InvoiceStatus: data.InvoiceStatus === VOID,
    InvoiceDate: data.InvoiceDate.replaceAll("-", "/").slice(0, 10) !== wireDate(invoice.issuedAt),
    BuyerName: data.BuyerName !== content.buyer.name,
    TotalAmount: data.TotalAmount !== String(content.amounts.totalAmount),
  };
  return Object.entries(isDifferent).flatMap(([field, different]) => (different ? [field] : []));
}
