import type { TaxType } from "@luckygas/gateway-client";
import { z } from "zod";
import { taipeiDate, taipeiInstant } from "../../../platform/taipei-time.ts";
import type { InvoiceContent, IssuedInvoice } from "../../rules/content.ts";
import type { ProviderOrder } from "../port.ts";
import type { EcpayData } from "./client.ts";

const TAX_TYPES = { taxable: "1", zero_rated: "2", exempt: "3", mixed: "9" } as const satisfies Record<
  TaxType | "mixed",
  string
>;
/** Carriers that ECPay names itself; members' carriers of others it does not take. */
const CARRIERS: Readonly<Record<string, string>> = { CQ0001: "2", "3J0002": "3" };
const RELATE_NUMBER_CHARACTERS = 30;
const UNIT = "項";

/** Why ECPay cannot carry a content, or nothing. */
export function contentProblem({ carrier }: InvoiceContent): string | undefined {
  return carrier && !Object.hasOwn(CARRIERS, carrier.type) ? `the carrier ${carrier.type}` : undefined;
}

/** The order's own key at ECPay, unique there for ever. */
export const relateNumber = (order: ProviderOrder): string =>
  order.id.replaceAll("-", "").slice(0, RELATE_NUMBER_CHARACTERS);

/** An order as the data of `B2CInvoice/Issue` (API 2.0). Business buyers are carried by their tax id, with prices without tax. */
export function issueData(order: ProviderOrder): Record<string, unknown> {
  const { amounts, buyer, carrier, donationCode, lines, print } = order.content;
  return {
    RelateNumber: relateNumber(order),
    CustomerIdentifier: buyer.ubn ?? "",
    CustomerName: buyer.name,
    CustomerAddr: buyer.address ?? "",
    CustomerPhone: buyer.phone ?? "",
    CustomerEmail: buyer.email ?? "",
    Print: print ? "1" : "0",
    Donation: donationCode === null ? "0" : "1",
    LoveCode: donationCode ?? "",
    CarrierType: carrier ? (CARRIERS[carrier.type] ?? "") : "",
    CarrierNum: carrier?.id ?? "",
    TaxType: TAX_TYPES[amounts.taxType],
    SalesAmount: amounts.totalAmount,
    InvType: "07",
    vat: buyer.ubn === null ? "1" : "0",
    Items: lines.map((line, index) => ({
      ItemSeq: index + 1,
      ItemName: line.description,
      ItemCount: Number(line.quantity),
      ItemWord: line.unit ?? UNIT,
      ItemPrice: Number(line.unitPrice),
      ItemTaxType: TAX_TYPES[line.taxType],
      ItemAmount: Number(line.amount),
    })),
  };
}

export const findInvoiceData = ({ number, issuedAt }: IssuedInvoice) => ({
  InvoiceNo: number,
  InvoiceDate: taipeiDate(issuedAt),
});

const NUMBER = z.string().regex(/^[A-Z]{2}[0-9]{8}$/);
const RANDOM = z.string().regex(/^[0-9]{4}$/);
const TIME = z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}[ +][0-9]{2}:[0-9]{2}:[0-9]{2}$/);
const issuedSchema = z.object({ InvoiceNo: NUMBER, InvoiceDate: TIME, RandomNumber: RANDOM });
const foundSchema = z.object({
  IIS_Number: NUMBER,
  IIS_Create_Date: TIME,
  IIS_Random_Number: RANDOM,
  IIS_Sales_Amount: z.union([z.string(), z.number()]).transform(Number),
  IIS_Invalid_Status: z.union([z.string(), z.int()]).transform(String),
});
export type FoundInvoice = z.output<typeof foundSchema>;

/** What the centre gave an invoice. */
export interface GivenNumber {
  number: string;
  randomCode: string;
  issuedAt: Date;
}

const instantOf = (text: string) => taipeiInstant(text.slice(0, 10), text.slice(11));

/** The number of a successful issue; `undefined` when the reply lacks it. */
export function readIssued(data: EcpayData): GivenNumber | undefined {
  const found = issuedSchema.safeParse(data).data;
  return found && { number: found.InvoiceNo, randomCode: found.RandomNumber, issuedAt: instantOf(found.InvoiceDate) };
}

export const readFound = (data: EcpayData): FoundInvoice | undefined => foundSchema.safeParse(data).data;

export const givenOf = (found: FoundInvoice): GivenNumber => ({
  number: found.IIS_Number,
  randomCode: found.IIS_Random_Number,
  issuedAt: instantOf(found.IIS_Create_Date),
});
