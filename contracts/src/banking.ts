import { z } from "zod";
import { bankConfigurationSchema, bankKeySchema } from "./banking-configuration.ts";
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

export * from "./banking-configuration.ts";

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

/** Why a batch is `held`. */
export const heldReasons = [
  "cutoff_passed",
  "not_banking_day",
  "transfer_failed",
  "name_taken",
  "settled_not_arrived",
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

/** What an entry of the banking calendar says of a day. */
export const calendarDayKinds = ["closed", "open", "early_cutoff"] as const;
export type CalendarDayKind = (typeof calendarDayKinds)[number];

/** `debit`: the bank took the money. `reversal`: it came back, or a correction took the success away. */
export const postingKinds = ["debit", "reversal"] as const;
export type PostingKind = (typeof postingKinds)[number];

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hexadecimal");
const batchReference = z.object({ batchId: idSchema });

/** One debit of a batch. */
export const batchItemInputSchema = z.object({
  /** Unique at this bank for ever; it comes back in the bank's reply. */
  transactionId: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_.-]{0,19}$/,
      "1 to 20 characters of A-Z a-z 0-9 _ . - (the bank's field has 20 bytes)",
    ),
  accountNumber: z.string().regex(/^[0-9]{6,16}$/, "6 to 16 digits"),
  /** Name of the account holder; the bank compares it. */
  accountHolder: z.string().trim().min(1, "must not be empty").max(60, "at most 60 characters"),
  /** Whole NT$. */
  amount: amountTwdSchema.min(1, "at least NT$ 1").max(99_999_999_999, "at most NT$ 99,999,999,999"),
  /** National id or 統一編號 of the account holder. */
  idNumber: z
    .string()
    .regex(/^[A-Z0-9]{8,10}$/, "8 to 10 characters of A-Z 0-9")
    .optional(),
  memo: z.string().trim().max(50, "at most 50 characters").optional(),
  reference: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$/, "1 to 40 characters of A-Z a-z 0-9 _ . / -")
    .optional()
    .describe("what is paid, e.g. an invoice number; the same debit for the same reference is taken for a duplicate"),
  customerNumber: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,20}$/, "1 to 20 characters of A-Z a-z 0-9 -")
    .optional()
    .describe("用戶號碼, needed in files of the clearing house"),
  receivingUnit: z
    .string()
    .regex(/^[0-9]{7}$/, "seven digits")
    .optional()
    .describe("unit of the account's bank, needed in files of the clearing house"),
});
export type BatchItemInput = z.output<typeof batchItemInputSchema>;

export const createBatchInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  bank: bankKeySchema,
  /** The day on which the bank is to debit, Taipei. */
  paymentDate: daySchema,
  items: z.array(batchItemInputSchema).min(1, "at least one item").max(batchItemsMax, `at most ${batchItemsMax} items`),
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
  name: z.string(),
  sha256: sha256Schema,
  sizeBytes: z.int(),
  layout: z.string(),
  /** SHA-256 of the layout's description, so that it can be told later by which rules the file was made. */
  layoutSha256: sha256Schema,
  encoding: z.string(),
  sealedAt: instantSchema,
  encryptedSha256: sha256Schema
    .nullable()
    .describe("SHA-256 of the bytes that go to the bank where they are encrypted; null: the file goes as it is"),
});

export const batchApprovalSchema = z.object({
  approver: z.string(),
  approvedAt: instantSchema,
  sha256: sha256Schema,
  recordCount: z.int(),
  totalAmount: amountTwdSchema,
});

/** One try to bring a sealed file to the bank. */
export const transferAttemptSchema = z.object({
  number: z.int(),
  /** `writing`: no final name was asked for yet. `verified`: it was, or may have been. The others are final. */
  state: z.enum(["writing", "verified", "sent", "failed", "indeterminate"]),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  temporaryName: z.string().nullable(),
  verification: z.enum(verificationLevels).nullable(),
  errorType: z.enum(transferErrorTypes).nullable(),
  /** What was done at the bank, in order. */
  steps: z.array(z.object({ step: z.string(), at: instantSchema, outcome: z.string() })),
});

