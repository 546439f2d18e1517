import { z } from "zod";
import { taipeiDate } from "../../../platform/taipei-time.ts";
import type { InvoiceContent, IssuedInvoice } from "../../rules/content.ts";
import { type Decimal, divideHalfUp, formatDecimal, parseDecimal, sum, toWhole } from "../../rules/decimal.ts";
import type { Act, IssuedAllowance } from "../../rules/document.ts";
import type { ProviderOrder } from "../port.ts";
import type { EcpayData } from "./client.ts";
import {
  linesProblem,
  phoneDigits,
  readTime,
  relateNumber,
  TAX_TYPES,
  taxFields,
  toNumber,
  UNIT,
  wireTime,
} from "./fields.ts";

/** Carriers that the centre takes from others; 4 and 5 are cards, with their hidden id first. */
const CARRIERS: Readonly<Record<string, string>> = { CQ0001: "2", "3J0002": "3", "1K0001": "4", "1H0001": "5" };
const CARDS = new Set(["4", "5"]);
const NO_UBN = "0000000000";
const EMAIL_CHARACTERS_MAX = 80;
const PHONE_DIGITS_MAX = 20;

/** Why the B2C API cannot carry a content, or nothing (ECPay e-invoice API B2C 2.0, Issue). */
export function contentProblem(content: InvoiceContent): string | undefined {
  const { carrier, lines } = content;
  if (carrier && !Object.hasOwn(CARRIERS, carrier.type)) return `the carrier ${carrier.type}`;
  const taxTypes = new Set(lines.map(({ taxType }) => taxType));
  if (taxTypes.has("exempt") && taxTypes.has("zero_rated")) return "exempt and zero-rated lines in one invoice";
  const contact = contactOf(content);
  if (contact.CustomerEmail === "" && contact.CustomerPhone === "") {
    return "a buyer without buyer.email and buyer.phone; give one, or set sellerEmail in the seller's config";
  }
  if (contact.CustomerEmail.length > EMAIL_CHARACTERS_MAX)
    return `an e-mail of more than ${EMAIL_CHARACTERS_MAX} characters`;
  return linesProblem(content);
}

/** The centre wants an e-mail or a telephone number: the seller's e-mail stands in for a buyer who gave neither. */
function contactOf({ buyer, seller }: InvoiceContent): { CustomerPhone: string; CustomerEmail: string } {
  const CustomerPhone = buyer.phone === null ? "" : phoneDigits(buyer.phone).slice(0, PHONE_DIGITS_MAX);
  const isReachable = buyer.email !== null || CustomerPhone !== "";
  return { CustomerPhone, CustomerEmail: buyer.email ?? (isReachable ? "" : (seller.email ?? "")) };
}

/** An order as the data of `B2CInvoice/Issue`. A business is named by its tax id, with prices without tax. */
export const issueData = (order: ProviderOrder) => contentData(order.content, order.id);

function contentData(content: InvoiceContent, orderId: string): Record<string, unknown> {
  const { amounts, buyer, carrier, donationCode, lines, print, seller } = content;
  const isBusiness = buyer.ubn !== null;
  const carrierType = carrier ? (CARRIERS[carrier.type] ?? "") : "";
  const isCard = CARDS.has(carrierType);
  const itemAmounts = grossAmounts(content);
  return {
    RelateNumber: relateNumber(orderId),
    CustomerIdentifier: buyer.ubn ?? "",
    CustomerName: buyer.name,
    // Needed on printed invoices; a consumer gives none, and buys at the seller's.
    CustomerAddr: buyer.address ?? (print ? seller.address : ""),
    ...contactOf(content),
    Print: print ? "1" : "0",
    Donation: donationCode === null ? "0" : "1",
    LoveCode: donationCode ?? "",
    CarrierType: carrierType,
    CarrierNum: (isCard ? carrier?.hiddenId : carrier?.id) ?? "",
    ...(isCard && { CarrierNum2: carrier?.id }),
    ...taxFields(content),
    SalesAmount: amounts.totalAmount,
    ...(isBusiness && { TaxAmount: amounts.taxAmount }),
    vat: isBusiness ? "0" : "1",
    Items: lines.map((line, index) => ({
      ItemSeq: index + 1,
      ItemName: line.description,
      ItemCount: toNumber(line.quantity),
      ItemWord: line.unit ?? UNIT,
      ItemPrice: toNumber(line.unitPrice),
      ItemTaxType: TAX_TYPES[line.taxType],
      ItemAmount: itemAmounts[index],
    })),
  };
}

