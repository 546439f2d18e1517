import { z } from "zod";
import { amountTwdSchema, daySchema, idempotencyKeySchema, idSchema, instantSchema } from "../common.ts";
import { accountNumberSchema, customerNumberSchema, idNumberSchema } from "./authorisations.ts";
import { bankKeySchema, referenceSchema, sha256Schema } from "./fields.ts";
import { transferAttemptSchema } from "./transfers.ts";

/** Most items of one batch. */
export const batchItemsMax = 10_000;

/** States of a batch; `batchStatusSchema` says what each means. */
export const batchStatuses = [
  "draft",
  "sealed",
  "approved",
  "sending",
  "sent",
  "indeterminate",
  "held",
  "acknowledged",
  "reconciled",
  "rejected",
  "cancelled",
] as const;
export type BatchStatus = (typeof batchStatuses)[number];

/** What a batch asks the bank for: debits, or authorisations for later debits. */
export const batchKinds = ["payment", "authorisation"] as const;

/** Why a batch is `held`. */
export const heldReasons = [
  "cutoff_passed",
  "not_banking_day",
  "transfer_failed",
  "name_taken",
  "settled_not_arrived",
  "authorisation_missing",
] as const;
export type HeldReason = (typeof heldReasons)[number];

/** States of one debit; `batchItemSchema` says what each means. */
export const itemStatuses = ["pending", "success", "failed", "paid_by_absence", "returned"] as const;
export type ItemStatus = (typeof itemStatuses)[number];

export const batchStatusSchema = z
  .enum(batchStatuses)
  .describe(
    "draft: may still be cancelled and has no file. sealed: has its bytes, hash and name. approved: may be sent. sending: on its way. sent: under its final name at the bank. indeterminate: nobody knows whether the bank has it; it is never sent again by itself. held: waits for a person, see heldReason. acknowledged: the bank has answered, some items are open. reconciled: every item is final. rejected: the bank refused the whole file",
  );
export const batchKindSchema = z.enum(batchKinds).describe("Debits, or authorisations for later debits");
export const heldReasonSchema = z.enum(heldReasons);

/** One debit of a batch. */
export const batchItemInputSchema = z.object({
  /** Unique at this bank for ever; it comes back in the bank's reply. */
  transactionId: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_.-]{0,19}$/,
      "1 to 20 characters of A-Z a-z 0-9 _ . - (the bank's field has 20 bytes)",
    )
    .describe("Unique at this bank for ever; it comes back in the bank's reply"),
  accountNumber: accountNumberSchema.describe("Account to be debited"),
  accountHolder: z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(60, "at most 60 characters")
    .describe("Name of the account holder; the bank compares it"),
  amount: amountTwdSchema
    .min(1, "at least NT$ 1")
    .max(99_999_999_999, "at most NT$ 99,999,999,999")
    .describe("Whole NT$"),
  idNumber: idNumberSchema.optional().describe("National id or 統一編號 of the account holder"),
  memo: z
    .string()
    .trim()
    .max(50, "at most 50 characters")
    .optional()
    .describe("Text for the account holder's statement"),
  reference: referenceSchema
    .optional()
    .describe("What is paid, e.g. an invoice number; the same debit for the same reference is taken for a duplicate"),
  customerNumber: customerNumberSchema.optional().describe("用戶號碼, needed in files of the clearing house"),
  receivingUnit: z
    .string()
    .regex(/^[0-9]{7}$/, "seven digits")
    .optional()
    .describe("Unit of the account's bank, needed in files of the clearing house"),
});
export type BatchItemInput = z.output<typeof batchItemInputSchema>;

export const createBatchInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  bank: bankKeySchema.describe("Key of the bank"),
  paymentDate: daySchema.describe("The day on which the bank is to debit, Taipei"),
  items: z
    .array(batchItemInputSchema)
    .min(1, "at least one item")
    .max(batchItemsMax, `at most ${batchItemsMax} items`)
    .describe("The debits, in the order of the file"),
  duplicatesReason: z
    .string()
    .trim()
    .min(10, "at least 10 characters")
    .max(300, "at most 300 characters")
    .optional()
    .describe("Why debits that resemble earlier ones are right all the same"),
});

