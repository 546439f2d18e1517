import { z } from "zod";
import {
  accountNumberSchema,
  authorisationSchema,
  authorisationStatusSchema,
  customerNumberSchema,
  idNumberSchema,
  mandateSchema,
} from "./banking-authorisations.ts";
import { bankConfigurationSchema, bankKeySchema } from "./banking-configuration.ts";
import {
  receiptSchema,
  receiptStatusSchema,
  statementLineClassSchema,
  statementLineSchema,
} from "./banking-receipts.ts";
import {
  amountTwdSchema,
  daySchema,
  idempotencyKeySchema,
  idSchema,
  instantSchema,
  pageOf,
  pageRequestSchema,
} from "./common.ts";
import { managers, mutation, query, type RouterContract, staff, subscription } from "./procedure.ts";

export * from "./banking-authorisations.ts";
export * from "./banking-configuration.ts";
export * from "./banking-receipts.ts";

/** Most items of one batch. */
export const batchItemsMax = 10_000;

/**
 * `draft` may still be cancelled and has no file; `sealed` has its bytes, hash and name; `approved` may be sent; `sending` is
 * on its way; `sent` is under its final name at the bank; `indeterminate`: nobody knows whether the bank has it, and it is
 * never sent again by itself; `held` waits for a person (`heldReason`); `acknowledged`: the bank has answered, some items are
 * open; `reconciled`: every item is final; `rejected`: the bank refused the whole file.
 */
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

/** What can go wrong between the gateway and a bank's server; the label `error_type` of the metrics. */
export const transferErrorTypes = [
  "dns",
  "address_not_allowed",
  "connect",
  "timeout",
  "host_key",
  "auth",
  "handshake",
  "channel",
  "permission",
  "no_such_file",
  "exists_or_failure",
  "integrity",
  "disconnected",
  "pool_exhausted",
  "breaker_open",
  "not_configured",
  "other",
] as const;
export type TransferErrorType = (typeof transferErrorTypes)[number];

/** How far the content was checked at the bank before the final name was asked for. */
export const verificationLevels = ["sha256", "size", "none"] as const;
export type VerificationLevel = (typeof verificationLevels)[number];

/** Every line of a bank's reply file ends in exactly one class. */
export const lineClasses = [
  "matched_success",
  "matched_failed",
  "amount_mismatch",
  "account_mismatch",
  "unknown_transaction",
  "duplicate_line",
  "already_final_same",
  "already_final_conflict",
  "returned",
  "corrected",
  "wrong_bank",
  "unparseable",
] as const;
export type LineClass = (typeof lineClasses)[number];

/**
 * `pending` until the bank has said something; `paid_by_absence` where a layout lists only failures; `returned`: it had
 * succeeded and came back, and its posting is reversed.
 */
export const itemStatuses = ["pending", "success", "failed", "paid_by_absence", "returned"] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/**
 * What became of an inbound file. `correction`: another content under a name that came before, which a person decides
 * about; `replay`: the same content under another name, of which nothing follows.
 */
export const inboundFileStatuses = ["received", "applied", "quarantined", "correction", "replay", "rejection"] as const;
export type InboundFileStatus = (typeof inboundFileStatuses)[number];

/** What an inbound file is about. `reply` answers a batch of debits; `statement` tells money received. */
export const inboundFileKinds = ["reply", "authorisation_reply", "statement", "rejection"] as const;
export type InboundFileKind = (typeof inboundFileKinds)[number];

/** What an entry of the banking calendar says of a day. */
export const calendarDayKinds = ["closed", "open", "early_cutoff"] as const;
export type CalendarDayKind = (typeof calendarDayKinds)[number];

