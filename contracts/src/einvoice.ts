import { z } from "zod";
import {
  amountTwdSchema,
  daySchema,
  idempotencyKeySchema,
  idSchema,
  instantSchema,
  itemErrorSchema,
  pageOf,
  pageRequestSchema,
} from "./common.ts";
import {
  allowanceSchema,
  cancelAllowanceInputSchema,
  cancelInvoiceInputSchema,
  invoiceMessageSchema,
  issueAllowanceInputSchema,
  printedProofSchema,
  printProofInputSchema,
  proofPrintSchema,
} from "./einvoice-acts.ts";
import { decimal, invoiceNumberSchema, invoicePeriodSchema, text, ubnSchema } from "./einvoice-fields.ts";
import {
  deadlineLevelSchema,
  deadlineSchema,
  lookupResultSchema,
  reconciliationSchema,
  unusedNumbersReportSchema,
} from "./einvoice-oversight.ts";
import {
  assignBranchNumbersInputSchema,
  branchNumbersSchema,
  messageStateSchema,
  pendingOrderSchema,
  resendMessageInputSchema,
  settledOrderSchema,
  settleMessageInputSchema,
  settleOrderInputSchema,
} from "./einvoice-repairs.ts";
import { everyone, managers, mutation, query, staff, subscription } from "./procedure.ts";

export * from "./einvoice-acts.ts";
export { decimalText, invoiceNumberSchema, invoicePeriodSchema, ubnSchema } from "./einvoice-fields.ts";
export * from "./einvoice-oversight.ts";
export * from "./einvoice-repairs.ts";

export const invoiceStatuses = [
  "issued",
  "uploading",
  "unknown",
  "accepted",
  "rejected",
  "cancelled",
  "voided",
] as const;

export const invoiceStatusSchema = z
  .enum(invoiceStatuses)
  .describe(
    "issued: valid, its upload waits. uploading: being sent. unknown: sent, and nobody knows yet whether it arrived; it is asked about. accepted: stored by the platform. rejected: refused by the platform, a person must act. cancelled (作廢), voided (註銷).",
  );
export type InvoiceStatus = z.infer<typeof invoiceStatusSchema>;

export const taxTypeSchema = z.enum(["taxable", "zero_rated", "exempt"]).describe("應稅 5 %, 零稅率, 免稅");
export type TaxType = z.infer<typeof taxTypeSchema>;

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

export const buyerSchema = z.discriminatedUnion("kind", [consumerBuyerSchema, businessBuyerSchema], {
  error: "kind must be consumer or business",
});
export type Buyer = z.infer<typeof buyerSchema>;

export const invoiceLineSchema = z.object({
  description: text(500, "What is sold"),
  quantity: decimal("Above zero").refine((value) => Number(value) > 0, "must be above zero"),
  unitPrice: decimal("NT$ per unit; negative on a discount line. With or without tax: see `pricesIncludeTax`"),
  unit: text(6, "Unit, e.g. 桶").optional(),
  taxType: taxTypeSchema.default("taxable"),
});
export type InvoiceLine = z.infer<typeof invoiceLineSchema>;

const carrierIdSchema = text(400, "Shown id of the carrier").refine(
  (id) => id === id.trim(),
  "must not begin or end with a blank",
);

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

const donationCodeSchema = z.string().regex(/^[0-9]{3,7}$/, "must be 3 to 7 digits");