/** The sealed file: immutable once made. */
export const batchFileSchema = z.object({
  name: z.string().describe("Name that it gets at the bank"),
  sha256: sha256Schema.describe("SHA-256 of the content, lower-case hexadecimal"),
  sizeBytes: z.int().describe("Size in bytes"),
  layout: z.string().describe("Id of the layout it was made by"),
  layoutSha256: sha256Schema.describe(
    "SHA-256 of the layout's description, so that it can be told later by which rules the file was made",
  ),
  encoding: z.string().describe("Character encoding of the file"),
  sealedAt: instantSchema,
  encryptedSha256: sha256Schema
    .nullable()
    .describe("SHA-256 of the bytes that go to the bank where they are encrypted; null: the file goes as it is"),
});

export const batchApprovalSchema = z.object({
  approver: z.string().describe("Subject of whoever approved"),
  approvedAt: instantSchema,
  sha256: sha256Schema.describe("SHA-256 of the content, lower-case hexadecimal"),
  recordCount: z.int().describe("Items of the file"),
  totalAmount: amountTwdSchema,
});

export const batchItemSchema = z.object({
  sequence: z.int().describe("Place in the file, from 1"),
  transactionId: z.string().describe("Unique at this bank for ever; it comes back in the bank's reply"),
  accountNumber: z.string().describe("All but the last four digits are hidden"),
  amount: amountTwdSchema,
  status: z
    .enum(itemStatuses)
    .describe(
      "pending: the bank has said nothing yet. paid_by_absence: not among the failures, which is all that the layout lists. returned: it had succeeded and came back",
    ),
  responseCode: z.string().nullable().describe("The bank's code for the result"),
  responseMeaning: z.string().nullable().describe("What that code means"),
  bankReference: z.string().nullable().describe("The bank's own reference"),
  processedDate: daySchema.nullable(),
});

export const batchSchema = z.object({
  id: idSchema,
  bank: bankKeySchema.describe("Key of the bank"),
  kind: batchKindSchema,
  batchNumber: z.string().describe("Number in the file's header and name; at most 20 bytes of ASCII"),
  status: batchStatusSchema,
  heldReason: heldReasonSchema.nullable().describe("Why it is held; `null` where it is not"),
  paymentDate: daySchema,
  recordCount: z.int().describe("Items of the file"),
  totalAmount: amountTwdSchema,
  createdBy: z.string().describe("Subject of whoever made it"),
  createdAt: instantSchema,
  file: batchFileSchema.nullable().describe("The sealed file; null before it is sealed"),
  approvalsRequired: z.int().describe("Approvers needed before it can be sent"),
  approvals: z.array(batchApprovalSchema).describe("Who has approved this very file"),
  cutoffAt: instantSchema
    .nullable()
    .describe("The last instant at which the bank takes files for this payment date; `null` when none is configured"),
  nextCutoffAt: instantSchema.nullable().describe("Until when the bank takes files next; null: at any time"),
  calendarWarning: z
    .string()
    .nullable()
    .describe("Says that the holidays of the payment date's year are not known; null: they are"),
  sentAt: instantSchema.nullable(),
  acknowledgedAt: instantSchema.nullable(),
  reconciledAt: instantSchema.nullable(),
});

export const batchDetailSchema = batchSchema.extend({
  attempts: z.array(transferAttemptSchema).describe("Every try to bring the file to the bank, in order"),
  items: z.array(batchItemSchema).optional().describe("Present when asked for by `includeItems`"),
});

export const batchEventSchema = z.object({
  batchId: idSchema,
  status: batchStatusSchema,
  heldReason: heldReasonSchema.nullable().describe("Why it is held; `null` where it is not"),
  at: instantSchema,
});
