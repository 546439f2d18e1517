import { z } from "zod";
import { idSchema, instantSchema } from "../common.ts";

export const smsSuppressionSchema = z.object({
  id: idSchema,
  to: z.string().describe("Masked: 0912***678"),
  reason: z.string().describe("Why, as it was entered"),
  createdBy: z.string().describe("Who entered it; a provider's name where the recipient has told the provider to stop"),
  createdAt: instantSchema,
});
export type SmsSuppression = z.output<typeof smsSuppressionSchema>;