/** `debit`: the bank took the money. `reversal`: it came back, or a correction took the success away. */
export const postingKinds = ["debit", "reversal"] as const;
export type PostingKind = (typeof postingKinds)[number];

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hexadecimal");
/** What names a batch, and a bank. */
export const batchReference = z.object({ batchId: idSchema });
export const bankReference = z.object({ bank: bankKeySchema });
export const batchStatusSchema = z.enum(batchStatuses);
export const batchKindSchema = z.enum(batchKinds);
export const heldReasonSchema = z.enum(heldReasons);
export const transferErrorTypeSchema = z.enum(transferErrorTypes);
export const lineClassSchema = z.enum(lineClasses);
export const inboundFileStatusSchema = z.enum(inboundFileStatuses);
export const calendarDayKindSchema = z.enum(calendarDayKinds);

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
  reference: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$/, "1 to 40 characters of A-Z a-z 0-9 _ . / -")
    .optional()
    .describe("what is paid, e.g. an invoice number; the same debit for the same reference is taken for a duplicate"),
  customerNumber: customerNumberSchema.optional().describe("用戶號碼, needed in files of the clearing house"),
  receivingUnit: z
    .string()
    .regex(/^[0-9]{7}$/, "seven digits")
    .optional()
    .describe("unit of the account's bank, needed in files of the clearing house"),
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
    .describe("The entries, in the order told above"),
  duplicatesReason: z
    .string()
    .trim()
    .min(10, "at least 10 characters")
    .max(300, "at most 300 characters")
    .optional()
    .describe("why debits that resemble earlier ones are right all the same"),
});