export const batchItemSchema = z.object({
  sequence: z.int(),
  transactionId: z.string(),
  /** All but the last four digits are hidden. */
  accountNumber: z.string(),
  amount: amountTwdSchema,
  status: z.enum(itemStatuses),
  responseCode: z.string().nullable(),
  responseMeaning: z.string().nullable(),
  bankReference: z.string().nullable(),
  processedDate: daySchema.nullable(),
});

export const batchSchema = z.object({
  id: idSchema,
  bank: bankKeySchema,
  /** Number in the file's header and name; at most 20 bytes of ASCII. */
  batchNumber: z.string(),
  status: z.enum(batchStatuses),
  heldReason: z.enum(heldReasons).nullable(),
  paymentDate: daySchema,
  recordCount: z.int(),
  totalAmount: amountTwdSchema,
  createdBy: z.string(),
  createdAt: instantSchema,
  file: batchFileSchema.nullable(),
  approvalsRequired: z.int(),
  approvals: z.array(batchApprovalSchema),
  /** The last instant at which the bank takes files for this payment date; `null` when none is configured. */
  cutoffAt: instantSchema.nullable(),
  nextCutoffAt: instantSchema.nullable().describe("until when the bank takes files next; null: at any time"),
  sentAt: instantSchema.nullable(),
  acknowledgedAt: instantSchema.nullable(),
  reconciledAt: instantSchema.nullable(),
});

export const batchDetailSchema = batchSchema.extend({
  attempts: z.array(transferAttemptSchema),
  /** Present when asked for by `includeItems`. */
  items: z.array(batchItemSchema).optional(),
});

export const bankSchema = z.object({
  bank: bankKeySchema,
  name: z.string(),
  fileFormat: z.string(),
  encoding: z.string(),
  isActive: z.boolean(),
  approvalsRequired: z.int(),
  cutoffTime: z.string().nullable(),
  nextCutoffAt: instantSchema.nullable().describe("until when the bank takes files next; null: at any time"),
  /** Why this bank cannot be used now, and the remedy; `null` when it can. */
  problem: z.string().nullable(),
});

/** State of the link to a bank, from memory and the database; asking does not connect. */
export const bankStatusSchema = z.object({
  bank: bankKeySchema,
  status: z.enum(["healthy", "degraded", "unhealthy", "disabled"]),
  detail: z.string().optional(),
  active_connections: z.int(),
  connections_max: z.int(),
  circuit_breaker: z.enum(["closed", "open", "half_open"]),
  batches: z.object({ sending: z.int(), indeterminate: z.int(), held: z.int(), awaitingReply: z.int() }),
  lastInboundFileAt: instantSchema.nullable(),
  nextCutoffAt: instantSchema.nullable().describe("until when the bank takes files next; null: at any time"),
});

export const connectionTestSchema = z.object({
  bank: bankKeySchema,
  ok: z.boolean(),
  errorType: z.enum(transferErrorTypes).nullable(),
  steps: z.array(z.object({ step: z.string(), ok: z.boolean(), detail: z.string().optional(), durationMs: z.int() })),
});

/** One difference found in a bank's file: where, and which rule it breaks. */
export const fileProblemSchema = z.object({
  /** 1 is the first record of the file; absent when it concerns the whole file. */
  record: z.int().optional(),
  /** 1 is the first byte of the record. */
  column: z.int().optional(),
  field: z.string().optional(),
  rule: z.string(),
});

export const inboundFileSchema = z.object({
  id: idSchema,
  bank: bankKeySchema,
  name: z.string(),
  sha256: sha256Schema,
  sizeBytes: z.int(),
  receivedAt: instantSchema,
  status: z.enum(inboundFileStatuses),
  batchId: idSchema.nullable(),
  problems: z.array(fileProblemSchema),
});

export const pollResultSchema = z.object({
  bank: bankKeySchema,
  /** Names seen in the download folder that fit the bank's patterns. */
  seen: z.int(),
  /** Fetched and stored by this call. */
  received: z.array(inboundFileSchema),
  /** Still growing, or seen for the first time: looked at again next time. */
  notYetStable: z.array(z.string()),
  /** Names that cannot be safe, or fit no pattern. */
  ignored: z.int(),
});

export const reconciliationLineSchema = z.object({
  fileId: idSchema,
  lineNumber: z.int(),
  class: z.enum(lineClasses),
  transactionId: z.string(),
  amount: amountTwdSchema.nullable(),
  responseCode: z.string(),
  responseMeaning: z.string(),
  bankReference: z.string().nullable(),
  processedDate: daySchema.nullable(),
});

