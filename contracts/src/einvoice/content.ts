import { z } from "zod";
import { idempotencyKeySchema } from "../common.ts";
import { carrierIdSchema, decimal, donationCodeSchema, taxTypeSchema, text, ubnSchema } from "./fields.ts";

const emailSchema = z
  .email("must be an e-mail address")
  .max(400, "at most 400 characters")
  .describe("Where a notice may be sent");
const phoneSchema = text(26, "Telephone number").regex(/^[0-9+#() -]+$/, "digits, blanks and + # ( ) - only");

export const consumerBuyerSchema = z
  .object({
    kind: z.literal("consumer").describe("Which kind it is"),
    name: text(60, "Name on the invoice; 消費者 when absent")
      .refine((name) => !/^0+$/.test(name), "must not consist of zeros")
      .optional(),
    email: emailSchema.optional(),
    phone: phoneSchema.optional(),
  })
  .describe("A buyer without a tax id");

export const businessBuyerSchema = z
  .object({
    kind: z.literal("business").describe("Which kind it is"),
    ubn: ubnSchema,
    name: text(60, "Registered name of the business"),
    address: text(100, "Registered address").optional(),
    email: emailSchema.optional(),
    phone: phoneSchema.optional(),
  })
  .describe("A buyer with a tax id");

export const buyerSchema = z
  .discriminatedUnion("kind", [consumerBuyerSchema, businessBuyerSchema], {
    error: "kind must be consumer or business",
  })
  .describe("Who buys: a consumer, or a business with its tax id");
export type Buyer = z.infer<typeof buyerSchema>;

export const invoiceLineSchema = z.object({
  description: text(500, "What is sold"),
  quantity: decimal("Above zero").refine((value) => Number(value) > 0, "must be above zero"),
  unitPrice: decimal("NT$ per unit; negative on a discount line. With or without tax: see `pricesIncludeTax`"),
  unit: text(6, "Unit, e.g. 桶").optional(),
  taxType: taxTypeSchema.default("taxable"),
});
export type InvoiceLine = z.infer<typeof invoiceLineSchema>;

export const carrierSchema = z
  .object({
    type: z
      .string()
      .regex(/^[0-9A-Z]{6}$/, "must be a carrier code of 6 characters")
      .describe(
        "`3J0002` mobile barcode, `CQ0001` citizen certificate, `1K0001` EasyCard, `1H0001` iPASS, `2G0001` icash, or a member carrier configured for the seller (`EJ…`, `EG…`)",
      ),
    id: carrierIdSchema.describe(
      "Mobile barcode: `/` and 7 of 0-9 A-Z . + -. Citizen certificate: 2 letters and 14 digits",
    ),
    hiddenId: carrierIdSchema.describe("Hidden id; needed for cards, otherwise equal to `id`").optional(),
  })
  .describe("Carrier (載具) that holds the invoice instead of paper");
export type Carrier = z.infer<typeof carrierSchema>;

/** What an invoice says, as its caller gives it. */
export const invoiceContentInputSchema = z.object({
  buyer: buyerSchema,
  lines: z
    .array(invoiceLineSchema)
    .min(1, "at least 1 line")
    .max(9999, "at most 9999 lines")
    .describe("What is sold, line by line"),
  carrier: carrierSchema.optional(),
  donationCode: donationCodeSchema.describe("Donation code (愛心碼); consumers only").optional(),
  print: z
    .boolean()
    .describe(
      "Whether the proof is printed. A consumer's invoice is printed, or has a carrier, or is donated. When absent: printed unless there is a carrier or a donation",
    )
    .optional(),
  orderReference: text(20, "The caller's own reference, e.g. the order number").optional(),
  pricesIncludeTax: z
    .boolean()
    .describe("Whether unit prices include the tax. When absent: yes for consumers, no for businesses")
    .optional(),
  customsClearanceMark: z
    .enum(["not_through_customs", "through_customs"])
    .describe("Needed when a line is zero-rated")
    .optional(),
  zeroTaxRateReason: z
    .string()
    .regex(/^7[1-9]$/, "must be 71 to 79")
    .describe("Why the sale is zero-rated, code 71 to 79; needed when a line is zero-rated")
    .optional(),
});

export const issueInvoiceInputSchema = invoiceContentInputSchema.extend({ idempotencyKey: idempotencyKeySchema });
export type IssueInvoiceInput = z.infer<typeof issueInvoiceInputSchema>;
