import { z } from "zod";
import { everyone, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { carrierIdSchema, donationCodeSchema, ubnSchema } from "../fields.ts";
import { lookupResultSchema } from "../oversight.ts";

/** Whether what a customer gives exists. */
export const lookupProcedures = {
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
} satisfies RouterContract;
