import { z } from "zod";
import { amountTwdSchema, idSchema } from "../common.ts";

/** Key of a bank in the gateway's configuration (`mega`, `ctbc` …); not its three-digit clearing code. */
export const bankKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{1,19}$/, "must be a bank's key, e.g. mega")
  .describe("Key of the bank, e.g. mega");

export const bankReference = z.object({ bank: bankKeySchema });

/** What names a batch, and a bank. */
export const batchReference = z.object({ batchId: idSchema });

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hexadecimal");

export const wallTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");

export const referenceSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$/, "1 to 40 characters of A-Z a-z 0-9 _ . / -");

export const reasonSchema = z
  .string()
  .trim()
  .min(10, "at least 10 characters")
  .max(300, "at most 300 characters")
  .describe("Why, for the record");

/** A number of items, and what they are worth together. */
export const countAndAmountSchema = z.object({ count: z.int().describe("How many"), amount: amountTwdSchema });

/** Something that must be equal, in count and in amount; `holds` is false only in a quarantined file. */
export const reconciliationIdentitySchema = z.object({
  name: z.string().describe("What is compared"),
  left: countAndAmountSchema.describe("One side"),
  right: countAndAmountSchema.describe("The other side"),
  explanation: z.string().nullable().describe("What the difference is made of, when there is one"),
  holds: z.boolean().describe("Whether both are equal, or the difference is explained"),
});

/** A text file to be stored. */
export const csvFileSchema = z.object({
  fileName: z.string().describe("Name for the file"),
  contentType: z.string().describe("Media type of the content"),
  content: z.string().describe("The content, as text"),
});
