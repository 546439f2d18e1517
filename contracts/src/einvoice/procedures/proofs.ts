import { z } from "zod";
import { mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { invoiceNumberSchema, invoicePeriodSchema } from "../fields.ts";
import { invoiceProofSchema, printedProofSchema, printProofInputSchema } from "../proofs.ts";

/** The proof (證明聯) of an invoice. */
export const proofProcedures = {
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
} satisfies RouterContract;
