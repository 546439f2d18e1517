import { z } from "zod";
import { idSchema, pageOf, pageRequestSchema } from "../../common.ts";
import { mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { recipientSchema } from "../fields.ts";
import { smsSuppressionSchema } from "../suppressions.ts";

const suppressionReason = z
  .string()
  .min(3, "at least 3 characters")
  .max(200, "at most 200 characters")
  .describe("Why, for the record");

const suppressionOutput = z.object({
  to: z.string().describe("Masked: 0912***678"),
  isSuppressed: z.boolean().describe("Whether promotions are kept from the recipient"),
});

/** Recipients who get no promotions. */
export const suppressionProcedures = {
  suppressRecipient: mutation({
    summary: "Keeps promotions from a recipient who refused them, or lifts that.",
    roles: staff,
    input: z.object({
      to: recipientSchema.describe("Mobile number in Taiwan as people write it, or in E.164"),
      reason: suppressionReason,
      lift: z.boolean().default(false).describe("True: the recipient wants promotions again"),
    }),
    output: suppressionOutput,
    rest: { method: "POST", path: "/sms/suppressions" },
  }),
  listSuppressions: query({
    summary: "Recipients who get no promotions, latest first; or whether one number is among them.",
    roles: staff,
    input: z.object({ to: recipientSchema.optional(), ...pageRequestSchema }),
    output: pageOf(smsSuppressionSchema),
    rest: { method: "GET", path: "/sms/suppressions" },
  }),
  liftSuppression: mutation({
    summary: "Takes an entry off the list of those who get no promotions, by its id.",
    roles: staff,
    input: z.object({ id: idSchema, reason: suppressionReason }),
    output: suppressionOutput,
    rest: { method: "POST", path: "/sms/suppressions/{id}/lift" },
  }),
} satisfies RouterContract;