const TAX_PERCENT = 105n;

/**
 * Amounts of the lines with tax, as the centre wants them whatever the prices are. Their sum, rounded, must be the total of the invoice: where
 * it is not, the tax having been rounded on the invoice, the greatest line takes the difference, which is below NT$ 1.5.
 */
function grossAmounts({ amounts, buyer, lines }: InvoiceContent): number[] {
  const gross = lines.map(({ amount, taxType }): Decimal => {
    const decimal = parseDecimal(amount);
    return buyer.ubn !== null && taxType === "taxable" ? divideHalfUp(decimal * TAX_PERCENT, 100n) : decimal;
  });
  const difference = parseDecimal(amounts.totalAmount) - sum(gross);
  if (toWhole(sum(gross)) !== BigInt(amounts.totalAmount)) {
    const greatest = gross.reduce((found, value, index) => (value > (gross[found] ?? 0n) ? index : found), 0);
    gross[greatest] = (gross[greatest] ?? 0n) + difference;
  }
  return gross.map((value) => toNumber(formatDecimal(value)));
}

export const findOrderData = ({ id }: ProviderOrder) => ({ RelateNumber: relateNumber(id) });

export const findInvoiceData = ({ number, issuedAt }: IssuedInvoice) => ({
  InvoiceNo: number,
  InvoiceDate: taipeiDate(issuedAt),
});

export const cancelData = (invoice: IssuedInvoice, act: Act) => ({ ...findInvoiceData(invoice), Reason: act.reason });

/** 註銷重開: number, own key and time of issue stay, the content is the corrected one. */
export const reissueData = (invoice: IssuedInvoice, act: Act, orderId: string) => ({
  VoidModel: { InvoiceNo: invoice.number, VoidReason: act.reason },
  IssueModel: { ...contentData(invoice.content, orderId), InvoiceDate: wireTime(invoice.issuedAt) },
});

/** A paper allowance: the buyer's agreement is obtained and kept by the seller. */
export function allowanceData(invoice: IssuedInvoice, allowance: IssuedAllowance) {
  return {
    ...findInvoiceData(invoice),
    AllowanceNotify: "N",
    CustomerName: invoice.content.buyer.name,
    AllowanceAmount: allowance.netAmount + allowance.taxAmount,
    Items: allowance.lines.map((line, index) => ({
      ItemSeq: index + 1,
      ItemName: line.description,
      ItemCount: toNumber(line.quantity),
      ItemWord: line.unit ?? UNIT,
      ItemPrice: priceOf(line.netAmount + line.taxAmount, line.quantity),
      ItemTaxType: TAX_TYPES[line.taxType],
      ItemAmount: line.netAmount + line.taxAmount,
    })),
  };
}

const SCALE = 10n ** 7n;
const priceOf = (amount: number, quantity: string) =>
  toNumber(formatDecimal(divideHalfUp(parseDecimal(amount) * SCALE, parseDecimal(quantity))));

export const cancelAllowanceData = (invoice: IssuedInvoice, allowance: IssuedAllowance, act: Act) => ({
  InvoiceNo: invoice.number,
  AllowanceNo: allowance.number,
  Reason: act.reason,
});

/** All allowances of an invoice, by its number and day. */
export const findAllowancesData = ({ number, issuedAt }: IssuedInvoice) => ({
  SearchType: "1",
  InvoiceNo: number,
  Date: taipeiDate(issuedAt),
});

export const findAllowanceData = ({ number }: IssuedAllowance) => ({ SearchType: "0", AllowanceNo: number });

