import { z } from "zod";
import { amountTwdSchema, idempotencyKeySchema, instantSchema } from "../common.ts";
import { invoiceNumberSchema, invoicePeriodSchema, ubnSchema } from "./fields.ts";

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

/** One print of a proof. */
export const proofPrintSchema = z.object({
  kind: z.enum(["original", "reprint"]).describe("The first is the original; every further one says 補印"),
  format: z.enum(["pdf", "escpos"]).describe("Form of what was made"),
  printedAt: instantSchema,
  printedBy: z.string().describe("Subject of the caller"),
});
export type ProofPrint = z.output<typeof proofPrintSchema>;

export const printProofInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  invoiceNumber: invoiceNumberSchema,
  invoicePeriod: invoicePeriodSchema,
  format: z.enum(["pdf", "escpos"]).describe("A PDF of 57 mm, or bytes for a thermal printer with the code page Big5"),
  withItems: z.boolean().describe("The list of items; always for businesses").optional(),
  isWinning: z.boolean().describe("The invoice has won: one that a carrier holds may be printed").optional(),
});
export type PrintProofInput = z.output<typeof printProofInputSchema>;

export const printedProofSchema = z.object({
  kind: proofPrintSchema.shape.kind.describe("Which kind it is"),
  contentType: z.string().describe("Media type of the content"),
  fileName: z.string().describe("Name for the file"),
  contentBase64: z.string().describe("The bytes, Base64"),
});
export type PrintedProof = z.output<typeof printedProofSchema>;
