import { z } from "zod";
import { idempotencyKeySchema, instantSchema } from "../common.ts";
import { providerNameSchema, recipientSchema, SMS_VALID_SECONDS_MAX } from "./fields.ts";

export const sendFields = {
  idempotencyKey: idempotencyKeySchema,
  to: recipientSchema.describe("Mobile number in Taiwan as people write it, or in E.164"),
  provider: providerNameSchema
    .optional()
    .describe("Used alone when given; without it the gateway chooses and may fail over"),
  sendAt: instantSchema.optional().describe("Not before this instant, at most 180 days from now; at once when absent"),
  validForSeconds: z
    .int("must be whole seconds")
    .min(60, "at least 60 seconds")
    .max(SMS_VALID_SECONDS_MAX, `at most ${SMS_VALID_SECONDS_MAX} seconds`)
    .optional()
    .describe("How long the message stays useful after it may go; the usual time of its type when absent"),
};