/** What an invoice says, as its caller gives it. */
export const invoiceContentInputSchema = z.object({
  buyer: buyerSchema,
  lines: z.array(invoiceLineSchema).min(1, "at least 1 line").max(9999, "at most 9999 lines").describe("Lines"),
  carrier: carrierSchema.optional().describe("Carrier (載具); null where there is none"),
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

/** Invoices that one call of `issueInvoices` can hold. */
export const invoicesPerCallMax = 1000;

const issuedLineSchema = z.object({
  sequenceNumber: z.string().describe("`001`, `002` …; unique in the invoice"),
  description: z.string().describe("What was sold"),
  quantity: z.string().describe("Decimal"),
  unit: z.string().optional().describe("Unit, e.g. 桶"),
  unitPrice: z.string().describe("Decimal, as written on the invoice: with tax for consumers, without for businesses"),
  amount: z.string().describe("Decimal, as written on the invoice"),
  taxType: taxTypeSchema,
});

const uploadSchema = z.object({
  attempts: z.int().describe("How often it was sent"),
  nextAttemptAt: instantSchema.nullable().describe("When the gateway acts next; `null` when it does nothing by itself"),
  reason: z.string().nullable().describe("Why it is not accepted yet, from the gateway's own list"),
  providerCode: z.string().nullable().describe("The provider's own code, verbatim"),
  providerMessage: z.string().nullable().describe("The provider's own words"),
  acceptedAt: instantSchema.nullable(),
});

export const invoiceSummarySchema = z.object({
  id: idSchema,
  invoiceNumber: invoiceNumberSchema,
  invoicePeriod: invoicePeriodSchema,
  issuedAt: instantSchema,
  randomCode: z.string().describe("Random code (隨機碼), 4 digits"),
  sellerUbn: ubnSchema,
  buyerKind: z.enum(["consumer", "business"]).describe("Whether the buyer has a tax id"),
  buyerUbn: ubnSchema.nullable(),
  buyerName: z.string().describe("Name on the invoice"),
  salesAmount: amountTwdSchema.describe("Taxable sales: including tax for consumers, without tax for businesses"),
  exemptSalesAmount: amountTwdSchema,
  zeroRatedSalesAmount: amountTwdSchema,
  taxAmount: amountTwdSchema.describe("Tax on top of the sales amounts; 0 for consumers, whose prices contain it"),
  includedTaxAmount: amountTwdSchema.describe("Tax contained in a consumer's sales amount; 0 for businesses"),
  totalAmount: amountTwdSchema.describe("salesAmount + exemptSalesAmount + zeroRatedSalesAmount + taxAmount"),
  status: invoiceStatusSchema,
  uploadDueAt: instantSchema.describe("The platform must have it before this instant"),
  orderReference: z.string().nullable().describe("The caller's own reference"),
});
export type InvoiceSummary = z.infer<typeof invoiceSummarySchema>;

export const invoiceSchema = invoiceSummarySchema.extend({
  lines: z.array(issuedLineSchema).describe("Lines"),
  print: z.boolean().describe("Whether the proof is printed"),
  carrier: z
    .object({ type: z.string(), id: z.string() })
    .nullable()
    .describe("Carrier (載具); null where there is none"),
  donationCode: z.string().nullable().describe("Donation code (愛心碼); null where it is not donated"),
  upload: uploadSchema.describe("Where its upload stands"),
});
export type Invoice = z.infer<typeof invoiceSchema>;

const uploadAttemptSchema = z.object({
  id: idSchema,
  operation: z.enum(["submit", "find", "decide"]).describe("Sent; asked about; decided by a person"),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  outcome: z
    .enum(["accepted", "rejected", "unknown", "not_applied", "not_found", "pending"])
    .nullable()
    .describe("`null` while it is under way; pending: handed over, the result comes later"),
  reason: z.string().nullable().describe("Why, from the gateway's own list"),
  providerCode: z.string().nullable().describe("The provider's own code, verbatim"),
  httpStatus: z.int().nullable().describe("Status of the provider's answer"),
});

export const invoiceDetailSchema = invoiceSchema.extend({
  attempts: z.array(uploadAttemptSchema).describe("Latest first, at most 20"),
  messages: z
    .array(invoiceMessageSchema)
    .describe("What the platform is told about this number, in the order in which it is sent"),
  allowances: z.array(allowanceSchema).describe("Allowances (折讓), the cancelled ones included"),
  prints: z.array(proofPrintSchema).describe("Every print of the proof, in order"),
});
export type InvoiceDetail = z.input<typeof invoiceDetailSchema>;

export const voidInvoiceInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  id: idSchema,
  reason: text(20, "Why, e.g. 品名錯誤"),
  remark: text(200, "Remark").optional(),
  corrected: invoiceContentInputSchema
    .describe("The right content, uploaded under the same number and date once the void is confirmed. May follow later")
    .optional(),
});
export type VoidInvoiceInput = z.output<typeof voidInvoiceInputSchema>;

