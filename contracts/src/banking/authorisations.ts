import { z } from "zod";
import { idSchema, instantSchema } from "../common.ts";
import { bankKeySchema } from "./fields.ts";

/** States of an authorisation; `authorisationStatusSchema` says what each means. */
export const authorisationStatuses = ["pending", "confirmed", "refused", "revoking", "revoked", "withdrawn"] as const;
export type AuthorisationStatus = (typeof authorisationStatuses)[number];

/** Full-width letters and digits, as Chinese input methods give them, become the plain ones that banks match by. */
export const halfWidth = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0));

export const accountNumberSchema = z
  .string()
  .overwrite(halfWidth)
  .regex(/^[0-9]{6,16}$/, "6 to 16 digits");
export const idNumberSchema = z
  .string()
  .overwrite(halfWidth)
  .regex(/^[A-Z0-9]{8,10}$/, "8 to 10 characters of A-Z 0-9");
export const customerNumberSchema = z
  .string()
  .overwrite(halfWidth)
  .regex(/^[A-Za-z0-9-]{1,20}$/, "1 to 20 characters of A-Z a-z 0-9 -");

/** What an account holder has authorised: debits from one account for one customer number. */
export const mandateSchema = z.object({
  customerNumber: customerNumberSchema.describe("用戶號碼"),
  receivingUnit: z
    .string()
    .regex(/^[0-9]{7}$/, "seven digits")
    .describe("Unit of the account's bank"),
  accountNumber: accountNumberSchema.describe("Account to be debited"),
  idNumber: idNumberSchema.describe("National id or 統一編號 of the account holder"),
});

export const authorisationStatusSchema = z
  .enum(authorisationStatuses)
  .describe(
    "pending: the bank has not answered. confirmed: debits may be presented. refused by the bank. revoking: its end is under way, and debits are held. withdrawn: its batch was cancelled or refused whole",
  );

export const authorisationSchema = z.object({
  id: idSchema,
  bank: bankKeySchema.describe("Key of the bank"),
  status: authorisationStatusSchema,
  customerNumber: z.string().describe("用戶號碼"),
  receivingUnit: z.string().describe("Unit of the account's bank, seven digits"),
  accountNumber: z.string().describe("All but the last four digits are hidden"),
  idNumber: z.string().describe("All but the last three characters are hidden"),
  batchId: idSchema.nullable().describe("The file in which it was asked for; null: recorded by a person"),
  responseCode: z.string().nullable().describe("The bank's code for the result"),
  responseMeaning: z.string().nullable().describe("What that code means"),
  decidedBy: z.string().nullable().describe("Who decided instead of the bank's reply"),
  evidence: z.string().nullable().describe("What a person found out, and from whom"),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