/** Numbers come as numbers or texts, whatever the documentation says. */
const wireText = z.union([z.string(), z.number()]).transform(String);
const wireAmount = z.union([z.string(), z.number()]).transform(Number).pipe(z.number());
const NUMBER = z.string().regex(/^[A-Z]{2}[0-9]{8}$/);
const RANDOM = wireText.pipe(z.string().regex(/^[0-9]{4}$/));
const TIME = z.string().regex(/^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[ +T][0-9]{2}:[0-9]{2}:[0-9]{2}$/);
const ALLOWANCE_NUMBER = wireText.pipe(z.string().regex(/^[0-9A-Za-z]{1,16}$/));
const itemSchema = z.object({ ItemName: z.string(), ItemCount: wireAmount, ItemAmount: wireAmount });
const issuedSchema = z.object({ InvoiceNo: NUMBER, InvoiceDate: TIME, RandomNumber: RANDOM });
const foundSchema = z.object({
  IIS_Number: NUMBER,
  IIS_Create_Date: TIME,
  IIS_Random_Number: RANDOM,
  IIS_Sales_Amount: wireAmount,
  IIS_Invalid_Status: wireText,
  IIS_Issue_Status: wireText.optional(),
  IIS_Identifier: wireText.optional(),
  IIS_Customer_Name: z.string().optional(),
  IIS_Tax_Type: wireText.optional(),
  Items: z.array(itemSchema).optional(),
});
export type FoundInvoice = z.output<typeof foundSchema>;
const allowanceSchema = z.object({
  IA_Allow_No: ALLOWANCE_NUMBER,
  IA_Invalid_Status: wireText,
  IA_Total_Tax_Amount: wireAmount,
  Items: z.array(itemSchema).optional(),
});
export type FoundAllowance = z.output<typeof allowanceSchema>;
const listSchema = z.object({
  TotalCount: wireAmount,
  InvoiceData: z
    .array(z.object({ IIS_Number: NUMBER, IIS_Sales_Amount: wireAmount, IIS_Invalid_Status: wireText }))
    .nullish()
    .transform((rows) => rows ?? []),
});

/** What the centre gave an invoice. */
export interface GivenInvoice {
  number: string;
  randomCode: string;
  issuedAt: Date;
}

/** The number of a successful issue; `undefined` when the reply lacks it. */
export function readIssued(data: EcpayData): GivenInvoice | undefined {
  const found = issuedSchema.safeParse(data).data;
  return found && { number: found.InvoiceNo, randomCode: found.RandomNumber, issuedAt: readTime(found.InvoiceDate) };
}

export const readFound = (data: EcpayData): FoundInvoice | undefined => foundSchema.safeParse(data).data;

export const givenOf = (found: FoundInvoice): GivenInvoice => ({
  number: found.IIS_Number,
  randomCode: found.IIS_Random_Number,
  issuedAt: readTime(found.IIS_Create_Date),
});

/** Number of a new allowance. */
export const readAllowanceNumber = (data: EcpayData): string | undefined =>
  z.object({ IA_Allow_No: ALLOWANCE_NUMBER }).safeParse(data).data?.IA_Allow_No;

export const readAllowances = (data: EcpayData): FoundAllowance[] | undefined =>
  z
    .array(allowanceSchema)
    .nullish()
    .transform((rows) => rows ?? [])
    .safeParse(data.AllowanceInfo).data;

export const readList = (data: EcpayData) => listSchema.safeParse(data).data;

export const isSet = (flag: string | undefined) => flag === "1";

/** In which fields what the centre holds is not the content; none means that it is. */
export function contentDifferences(content: InvoiceContent, found: FoundInvoice): string[] {
  const isDifferent = {
    InvoiceStatus: isSet(found.IIS_Invalid_Status),
    TotalAmount: found.IIS_Sales_Amount !== content.amounts.totalAmount,
    BuyerId: found.IIS_Identifier !== undefined && found.IIS_Identifier !== (content.buyer.ubn ?? NO_UBN),
    BuyerName: found.IIS_Customer_Name !== undefined && found.IIS_Customer_Name !== content.buyer.name,
    TaxType: found.IIS_Tax_Type !== undefined && found.IIS_Tax_Type !== TAX_TYPES[content.amounts.taxType],
    Items: found.Items !== undefined && !isSameItems(content, found.Items),
  };
  return Object.entries(isDifferent).flatMap(([field, different]) => (different ? [field] : []));
}

/** Amounts are left out: the centre computes them anew for prices without tax. */
const isSameItems = ({ lines }: InvoiceContent, items: readonly z.output<typeof itemSchema>[]) =>
  items.length === lines.length &&
  lines.every((line, index) => {
    const item = items[index];
    return item?.ItemName === line.description && item.ItemCount === toNumber(line.quantity);
  });

/** Whether what the centre holds can be this allowance: its amount and its items. */
export const isThisAllowance = (allowance: IssuedAllowance, found: FoundAllowance): boolean =>
  found.IA_Total_Tax_Amount === allowance.netAmount + allowance.taxAmount &&
  (found.Items === undefined ||
    (found.Items.length === allowance.lines.length &&
      allowance.lines.every(
        (line, index) =>
          found.Items?.[index]?.ItemName === line.description &&
          found.Items[index]?.ItemAmount === line.netAmount + line.taxAmount,
      )));