export const invoiceProofSchema = z.object({
  invoiceNumber: invoiceNumberSchema,
  invoicePeriod: invoicePeriodSchema,
  barcode: z.string().describe("Text of the Code 39 barcode, 19 characters"),
  leftQr: z.string().describe("Text of the left QR code, UTF-8"),
  rightQr: z.string().describe("Text of the right QR code, UTF-8"),
  itemsInQr: z.int().describe("How many of the lines the two codes hold"),
  itemsTotal: z.int().describe("Lines of the invoice"),
  print: z.boolean().describe("False: held by a carrier or donated, so no proof is printed at issue"),
  periodText: z.string().describe("e.g. `114年01-02月`"),
  numberText: z
    .string()
    .describe("e.g. `AA-10000001`; of a donated invoice without its last three digits: `AA-10000***`"),
  issuedText: z.string().describe("Taipei time, `YYYY-MM-DD HH:MM:SS`"),
  formatText: z.string().nullable().describe("`格式 25` for businesses"),
  randomCode: z.string().describe("Random code (隨機碼), 4 digits"),
  totalAmount: amountTwdSchema,
  sellerName: z.string().describe("Name of the seller"),
  sellerUbn: ubnSchema,
  buyerUbn: ubnSchema.nullable(),
});
export type InvoiceProof = z.infer<typeof invoiceProofSchema>;

export const numberRangeInputSchema = z.object({
  yearMonth: z
    .string()
    .regex(/^20[0-9]{2}(0[1-9]|1[0-2])$/, "must be a year and month, YYYYMM")
    .describe("Either month of the two-month period: `202501` and `202502` mean the same"),
  prefix: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be 2 capital letters")
    .describe("Track (字軌)"),
  rangeStart: z
    .int()
    .min(0, "at least 0")
    .max(99_999_999, "at most 99999999")
    .describe("First number; ends with 00 or 50"),
  rangeEnd: z
    .int()
    .min(0, "at least 0")
    .max(99_999_999, "at most 99999999")
    .describe("Last usable number; ends with 49 or 99"),
});
export type NumberRangeInput = z.infer<typeof numberRangeInputSchema>;

export const importNumberRangesInputSchema = z
  .object({
    ranges: z
      .array(numberRangeInputSchema)
      .min(1, "at least 1 range")
      .max(500, "at most 500 ranges")
      .optional()
      .describe("Number ranges, one after the other"),
    file: z
      .object({
        contentBase64: z.base64("must be Base64").max(1_400_000, "at most 1 MiB").describe("The bytes, Base64"),
      })
      .describe("The platform's file: CSV (`invnoapply…`, UTF-8 or Big5) or E0501 XML; told apart by its content")
      .optional(),
  })
  .refine(({ ranges, file }) => (ranges === undefined) !== (file === undefined), "either ranges or file");
export type ImportNumberRangesInput = z.output<typeof importNumberRangesInputSchema>;

export const numberRangeSchema = z.object({
  id: z.int().describe("Id"),
  invoicePeriod: invoicePeriodSchema,
  prefix: z.string().describe("Track (字軌), 2 letters"),
  rangeStart: z.int().describe("First number"),
  rangeEnd: z.int().describe("Last usable number"),
  nextNumber: z.int().nullable().describe("The next number to give out; `null` when all are used"),
  remaining: z.int().describe("Numbers that are left"),
  isActive: z.boolean().describe("Whether it is in use"),
  branchUbn: ubnSchema.nullable().describe("Branch that the numbers were given to (E0401); they are not issued here"),
});
export type NumberRange = z.infer<typeof numberRangeSchema>;

export const testInvoiceResultSchema = z.object({
  outcome: z.enum(["accepted", "rejected", "unknown", "not_applied", "pending"]).describe("What came of it"),
  reason: z.string().nullable().describe("Why, from the gateway's own list"),
  providerCode: z.string().nullable().describe("The provider's own code, verbatim"),
  providerMessage: z.string().nullable().describe("The provider's own words"),
});

/** One invoice of many as it was read: well-formed, or with what is wrong about it. */
export interface InvoiceOfMany {
  /** Empty where none can be read. */
  idempotencyKey: string;
  input: IssueInvoiceInput | null;
  problems: { path: string; rule: string }[];
}

const keyOnlySchema = z.object({ idempotencyKey: z.string() });
const PROBLEMS_MAX = 20;

