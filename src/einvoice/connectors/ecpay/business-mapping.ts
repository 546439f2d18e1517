import { z } from "zod";
import { taipeiDate } from "../../../platform/taipei-time.ts";
import type { InvoiceContent, IssuedInvoice } from "../../rules/content.ts";
import { divideHalfUp, formatDecimal, parseDecimal } from "../../rules/decimal.ts";
import type { Act, IssuedAllowance } from "../../rules/document.ts";
import type { ProviderOrder } from "../port.ts";
import type { EcpayData } from "./client.ts";
import type { BusinessMode } from "./config.ts";
import { linesProblem, phoneDigits, relateNumber, shortRelateNumber, taxFields, toNumber, wireTime } from "./fields.ts";

/** Why the B2B API cannot carry a content, or nothing (ECPay e-invoice API B2B, Issue). */
export function businessProblem(content: InvoiceContent): string | undefined {
  if (content.amounts.taxType === "mixed")
    return "several tax types in one invoice: the B2B API of ECPay has no tax type 9";
  if (content.carrier) return "a carrier: the B2B API of ECPay has no field for it";
  if (emailOf(content) === "") return "a buyer without buyer.email; give it, or set sellerEmail in the seller's config";
  return linesProblem(content);
}

/** Needed to make the buyer a trading partner. */
const emailOf = ({ buyer, seller }: InvoiceContent) => buyer.email ?? seller.email ?? "";

/** The buyer as a trading partner (交易對象), which decides how its invoices are treated. */
export const partnerData = ({ buyer, ...content }: InvoiceContent, mode: BusinessMode) => ({
  Action: "Add",
  Identifier: buyer.ubn ?? "",
  type: "1",
  CompanyName: buyer.name,
  TradingSlang: buyer.ubn ?? "",
  ExchangeMode: mode === "b2b_exchange" ? "1" : "0",
  EmailAddress: emailOf({ buyer, ...content }),
  ...(buyer.address !== null && { Address: buyer.address }),
  ...(buyer.phone !== null && { TelephoneNumber: phoneDigits(buyer.phone) }),
});

/** With exchange the own key has at most 20 characters. */
const keyOf = (orderId: string, mode: BusinessMode) =>
  mode === "b2b_exchange" ? shortRelateNumber(orderId) : relateNumber(orderId);

function contentData(content: InvoiceContent, key: string, issuedAt: Date): Record<string, unknown> {
  const { amounts, buyer, lines } = content;
  return {
    RelateNumber: key,
    // Told by us, since the answer has no time of issue.
    InvoiceTime: wireTime(issuedAt),
    CustomerIdentifier: buyer.ubn ?? "",
    CustomerEmail: emailOf(content),
    CustomerAddress: buyer.address ?? "",
    CustomerTelephoneNumber: buyer.phone === null ? "" : phoneDigits(buyer.phone),
    ...taxFields(content),
    SalesAmount: amounts.totalAmount - amounts.taxAmount,
    TaxAmount: amounts.taxAmount,
    TotalAmount: amounts.totalAmount,
    Items: lines.map((line, index) => ({
      ItemSeq: index + 1,
      ItemName: line.description,
      ItemCount: toNumber(line.quantity),
      ...(line.unit !== null && { ItemWord: line.unit }),
      ItemPrice: toNumber(line.unitPrice),
      ItemAmount: toNumber(line.amount),
    })),
  };
}

/** An order as the data of `B2BInvoice/Issue`; its time of issue is the time of the order. */
export const businessIssueData = (order: ProviderOrder, mode: BusinessMode) =>
  contentData(order.content, keyOf(order.id, mode), order.orderedAt);

export const businessFindData = ({ number, issuedAt }: IssuedInvoice) => ({
  InvoiceCategory: 0,
  InvoiceNumber: number,
  InvoiceDate: taipeiDate(issuedAt),
});

export const businessCancelData = (invoice: IssuedInvoice, act: Act) => ({
  InvoiceNumber: invoice.number,
  InvoiceDate: taipeiDate(invoice.issuedAt),
  Reason: act.reason,
  ...(act.remark !== null && { Remark: act.remark }),
});