const countAndAmountSchema = z.object({ count: z.int(), amount: amountTwdSchema });

/** Something that must be equal, in count and in amount; `holds` is false only in a quarantined file. */
export const reconciliationIdentitySchema = z.object({
  name: z.string(),
  left: countAndAmountSchema,
  right: countAndAmountSchema,
  /** What the difference is made of, when there is one. */
  explanation: z.string().nullable(),
  holds: z.boolean(),
});

export const bankReconciliationSchema = z.object({
  batchId: idSchema,
  bank: bankKeySchema,
  batchStatus: z.enum(batchStatuses),
  expected: countAndAmountSchema,
  succeeded: countAndAmountSchema,
  failed: countAndAmountSchema,
  returned: countAndAmountSchema.describe("had succeeded and came back"),
  paidByAbsence: countAndAmountSchema.describe("not among the returns when their window closed"),
  posted: countAndAmountSchema.describe("debits posted less those reversed; equals succeeded and paid by absence"),
  open: countAndAmountSchema,
  lineCount: z.int(),
  matchedCount: z.int(),
  /** Lines by class; classes without lines are absent. */
  classes: z.partialRecord(z.enum(lineClasses), z.int()),
  /** Matched lines ÷ all lines of the latest file; 1 for a file without lines, `null` before the first file. */
  accuracy: z.number().nullable(),
  identities: z.array(reconciliationIdentitySchema),
  files: z.array(inboundFileSchema),
  lines: pageOf(reconciliationLineSchema),
});

export const layoutSchema = z.object({
  id: z.string(),
  title: z.string(),
  direction: z.string(),
  format: z.string(),
  encoding: z.string(),
  recordBytes: z.int().nullable().describe("null for delimited files"),
  source: z.enum(["built_in", "table", "file"]),
  sha256: sha256Schema.nullable().describe("of the description; null while it has problems"),
  problems: z.array(z.string()).describe("why it is not loaded, with the place; empty when it is"),
});

export const calendarDaySchema = z.object({
  bank: z.string().describe("a bank's key, or * for all banks"),
  day: daySchema,
  kind: z.enum(calendarDayKinds),
  cutoffTime: z.string().nullable(),
  note: z.string(),
  decidedBy: z.string(),
});

export const batchEventSchema = z.object({
  batchId: idSchema,
  status: z.enum(batchStatuses),
  heldReason: z.enum(heldReasons).nullable(),
  at: instantSchema,
});

const calendarBankSchema = z.union([bankKeySchema, z.literal("*")]);
const wallTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");
const virtualAccountInput = {
  bank: bankKeySchema,
  dueDate: daySchema.optional().describe("bound into the number where the bank's rule has it"),
  amount: amountTwdSchema.optional().describe("bound into the check digit where the bank's rule has it"),
};