/** A malformed one is told of in its place: a wrong 統編 of one customer does not hold up the others' invoices. */
const invoiceOfManySchema = issueInvoiceInputSchema
  .transform((input): InvoiceOfMany => ({ idempotencyKey: input.idempotencyKey, input, problems: [] }))
  .catch(({ value, error }) => ({
    idempotencyKey: keyOnlySchema.safeParse(value).data?.idempotencyKey ?? "",
    input: null,
    problems: error.issues
      .slice(0, PROBLEMS_MAX)
      .map(({ path, message }) => ({ path: path.join(".") || "(invoice)", rule: message })),
  }));

export const issueInvoicesInputSchema = z.object({
  invoices: z
    .array(invoiceOfManySchema)
    .min(1, "at least 1 invoice")
    .max(invoicesPerCallMax, `at most ${invoicesPerCallMax} invoices`)
    .describe("Each is taken or refused by itself"),
});

export const issuedInvoiceResultSchema = z.object({
  idempotencyKey: z.string().describe("As given; empty where none could be read"),
  invoice: invoiceSummarySchema.nullable().describe("The invoice, or `null` when this one was not issued"),
  error: itemErrorSchema
    .nullable()
    .describe("Why it was not issued. Only `rate_limited` and `internal` may be repeated with the same key"),
});
export type IssuedInvoiceResult = z.output<typeof issuedInvoiceResultSchema>;