/** The sealed file: immutable once made. */
export const batchFileSchema = z.object({
  name: z.string().describe("Name"),
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

/** One try to bring a sealed file to the bank. */
export const transferAttemptSchema = z.object({
  number: z.int().describe("Counted from 1"),
  state: z
    .enum(["writing", "verified", "sent", "failed", "indeterminate"])
    .describe("`writing`: no final name was asked for yet. `verified`: it was, or may have been. The others are final"),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  temporaryName: z.string().nullable().describe("Name under which it was written first"),
  verification: z
    .enum(verificationLevels)
    .nullable()
    .describe("How far it was checked at the bank before the final name"),
  errorType: transferErrorTypeSchema.nullable().describe("What went wrong; null where nothing did"),
  steps: z
    .array(
      z.object({
        step: z.string().describe("What was done"),
        at: instantSchema,
        outcome: z.string().describe("What came of it"),
      }),
    )
    .describe("What was done at the bank, in order"),
});

export const batchItemSchema = z.object({
  sequence: z.int().describe("Place in the file, from 1"),
  transactionId: z.string().describe("Unique at this bank for ever; it comes back in the bank's reply"),
  accountNumber: z.string().describe("All but the last four digits are hidden"),
  amount: amountTwdSchema,
  status: z.enum(itemStatuses).describe("Where it stands"),
  responseCode: z.string().nullable().describe("The bank's code for the result"),
  responseMeaning: z.string().nullable().describe("What that code means"),
  bankReference: z.string().nullable().describe("The bank's own reference"),
  processedDate: daySchema.nullable(),
});

export const batchSchema = z.object({
  id: idSchema,
  bank: bankKeySchema.describe("Key of the bank"),
  kind: batchKindSchema.describe("Which kind it is"),
  batchNumber: z.string().describe("Number in the file's header and name; at most 20 bytes of ASCII"),
  status: batchStatusSchema.describe("Where it stands"),
  heldReason: heldReasonSchema.nullable().describe("Why it is held; null where it is not"),
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
  nextCutoffAt: instantSchema.nullable().describe("until when the bank takes files next; null: at any time"),
  calendarWarning: z
    .string()
    .nullable()
    .describe("the holidays of the payment date's year are not known; null: they are"),
  sentAt: instantSchema.nullable(),
  acknowledgedAt: instantSchema.nullable(),
  reconciledAt: instantSchema.nullable(),
});

export const batchDetailSchema = batchSchema.extend({
  attempts: z.array(transferAttemptSchema).describe("How often it was tried"),
  items: z.array(batchItemSchema).optional().describe("Present when asked for by `includeItems`"),
});

export const bankSchema = z.object({
  bank: bankKeySchema.describe("Key of the bank"),
  name: z.string().describe("Name"),
  fileFormat: z.string().describe("fixed_width or csv"),
  encoding: z.string().describe("Character encoding of the file"),
  isActive: z.boolean().describe("Whether it is in use"),
  approvalsRequired: z.int().describe("Approvers needed before it can be sent"),
  cutoffTime: z.string().nullable().describe("HH:MM in Taipei until which the bank takes files"),
  nextCutoffAt: instantSchema.nullable().describe("until when the bank takes files next; null: at any time"),
  calendarKnownUntil: daySchema.describe("last day whose year's holidays are known; after it only weekends count"),
  problem: z.string().nullable().describe("Why this bank cannot be used now, and the remedy; `null` when it can"),
});

/** State of the link to a bank, from memory and the database; asking does not connect. */
export const bankStatusSchema = z.object({
  bank: bankKeySchema.describe("Key of the bank"),
  status: z.enum(["healthy", "degraded", "unhealthy", "disabled"]).describe("Where it stands"),
  detail: z.string().optional().describe("More about it"),
  active_connections: z.int().describe("Connections open now"),
  connections_max: z.int().describe("Connections allowed at most"),
  circuit_breaker: z
    .enum(["closed", "open", "half_open"])
    .describe("open: calls are paused after failures; half_open: one is let through to see"),
  ciphers: z
    .object({ working: z.array(z.string()), missing: z.array(z.string()) })
    .nullable()
    .describe("SSH ciphers that work in this process and those that do not; null while they are tried at the start"),
  batches: z
    .object({
      sending: z.int().describe("On the way to the bank"),
      indeterminate: z.int().describe("Nobody knows whether the bank has them"),
      held: z.int().describe("Waiting for a person"),
      awaitingReply: z.int().describe("At the bank, not answered yet"),
    })
    .describe("How many batches are in each of these states"),
  lastInboundFileAt: instantSchema.nullable(),
  nextCutoffAt: instantSchema.nullable().describe("until when the bank takes files next; null: at any time"),
  calendarKnownUntil: daySchema.describe("last day whose year's holidays are known; after it only weekends count"),
});

export const connectionTestSchema = z.object({
  bank: bankKeySchema.describe("Key of the bank"),
  ok: z.boolean().describe("Whether it went well"),
  errorType: transferErrorTypeSchema.nullable().describe("What went wrong; null where nothing did"),
  steps: z.array(
    z.object({
      step: z.string().describe("What was done"),
      ok: z.boolean().describe("Whether it went well"),
      detail: z.string().optional().describe("More about it"),
      durationMs: z.int().describe("How long it took, in ms"),
    }),
  ),
});

/** One difference found in a bank's file: where, and which rule it breaks. */
export const fileProblemSchema = z.object({
  record: z.int().optional().describe("1 is the first record of the file; absent when it concerns the whole file"),
  column: z.int().optional().describe("1 is the first byte of the record"),
  field: z.string().optional().describe("Name of the value"),
  rule: z.string().describe("The rule that it breaks"),
});

export const inboundFileSchema = z.object({
  id: idSchema,
  bank: bankKeySchema.describe("Key of the bank"),
  name: z.string().describe("Name"),
  sha256: sha256Schema.describe("SHA-256 of the content, lower-case hexadecimal"),
  sizeBytes: z.int().describe("Size in bytes"),
  receivedAt: instantSchema,
  kind: z.enum(inboundFileKinds).describe("Which kind it is"),
  status: inboundFileStatusSchema.describe("Where it stands"),
  batchId: idSchema.nullable(),
  problems: z.array(fileProblemSchema).describe("What is wrong with it; empty where nothing is"),
});

export const pollResultSchema = z.object({
  bank: bankKeySchema.describe("Key of the bank"),
  seen: z.int().describe("Names seen in the download folder that fit the bank's patterns"),
  received: z.array(inboundFileSchema).describe("Fetched and stored by this call"),
  notYetStable: z.array(z.string()).describe("Still growing, or seen for the first time: looked at again next time"),
  ignored: z.int().describe("Names that cannot be safe, or fit no pattern"),
});

export const reconciliationLineSchema = z.object({
  fileId: idSchema,
  lineNumber: z.int().describe("Line of the file, from 1"),
  class: lineClassSchema.describe("How the line was classed"),
  transactionId: z.string().describe("Unique at this bank for ever; it comes back in the bank's reply"),
  amount: amountTwdSchema.nullable(),
  responseCode: z.string().describe("The bank's code for the result"),
  responseMeaning: z.string().describe("What that code means"),
  bankReference: z.string().nullable().describe("The bank's own reference"),
  processedDate: daySchema.nullable(),
});

/** A number of items, and what they are worth together. */
export const countAndAmountSchema = z.object({ count: z.int().describe("How many"), amount: amountTwdSchema });

/** Something that must be equal, in count and in amount; `holds` is false only in a quarantined file. */
export const reconciliationIdentitySchema = z.object({
  name: z.string().describe("Name"),
  left: countAndAmountSchema.describe("One side"),
  right: countAndAmountSchema.describe("The other side"),
  explanation: z.string().nullable().describe("What the difference is made of, when there is one"),
  holds: z.boolean().describe("Whether both are equal, or the difference is explained"),
});

export const bankReconciliationSchema = z.object({
  batchId: idSchema,
  bank: bankKeySchema.describe("Key of the bank"),
  batchStatus: batchStatusSchema.describe("State of the batch"),
  expected: countAndAmountSchema.describe("All items"),
  succeeded: countAndAmountSchema.describe("Debited"),
  failed: countAndAmountSchema.describe("Ended without arriving, or refused"),
  returned: countAndAmountSchema.describe("had succeeded and came back"),
  paidByAbsence: countAndAmountSchema.describe("not among the returns when their window closed"),
  posted: countAndAmountSchema.describe("debits posted less those reversed; equals succeeded and paid by absence"),
  open: countAndAmountSchema.describe("Not answered yet"),
  lineCount: z.int().describe("Lines of the file"),
  matchedCount: z.int().describe("Lines that match an item"),
  classes: z.partialRecord(lineClassSchema, z.int()).describe("Lines by class; classes without lines are absent"),
  accuracy: z
    .number()
    .nullable()
    .describe("Matched lines ÷ all lines of the latest file; 1 for a file without lines, `null` before the first file"),
  identities: z.array(reconciliationIdentitySchema).describe("What must be equal, in count and in amount"),
  files: z.array(inboundFileSchema).describe("The bank's files about it"),
  lines: pageOf(reconciliationLineSchema).describe("Lines"),
});

export const layoutSchema = z.object({
  id: z.string().describe("Id"),
  title: z.string().describe("Title"),
  direction: z.string().describe("From us to the bank, or back"),
  format: z.string().describe("Form of what was made"),
  encoding: z.string().describe("Character encoding of the file"),
  recordBytes: z.int().nullable().describe("null for delimited files"),
  source: z.enum(["built_in", "table", "file"]).describe("Where it comes from"),
  sha256: sha256Schema.nullable().describe("of the description; null while it has problems"),
  problems: z.array(z.string()).describe("why it is not loaded, with the place; empty when it is"),
});

export const calendarDaySchema = z.object({
  bank: z.string().describe("a bank's key, or * for all banks"),
  day: daySchema,
  kind: calendarDayKindSchema.describe("Which kind it is"),
  cutoffTime: z.string().nullable().describe("HH:MM in Taipei until which the bank takes files"),
  note: z.string().describe("What was noted"),
  decidedBy: z.string().describe("Subject of whoever decided it"),
});

export const batchEventSchema = z.object({
  batchId: idSchema,
  status: batchStatusSchema.describe("Where it stands"),
  heldReason: heldReasonSchema.nullable().describe("Why it is held; null where it is not"),
  at: instantSchema,
});

export const bankStatementSchema = z.object({
  file: inboundFileSchema.describe("The sealed file; null before it is sealed"),
  lineCount: z.int().describe("Lines of the file"),
  classes: z
    .partialRecord(statementLineClassSchema, countAndAmountSchema)
    .describe("Lines by class; classes without lines are absent"),
  credited: countAndAmountSchema.describe("all lines that bring money"),
  reversed: countAndAmountSchema.describe("all lines that take it back"),
  posted: countAndAmountSchema.describe("matched and assigned lines"),
  suspense: countAndAmountSchema.describe("money that belongs to no receipt yet"),
  identities: z.array(reconciliationIdentitySchema).describe("What must be equal, in count and in amount"),
  lines: pageOf(statementLineSchema).describe("Lines"),
});

/** A text file to be stored. */
export const csvFileSchema = z.object({
  fileName: z.string().describe("Name for the file"),
  contentType: z.string().describe("Media type of the content"),
  content: z.string().describe("The content, as text"),
});
const reasonSchema = z
  .string()
  .trim()
  .min(10, "at least 10 characters")
  .max(300, "at most 300 characters")
  .describe("Why, for the record");
const calendarBankSchema = z.union([bankKeySchema, z.literal("*")]);
const wallTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");
const virtualAccountInput = {
  bank: bankKeySchema.describe("Key of the bank"),
  dueDate: daySchema.optional().describe("bound into the number where the bank's rule has it"),
  amount: amountTwdSchema.optional().describe("bound into the check digit where the bank's rule has it"),
};

export const bankingContract = {
  listBanks: query({
    summary: "The banks this gateway knows.",
    roles: staff,
    input: z.void(),
    output: z.object({
      items: z.array(bankSchema).describe("The banks"),
      nextCursor: z.null().describe("Always null: the list is whole"),
    }),
    rest: { method: "GET", path: "/banking/banks" },
  }),
  getBankStatus: query({
    summary: "State of the link to one bank; does not connect.",
    roles: staff,
    input: bankReference,
    output: bankStatusSchema,
    rest: { method: "GET", path: "/banking/{bank}/status" },
  }),
  createBatch: mutation({
    summary:
      "Takes the debits of one payment date for one bank as a draft; every field is checked against the bank's file.",
    roles: staff,
    input: createBatchInputSchema,
    output: batchSchema,
    rest: { method: "POST", path: "/banking/batches" },
  }),
  getBatch: query({
    summary: "A batch with its file, approvals and every step of its transfer.",
    roles: staff,
    input: batchReference.extend({
      includeItems: z.boolean().default(false).describe("Whether the items are wanted too"),
    }),
    output: batchDetailSchema,
    rest: { method: "GET", path: "/banking/batches/{batchId}" },
  }),
  listBatches: query({
    summary: "Batches, newest first.",
    roles: staff,
    input: z.object({
      bank: bankKeySchema.optional().describe("Key of the bank"),
      status: batchStatusSchema.optional().describe("Where it stands"),
      ...pageRequestSchema,
    }),
    output: pageOf(batchSchema),
    rest: { method: "GET", path: "/banking/batches" },
  }),
  previewFile: query({
    summary: "The file of a batch: as sealed, or as it would be sealed now.",
    roles: staff,
    input: batchReference,
    output: z.object({
      batchId: idSchema,
      sealed: z.boolean().describe("Whether the file is sealed; false: as sealing now would make it"),
      fileName: z.string().describe("Name for the file"),
      sha256: sha256Schema.describe("SHA-256 of the content, lower-case hexadecimal"),
      sizeBytes: z.int().describe("Size in bytes"),
      recordCount: z.int().describe("Items of the file"),
      totalAmount: amountTwdSchema,
      contentBase64: z.base64().describe("The bytes, Base64"),
    }),
    rest: { method: "GET", path: "/banking/batches/{batchId}/file" },
  }),
  sealBatch: mutation({
    summary: "Fixes the bytes, the hash and the name of the file; nothing of the batch can be changed afterwards.",
    roles: staff,
    input: batchReference,
    output: batchSchema,
    rest: { method: "POST", path: "/banking/batches/{batchId}/seal" },
  }),
  approveBatch: mutation({
    summary: "Approves exactly the file with this hash; whoever created the batch may not.",
    roles: managers,
    input: batchReference.extend({
      sha256: sha256Schema.describe("SHA-256 of the content, lower-case hexadecimal"),
      recordCount: z.int().optional().describe("Items of the file"),
      totalAmount: amountTwdSchema.optional(),
    }),
    output: batchSchema,
    rest: { method: "POST", path: "/banking/batches/{batchId}/approve" },
  }),
  sendBatch: mutation({
    summary: "Orders the transfer of an approved batch; it is carried out by itself, `getBatch` shows the steps.",
    roles: staff,
    input: batchReference,
    output: batchSchema,
    rest: { method: "POST", path: "/banking/batches/{batchId}/send" },
  }),
  cancelBatch: mutation({
    summary: "Cancels a batch that cannot have reached the bank.",
    roles: staff,
    input: batchReference.extend({
      reason: z
        .string()
        .trim()
        .min(1, "must not be empty")
        .max(200, "at most 200 characters")
        .describe("Why, from the gateway's own list"),
    }),
    output: batchSchema,
    rest: { method: "POST", path: "/banking/batches/{batchId}/cancel" },
  }),
  settleUnknown: mutation({
    summary: "Ends an indeterminate transfer by what a person found out at the bank.",
    roles: managers,
    input: batchReference.extend({
      outcome: z.enum(["arrived", "not_arrived"]).describe("What came of it"),
      evidence: z
        .string()
        .trim()
        .min(10, "at least 10 characters")
        .max(500, "at most 500 characters")
        .describe("Whom you asked, and what was said"),
    }),
    output: batchSchema,
    rest: { method: "POST", path: "/banking/batches/{batchId}/settle" },
  }),
  testConnection: mutation({
    summary: "Connects, signs in and looks at both folders, telling each step.",
    roles: managers,
    input: bankReference,
    output: connectionTestSchema,
    rest: { method: "POST", path: "/banking/{bank}/test-connection" },
  }),
  testUpload: mutation({
    summary: "Connects, writes, verifies, renames and deletes a harmless file, telling each step.",
    roles: managers,
    input: bankReference,
    output: connectionTestSchema,
    rest: { method: "POST", path: "/banking/{bank}/test-upload" },
  }),
  pollInbound: mutation({
    summary: "Looks for reply files now, stores and reconciles the new ones.",
    roles: staff,
    input: bankReference,
    output: pollResultSchema,
    rest: { method: "POST", path: "/banking/{bank}/poll" },
  }),
  listInboundFiles: query({
    summary: "Files received from the banks, newest first.",
    roles: staff,
    input: z.object({
      bank: bankKeySchema.optional().describe("Key of the bank"),
      status: inboundFileStatusSchema.optional().describe("Where it stands"),
      ...pageRequestSchema,
    }),
    output: pageOf(inboundFileSchema),
    rest: { method: "GET", path: "/banking/inbound-files" },
  }),
  getReconciliation: query({
    summary: "How the bank's replies to a batch add up, line by line.",
    roles: staff,
    input: batchReference.extend(pageRequestSchema),
    output: bankReconciliationSchema,
    rest: { method: "GET", path: "/banking/batches/{batchId}/reconciliation" },
  }),
  exportReconciliation: query({
    summary:
      "The reconciliation of a batch as a CSV file (UTF-8 with a byte order mark), one line per debit and reply.",
    roles: staff,
    input: batchReference,
    output: csvFileSchema,
    rest: { method: "GET", path: "/banking/batches/{batchId}/reconciliation/export" },
  }),
  applyCorrection: mutation({
    summary: "Applies a file that corrects an earlier one of its name; earlier results that it changes are reversed.",
    roles: managers,
    input: z.object({
      fileId: idSchema,
      reason: reasonSchema.describe("Why, from the gateway's own list"),
    }),
    output: inboundFileSchema,
    rest: { method: "POST", path: "/banking/inbound-files/{fileId}/apply" },
  }),
  registerAuthorisations: mutation({
    summary:
      "Takes authorisations (or their ends) as the draft of a file; it is sealed, approved and sent as any other batch.",
    roles: staff,
    input: z.object({
      idempotencyKey: idempotencyKeySchema,
      bank: bankKeySchema.describe("Key of the bank"),
      submissionDate: daySchema.optional().describe("day on which the bank is to take the file; default the next one"),
      items: z
        .array(
          mandateSchema.extend({
            action: z.enum(["add", "delete"]).default("add").describe("delete: ends the confirmed authorisation"),
          }),
        )
        .min(1, "at least one item")
        .max(batchItemsMax, `at most ${batchItemsMax} items`)
        .describe("The entries, in order"),
    }),
    output: batchSchema,
    rest: { method: "POST", path: "/banking/authorisations" },
  }),
  recordAuthorisations: mutation({
    summary: "Records authorisations that the bank has confirmed outside this gateway, with the evidence.",
    roles: managers,
    input: z.object({
      bank: bankKeySchema.describe("Key of the bank"),
      items: z
        .array(mandateSchema)
        .min(1, "at least one item")
        .max(1_000, "at most 1000 items")
        .describe("The entries, in the order told above"),
      evidence: reasonSchema.describe("What a person found out, and from whom"),
    }),
    output: z.object({ items: z.array(authorisationSchema) }),
    rest: { method: "POST", path: "/banking/authorisations/recorded" },
  }),
  settleAuthorisation: mutation({
    summary: "Decides about an authorisation by what a person found out: confirmed, refused or revoked.",
    roles: managers,
    input: z.object({
      authorisationId: idSchema,
      outcome: z.enum(["confirmed", "refused", "revoked"]).describe("What came of it"),
      evidence: reasonSchema.describe("What a person found out, and from whom"),
    }),
    output: authorisationSchema,
    rest: { method: "POST", path: "/banking/authorisations/{authorisationId}/settle" },
  }),
  listAuthorisations: query({
    summary: "Authorisations for debits, newest first.",
    roles: staff,
    input: z.object({
      bank: bankKeySchema.optional().describe("Key of the bank"),
      status: authorisationStatusSchema.optional().describe("Where it stands"),
      customerNumber: mandateSchema.shape.customerNumber.optional().describe("用戶號碼"),
      batchId: idSchema.optional(),
      ...pageRequestSchema,
    }),
    output: pageOf(authorisationSchema),
    rest: { method: "GET", path: "/banking/authorisations" },
  }),
  expectReceipt: mutation({
    summary: "Gives out a virtual account for what a customer is to pay; a statement line is matched to it.",
    roles: staff,
    input: z.object({
      idempotencyKey: idempotencyKeySchema,
      bank: bankKeySchema.describe("Key of the bank"),
      customer: z
        .string()
        .regex(/^[0-9]{1,12}$/, "1 to 12 digits")
        .describe("digits of the customer or bill"),
      amount: amountTwdSchema.min(1, "at least NT$ 1"),
      dueDate: daySchema.optional().describe("bound into the number where the bank's rule has it"),
      reference: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$/, "1 to 40 characters of A-Z a-z 0-9 _ . / -")
        .describe("what is paid, e.g. an order or invoice number"),
    }),
    output: receiptSchema,
    rest: { method: "POST", path: "/banking/receipts" },
  }),
  listReceipts: query({
    summary: "Expected receipts and what came of them, newest first.",
    roles: staff,
    input: z.object({
      bank: bankKeySchema.optional().describe("Key of the bank"),
      status: receiptStatusSchema.optional().describe("Where it stands"),
      reference: z
        .string()
        .max(40, "at most 40 characters")
        .optional()
        .describe("What is paid, e.g. an invoice number"),
      virtualAccount: z.string().max(16, "at most 16 digits").optional().describe("The virtual account"),
      ...pageRequestSchema,
    }),
    output: pageOf(receiptSchema),
    rest: { method: "GET", path: "/banking/receipts" },
  }),
  cancelReceipt: mutation({
    summary: "Expects a payment no longer; money that comes all the same is unexpected.",
    roles: staff,
    input: z.object({ receiptId: idSchema, reason: reasonSchema }),
    output: receiptSchema,
    rest: { method: "POST", path: "/banking/receipts/{receiptId}/cancel" },
  }),
  assignReceipt: mutation({
    summary: "Gives a line of a statement that was matched to nothing to a receipt, since a person decided so.",
    roles: managers,
    input: z.object({
      receiptId: idSchema,
      fileId: idSchema,
      lineNumber: z.int().min(1).describe("Line of the file, from 1"),
      reason: reasonSchema,
    }),
    output: receiptSchema,
    rest: { method: "POST", path: "/banking/receipts/{receiptId}/assign" },
  }),
  getStatement: query({
    summary: "How a statement of money received adds up, line by line.",
    roles: staff,
    input: z.object({ fileId: idSchema, ...pageRequestSchema }),
    output: bankStatementSchema,
    rest: { method: "GET", path: "/banking/statements/{fileId}" },
  }),
  exportStatement: query({
    summary: "A statement with the class and the receipt of every line, as a CSV file (UTF-8 with a byte order mark).",
    roles: staff,
    input: z.object({ fileId: idSchema }),
    output: csvFileSchema,
    rest: { method: "GET", path: "/banking/statements/{fileId}/export" },
  }),
  watchBatch: subscription({
    summary: "Every change of a batch's state, from the beginning or from after an event that was seen.",
    roles: staff,
    input: batchReference.extend({
      lastEventId: z
        .string()
        .regex(/^[0-9]{1,15}$/, "must be the id of an event")
        .optional()
        .describe("Id of the latest event seen; goes on after it"),
    }),
    output: batchEventSchema,
  }),
  listLayouts: query({
    summary: "The file layouts this gateway knows, with what is wrong with those that cannot be loaded.",
    roles: staff,
    input: z.void(),
    output: z.object({
      items: z.array(layoutSchema).describe("The layouts"),
      nextCursor: z.null().describe("Always null: the list is whole"),
    }),
    rest: { method: "GET", path: "/banking/layouts" },
  }),
  upsertLayout: mutation({
    summary:
      "Stores a file layout, given as its description; a gap, an overlap or a wrong total is refused with its place.",
    roles: managers,
    input: z.object({ description: z.record(z.string(), z.unknown()).describe("the layout, as JSON") }),
    output: layoutSchema,
    rest: { method: "POST", path: "/banking/layouts" },
  }),
  getBankConfiguration: query({
    summary: "A bank's whole configuration, as upsertBank takes it.",
    roles: managers,
    input: bankReference,
    output: bankConfigurationSchema,
    rest: { method: "GET", path: "/banking/{bank}/configuration" },
  }),
  upsertBank: mutation({
    summary: "Stores a bank's whole configuration; what does not make sense together is refused and nothing is stored.",
    roles: managers,
    input: bankConfigurationSchema,
    output: bankSchema,
    rest: { method: "POST", path: "/banking/banks" },
  }),
  listCalendarDays: query({
    summary:
      "Days on which banks are closed, open or close early, beside ordinary weekends; built in and decided here.",
    roles: staff,
    input: z.object({ bank: bankKeySchema.optional(), from: daySchema, to: daySchema }),
    output: z.object({
      items: z.array(calendarDaySchema).describe("The entries, in the order told above"),
      nextCursor: z.null().describe("For the next page; null on the last one"),
      knownUntil: daySchema.describe("last day whose year's holidays are known; after it only weekends count"),
    }),
    rest: { method: "GET", path: "/banking/calendar" },
  }),
  setCalendarDay: mutation({
    summary:
      "Says what a day is for one bank or all: closed (holiday, typhoon), open (make-up day) or with an early cut-off.",
    roles: managers,
    input: z.object({
      bank: calendarBankSchema.describe("Key of the bank"),
      day: daySchema,
      kind: calendarDayKindSchema.describe("Which kind it is"),
      cutoffTime: wallTimeSchema.optional().describe("needed for early_cutoff"),
      note: z.string().trim().max(100, "at most 100 characters").default("").describe("What was noted"),
    }),
    output: calendarDaySchema,
    rest: { method: "POST", path: "/banking/calendar" },
  }),
  importCalendar: mutation({
    summary:
      "Loads a year's holidays for all banks from the government's calendar (data.gov.tw 14718); days decided here stay.",
    roles: managers,
    input: z.object({
      year: z.int().min(2025, "at least 2025").max(2100, "at most 2100").describe("Year of the common era"),
      contentBase64: z
        .base64("must be Base64")
        .min(1, "must not be empty")
        .max(700_000, "at most 700,000 characters")
        .describe("the file: CSV in UTF-8 or Big5, or a JSON list; every day of the year once"),
      makeUpDaysOpen: z.boolean().default(false).describe("banks work on make-up Saturdays; mostly they do not"),
    }),
    output: z.object({
      year: z.int().describe("Year of the common era"),
      closedDays: z.int().describe("working days of the week on which banks are closed"),
      makeUpDays: z.array(daySchema),
      knownUntil: daySchema,
    }),
    rest: { method: "POST", path: "/banking/calendar/years" },
  }),
  makeVirtualAccount: query({
    summary: "The virtual account of a customer at a bank, with its check digit.",
    roles: staff,
    input: z.object({
      ...virtualAccountInput,
      customer: z
        .string()
        .regex(/^[0-9]{1,12}$/, "1 to 12 digits")
        .describe("the customer's digits, filled with zeros"),
    }),
    output: z.object({ bank: bankKeySchema, virtualAccount: z.string().describe("The virtual account") }),
    rest: { method: "GET", path: "/banking/{bank}/virtual-account" },
  }),
  checkVirtualAccount: query({
    summary: "Whether a virtual account fits the bank's rule, and its amount where that is bound into it.",
    roles: staff,
    input: z.object({
      ...virtualAccountInput,
      virtualAccount: z
        .string()
        .regex(/^[0-9]{2,16}$/, "2 to 16 digits")
        .describe("The virtual account"),
    }),
    output: z.object({ valid: z.boolean().describe("Whether it is") }),
    rest: { method: "GET", path: "/banking/{bank}/virtual-account/check" },
  }),
} satisfies RouterContract;