export const bankingContract = {
  listBanks: query({
    summary: "The banks this gateway knows.",
    roles: staff,
    input: z.void(),
    output: z.object({ items: z.array(bankSchema), nextCursor: z.null() }),
    rest: { method: "GET", path: "/banking/banks" },
  }),
  getBankStatus: query({
    summary: "State of the link to one bank; does not connect.",
    roles: staff,
    input: z.object({ bank: bankKeySchema }),
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
    input: batchReference.extend({ includeItems: z.boolean().default(false) }),
    output: batchDetailSchema,
    rest: { method: "GET", path: "/banking/batches/{batchId}" },
  }),
  listBatches: query({
    summary: "Batches, newest first.",
    roles: staff,
    input: z.object({
      bank: bankKeySchema.optional(),
      status: z.enum(batchStatuses).optional(),
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
      sealed: z.boolean(),
      fileName: z.string(),
      sha256: sha256Schema,
      sizeBytes: z.int(),
      recordCount: z.int(),
      totalAmount: amountTwdSchema,
      contentBase64: z.base64(),
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
      sha256: sha256Schema,
      recordCount: z.int().optional(),
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
      reason: z.string().trim().min(1, "must not be empty").max(200, "at most 200 characters"),
    }),
    output: batchSchema,
    rest: { method: "POST", path: "/banking/batches/{batchId}/cancel" },
  }),
  settleUnknown: mutation({
    summary: "Ends an indeterminate transfer by what a person found out at the bank.",
    roles: managers,
    input: batchReference.extend({
      outcome: z.enum(["arrived", "not_arrived"]),
      /** Whom you asked, and what was said. */
      evidence: z.string().trim().min(10, "at least 10 characters").max(500, "at most 500 characters"),
    }),
    output: batchSchema,
    rest: { method: "POST", path: "/banking/batches/{batchId}/settle" },
  }),
  testConnection: mutation({
    summary: "Connects, signs in and looks at both folders, telling each step.",
    roles: managers,
    input: z.object({ bank: bankKeySchema }),
    output: connectionTestSchema,
    rest: { method: "POST", path: "/banking/{bank}/test-connection" },
  }),
  testUpload: mutation({
    summary: "Connects, writes, verifies, renames and deletes a harmless file, telling each step.",
    roles: managers,
    input: z.object({ bank: bankKeySchema }),
    output: connectionTestSchema,
    rest: { method: "POST", path: "/banking/{bank}/test-upload" },
  }),
  pollInbound: mutation({
    summary: "Looks for reply files now, stores and reconciles the new ones.",
    roles: staff,
    input: z.object({ bank: bankKeySchema }),
    output: pollResultSchema,
    rest: { method: "POST", path: "/banking/{bank}/poll" },
  }),
  listInboundFiles: query({
    summary: "Files received from the banks, newest first.",
    roles: staff,
    input: z.object({
      bank: bankKeySchema.optional(),
      status: z.enum(inboundFileStatuses).optional(),
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
    output: z.object({ fileName: z.string(), contentType: z.string(), content: z.string() }),
    rest: { method: "GET", path: "/banking/batches/{batchId}/reconciliation/export" },
  }),
  applyCorrection: mutation({
    summary: "Applies a file that corrects an earlier one of its name; earlier results that it changes are reversed.",
    roles: managers,
    input: z.object({
      fileId: idSchema,
      reason: z.string().trim().min(10, "at least 10 characters").max(300, "at most 300 characters"),
    }),
    output: inboundFileSchema,
    rest: { method: "POST", path: "/banking/inbound-files/{fileId}/apply" },
  }),
  watchBatch: subscription({
    summary: "Every change of a batch's state, from the beginning or from after an event that was seen.",
    roles: staff,
    input: batchReference.extend({
      lastEventId: z
        .string()
        .regex(/^[0-9]{1,15}$/, "must be the id of an event")
        .optional(),
    }),
    output: batchEventSchema,
  }),
  listLayouts: query({
    summary: "The file layouts this gateway knows, with what is wrong with those that cannot be loaded.",
    roles: staff,
    input: z.void(),
    output: z.object({ items: z.array(layoutSchema), nextCursor: z.null() }),
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
    output: z.object({ items: z.array(calendarDaySchema), nextCursor: z.null() }),
    rest: { method: "GET", path: "/banking/calendar" },
  }),
  setCalendarDay: mutation({
    summary:
      "Says what a day is for one bank or all: closed (holiday, typhoon), open (make-up day) or with an early cut-off.",
    roles: managers,
    input: z.object({
      bank: calendarBankSchema,
      day: daySchema,
      kind: z.enum(calendarDayKinds),
      cutoffTime: wallTimeSchema.optional().describe("needed for early_cutoff"),
      note: z.string().trim().max(100, "at most 100 characters").default(""),
    }),
    output: calendarDaySchema,
    rest: { method: "POST", path: "/banking/calendar" },
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
    output: z.object({ bank: bankKeySchema, virtualAccount: z.string() }),
    rest: { method: "GET", path: "/banking/{bank}/virtual-account" },
  }),
  checkVirtualAccount: query({
    summary: "Whether a virtual account fits the bank's rule, and its amount where that is bound into it.",
    roles: staff,
    input: z.object({ ...virtualAccountInput, virtualAccount: z.string().regex(/^[0-9]{2,16}$/, "2 to 16 digits") }),
    output: z.object({ valid: z.boolean() }),
    rest: { method: "GET", path: "/banking/{bank}/virtual-account/check" },
  }),
} satisfies RouterContract;