/** Electronic invoices: issuing is local and durable; the upload to the platform follows by itself and can be watched. */
export const einvoiceContract = {
  issueInvoice: mutation({
    summary:
      "Issues an invoice (開立發票): gives it the next number of the present period and queues its upload. It is valid when this answers.",
    roles: staff,
    input: issueInvoiceInputSchema,
    output: invoiceSchema,
    rest: { method: "POST", path: "/einvoice/invoices" },
  }),
  issueInvoices: mutation({
    summary:
      "Issues up to 1,000 invoices in one call, each by itself as issueInvoice does, with a result for each in the order given. One that is malformed or breaks a rule is refused in its place and takes no number; the others are issued.",
    roles: staff,
    input: issueInvoicesInputSchema,
    output: z.object({ items: z.array(issuedInvoiceResultSchema) }),
    rest: { method: "POST", path: "/einvoice/invoices/bulk" },
  }),
  getInvoice: query({
    summary: "One invoice with the attempts to upload it.",
    roles: staff,
    input: z.object({ id: idSchema }),
    output: invoiceDetailSchema,
    rest: { method: "GET", path: "/einvoice/invoices/{id}" },
  }),
  watchInvoice: subscription({
    summary: "The invoice as it stands now, and again after every change of its messages, allowances or prints.",
    roles: staff,
    input: z.object({
      id: idSchema,
      lastEventId: z
        .string()
        .regex(/^[0-9]{1,15}$/, "must be the id of an event")
        .optional()
        .describe("Of the latest event seen; the present state is told first in any case"),
    }),
    output: invoiceDetailSchema,
  }),
  listInvoices: query({
    summary: "Invoices, latest first.",
    roles: staff,
    input: z.object({
      ...pageRequestSchema,
      status: invoiceStatusSchema.optional(),
      invoicePeriod: invoicePeriodSchema.optional(),
      invoiceNumber: invoiceNumberSchema.optional(),
      orderReference: text(20, "The caller's own reference").optional(),
      issuedFrom: daySchema.describe("First day of issue, Taipei").optional(),
      issuedTo: daySchema.describe("Last day of issue, Taipei").optional(),
    }),
    output: pageOf(invoiceSummarySchema),
    rest: { method: "GET", path: "/einvoice/invoices" },
  }),
  getProof: query({
    summary: "The strings of the printed proof (證明聯): barcode, both QR codes and the texts around them.",
    roles: staff,
    input: z.object({ invoiceNumber: invoiceNumberSchema, invoicePeriod: invoicePeriodSchema }),
    output: invoiceProofSchema,
    rest: { method: "GET", path: "/einvoice/proofs/{invoicePeriod}/{invoiceNumber}" },
  }),
  previewProof: query({
    summary: "A picture of the proof (SVG) that says it is a preview; a donated invoice's number is masked.",
    roles: staff,
    input: z.object({
      invoiceNumber: invoiceNumberSchema,
      invoicePeriod: invoicePeriodSchema,
      withItems: z.boolean().describe("The list of items; always for businesses").optional(),
    }),
    output: z.object({
      contentType: z.string().describe("Media type of the picture"),
      svg: z.string().describe("The picture"),
    }),
    rest: { method: "GET", path: "/einvoice/proofs/{invoicePeriod}/{invoiceNumber}/preview" },
  }),
  printProof: mutation({
    summary:
      "Makes the proof for printing and logs it: once as the original, afterwards as 補印. The same key again is the same print.",
    roles: staff,
    input: printProofInputSchema,
    output: printedProofSchema,
    rest: { method: "POST", path: "/einvoice/proofs/{invoicePeriod}/{invoiceNumber}/prints" },
  }),
  checkUbn: query({
    summary: "Whether eight digits are a valid 統一編號. Says nothing about whether the business exists.",
    roles: everyone,
    input: z.object({ ubn: z.string().max(20, "at most 20 characters").describe("The text to check") }),
    output: z.object({ valid: z.boolean().describe("Whether it is") }),
    rest: { method: "GET", path: "/einvoice/ubn/{ubn}" },
  }),
  verifyCarrier: mutation({
    summary: "Whether a mobile barcode (手機條碼) exists, asked of the tax authority. Issuing never waits for it.",
    roles: everyone,
    input: z.object({
      type: z
        .literal("3J0002", "only a mobile barcode (3J0002) can be looked up")
        .describe("Carrier code of 6 characters"),
      id: carrierIdSchema.describe("Id"),
    }),
    output: lookupResultSchema,
    rest: { method: "POST", path: "/einvoice/carriers/verify" },
  }),
  verifyDonationCode: mutation({
    summary: "Whether a donation code (愛心碼) exists, asked of the tax authority.",
    roles: everyone,
    input: z.object({ donationCode: donationCodeSchema.describe("Donation code (愛心碼)") }),
    output: lookupResultSchema,
    rest: { method: "POST", path: "/einvoice/donation-codes/verify" },
  }),
  verifyBusiness: mutation({
    summary: "Whether a 統一編號 belongs to a business, asked of the tax authority.",
    roles: staff,
    input: z.object({ ubn: ubnSchema }),
    output: lookupResultSchema,
    rest: { method: "POST", path: "/einvoice/businesses/verify" },
  }),
  importNumberRanges: mutation({
    summary:
      "Adds number ranges allotted by the tax office, as a list or as the platform's file. All or none; a range that is already there stays as it is.",
    roles: managers,
    input: importNumberRangesInputSchema,
    output: z.object({ items: z.array(numberRangeSchema) }),
    rest: { method: "POST", path: "/einvoice/number-ranges" },
  }),
  reportUnusedNumbers: mutation({
    summary:
      "Reports the unused numbers of a closed period (空白未使用字軌號碼, E0402), once; a repetition answers what was reported. Cancelled numbers count as used.",
    roles: managers,
    input: z.object({ invoicePeriod: invoicePeriodSchema }),
    output: unusedNumbersReportSchema,
    rest: { method: "POST", path: "/einvoice/number-ranges/{invoicePeriod}/unused" },
  }),
  listDeadlines: query({
    summary: "What the platform must still be told, the nearest deadline first.",
    roles: staff,
    input: z.object({ ...pageRequestSchema, level: deadlineLevelSchema.optional() }),
    output: pageOf(deadlineSchema),
    rest: { method: "GET", path: "/einvoice/deadlines" },
  }),
  reconcile: mutation({
    summary:
      "Compares a day's invoices with what the platform holds. Runs by itself every night for the day before; an answer with status running is completed in the background.",
    roles: managers,
    input: z.object({ day: daySchema.describe("Day of issue, Taipei") }),
    output: reconciliationSchema,
    rest: { method: "POST", path: "/einvoice/reconciliations" },
  }),
  getReconciliation: query({
    summary: "The latest comparison of a day with what the platform holds.",
    roles: staff,
    input: z.object({ day: daySchema.describe("Day of issue, Taipei") }),
    output: reconciliationSchema,
    rest: { method: "GET", path: "/einvoice/reconciliations/{day}" },
  }),
  listNumberRanges: query({
    summary: "Number ranges in the order of their use, with what is left.",
    roles: staff,
    input: z.object({ ...pageRequestSchema, invoicePeriod: invoicePeriodSchema.optional() }),
    output: pageOf(numberRangeSchema),
    rest: { method: "GET", path: "/einvoice/number-ranges" },
  }),
  cancelInvoice: mutation({
    summary:
      "Cancels an invoice (作廢): the sale is undone and the number stays used. Allowed to the 15th of the odd month after its period, later only with an approval number.",
    roles: staff,
    input: cancelInvoiceInputSchema,
    output: invoiceDetailSchema,
    rest: { method: "POST", path: "/einvoice/invoices/{id}/cancel" },
  }),
  voidInvoice: mutation({
    summary:
      "Withdraws the message of an invoice (註銷) so that corrected content can be uploaded under the same number.",
    roles: staff,
    input: voidInvoiceInputSchema,
    output: invoiceDetailSchema,
    rest: { method: "POST", path: "/einvoice/invoices/{id}/void" },
  }),
  issueAllowance: mutation({
    summary: "Issues an allowance (折讓) on lines of an accepted invoice, never above what is left of them.",
    roles: staff,
    input: issueAllowanceInputSchema,
    output: allowanceSchema,
    rest: { method: "POST", path: "/einvoice/invoices/{invoiceId}/allowances" },
  }),
  cancelAllowance: mutation({
    summary: "Cancels an allowance (作廢折讓); its amounts are free again.",
    roles: staff,
    input: cancelAllowanceInputSchema,
    output: allowanceSchema,
    rest: { method: "POST", path: "/einvoice/allowances/{id}/cancel" },
  }),
  settleUnknown: mutation({
    summary:
      "A person's decision about a message whose outcome is unknown, or that the platform refused after the issue, after looking at the platform itself.",
    roles: managers,
    input: z.object({
      id: idSchema,
      decision: z
        .enum(["accepted", "rejected", "send_again"])
        .describe("The platform has it; has refused it; does not have it (the same number and content is sent again)"),
      note: text(200, "What was seen, for the record"),
    }),
    output: invoiceDetailSchema,
    rest: { method: "POST", path: "/einvoice/invoices/{id}/settle" },
  }),
  resendMessage: mutation({
    summary:
      "Sends a message that the platform refused once more, after its cause was mended: same number, same content, in its place among the messages about the number.",
    roles: managers,
    input: resendMessageInputSchema,
    output: messageStateSchema,
    rest: { method: "POST", path: "/einvoice/messages/{messageId}/resend" },
  }),
  settleMessage: mutation({
    summary:
      "A person's decision about a message whose outcome is unknown, whose result never came, or that was refused after the issue, after looking at the platform itself.",
    roles: managers,
    input: settleMessageInputSchema,
    output: messageStateSchema,
    rest: { method: "POST", path: "/einvoice/messages/{messageId}/settle" },
  }),
  assignBranchNumbers: mutation({
    summary:
      "Gives unused numbers of a head office to a branch (分支機構配號, E0401): from then on they are neither issued nor reported here. A repetition answers how its message stands.",
    roles: managers,
    input: assignBranchNumbersInputSchema,
    output: branchNumbersSchema,
    rest: { method: "POST", path: "/einvoice/number-ranges/{invoicePeriod}/branches" },
  }),
  listPendingOrders: query({
    summary: "Invoices that wait for their number where the provider gives it, oldest first.",
    roles: staff,
    input: z.object({ ...pageRequestSchema }),
    output: pageOf(pendingOrderSchema),
    rest: { method: "GET", path: "/einvoice/orders" },
  }),
  settleOrder: mutation({
    summary:
      "A person's decision about an invoice that waits for its number, after looking at the provider itself: it was issued with this number, or it was not.",
    roles: managers,
    input: settleOrderInputSchema,
    output: settledOrderSchema,
    rest: { method: "POST", path: "/einvoice/orders/{orderId}/settle" },
  }),
  submitTestInvoice: mutation({
    summary: "Dry run against the platform's test endpoint; uses no number and stores nothing.",
    roles: staff,
    input: z.object({
      invoice_number: invoiceNumberSchema,
      amount: z
        .int("must be a whole number of NT$")
        .min(1, "at least 1")
        .max(4_294_967_295, "at most 4294967295")
        .describe("Whole NT$"),
    }),
    output: testInvoiceResultSchema,
    rest: { method: "POST", path: "/einvoice/test" },
  }),
};
