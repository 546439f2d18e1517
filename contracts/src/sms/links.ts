import { z } from "zod";
import { instantSchema } from "../common.ts";

export const linkKindSchema = z.enum(["url", "phone"]);
export const smsApprovedLinkSchema = z.object({
  kind: linkKindSchema.describe("Which kind it is"),
  value: z.string().describe("In the form in which texts are compared with it"),
  provider: z.string().nullable().describe("Where it is registered; null: with every provider"),
  matchesBelow: z.boolean().describe("Addresses below it are approved as well"),
  note: z.string().nullable().describe("What was noted"),
  createdBy: z.string().describe("Subject of whoever made it"),
  createdAt: instantSchema,
});
export type SmsApprovedLink = z.output<typeof smsApprovedLinkSchema>;