export const businessReissueData = (invoice: IssuedInvoice, act: Act, orderId: string, mode: BusinessMode) => ({
  VoidModel: { InvoiceNumber: invoice.number, VoidReason: act.reason },
  IssueModel: contentData(invoice.content, keyOf(orderId, mode), invoice.issuedAt),
});

const SCALE = 10n ** 7n;

/** An allowance, whose amounts are without tax; a line is named by its place in the invoice. */
export const businessAllowanceData = (invoice: IssuedInvoice, allowance: IssuedAllowance) => ({
  AllowanceDate: wireTime(allowance.issuedAt),
  CustomerEmail: emailOf(invoice.content),
  TaxAmount: allowance.taxAmount,
  TotalAmount: allowance.netAmount,
  Details: allowance.lines.map((line) => ({
    OriginalInvoiceNumber: invoice.number,
    OriginalInvoiceDate: taipeiDate(invoice.issuedAt),
    OriginalSequenceNumber: Number(line.originalSequenceNumber),
    ItemName: line.description,
    ItemCount: toNumber(line.quantity),
    ItemPrice: toNumber(formatDecimal(divideHalfUp(parseDecimal(line.netAmount) * SCALE, parseDecimal(line.quantity)))),
    ItemAmount: line.netAmount,
    Tax: line.taxAmount,
  })),
});

export const businessCancelAllowanceData = (allowance: IssuedAllowance, act: Act) => ({
  AllowanceNo: allowance.number,
  Reason: act.reason,
  ...(act.remark !== null && { Remark: act.remark }),
});

const wireText = z.union([z.string(), z.number()]).transform(String);
const wireAmount = z.union([z.string(), z.number()]).transform(Number).pipe(z.number());
const issuedSchema = z.object({
  InvoiceNumber: z.string().regex(/^[A-Z]{2}[0-9]{8}$/),
  RandomNumber: wireText.pipe(z.string().regex(/^[0-9]{4}$/)),
});
const foundSchema = z.object({
  InvoiceNumber: z.string(),
  Buyer_Identifier: wireText,
  TotalAmount: wireAmount,
  BalanceAmount: wireAmount.optional(),
  Invalid_Status: wireText,
  RandomNumber: wireText.optional(),
  Items: z.array(z.object({ ItemName: z.string(), ItemCount: wireAmount })).optional(),
});
export type FoundBusinessInvoice = z.output<typeof foundSchema>;

/** `RtnData` comes as an object or as its text. */
function innerData(data: EcpayData): unknown {
  if (typeof data.RtnData !== "string") return data.RtnData;
  try {
    return JSON.parse(data.RtnData);
  } catch {
    return undefined;
  }
}

export const readBusinessIssued = (data: EcpayData) => issuedSchema.safeParse(data).data;
export const readBusinessFound = (data: EcpayData) => foundSchema.safeParse(innerData(data)).data;
export const readBusinessAllowance = (data: EcpayData) =>
  z.object({ AllowanceNo: z.string(), Invalid_Status: wireText }).safeParse(innerData(data)).data;
export const readBusinessAllowanceNumber = (data: EcpayData): string | undefined =>
  z.object({ AllowanceNo: wireText.pipe(z.string().regex(/^[0-9A-Za-z]{1,16}$/)) }).safeParse(data).data?.AllowanceNo;

/** In which fields what the centre holds is not the content; none means that it is. */
export function businessDifferences({ amounts, buyer, lines }: InvoiceContent, found: FoundBusinessInvoice): string[] {
  const isSameItems =
    found.Items === undefined ||
    (found.Items.length === lines.length &&
      lines.every((line, index) => {
        const item = found.Items?.[index];
        return item?.ItemName === line.description && item.ItemCount === toNumber(line.quantity);
      }));
  const isDifferent = {
    InvoiceStatus: found.Invalid_Status === "1",
    TotalAmount: found.TotalAmount !== amounts.totalAmount,
    BuyerId: found.Buyer_Identifier !== buyer.ubn,
    Items: !isSameItems,
  };
  return Object.entries(isDifferent).flatMap(([field, different]) => (different ? [field] : []));
}
