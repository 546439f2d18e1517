import { z } from "zod";
import {
  amountTwdSchema,
  daySchema,
  idempotencyKeySchema,
  idSchema,
  instantSchema,
  pageOf,
  pageRequestSchema,
} from "./common.ts";
import { managers, mutation, query, type RouterContract, staff } from "./procedure.ts";

/** Key of a bank in the gateway's configuration (`mega`, `ctbc` …); not its three-digit clearing code. */
export const bankKeySchema = z.string().regex(/^[a-z][a-z0-9_]{1,19}$/, "must be a bank's key, e.g. mega");

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
export const heldReasons = ["cutoff_passed", "transfer_failed", "name_taken", "settled_not_arrived"] as const;
export type HeldReason = (typeof heldReasons)[number];

/** What can go wrong between the gateway and a bank's server; the label `error_type` of the metrics. */
export const transferErrorTypes = [
  "dns",
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
  "wrong_bank",
  "unparseable",
] as const;
export type LineClass = (typeof lineClasses)[number];

/** `pending` until the bank has said something; `paid_by_absence` where a layout lists only failures. */
export const itemStatuses = ["pending", "success", "failed", "paid_by_absence"] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** What became of an inbound file. */
export const inboundFileStatuses = ["received", "applied", "quarantined", "correction", "rejection"] as const;
export type InboundFileStatus = (typeof inboundFileStatuses)[number];

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
  accountNumber: z.string().regex(/^[0-9]{6,14}$/, "6 to 14 digits"),
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
});
export type BatchItemInput = z.output<typeof batchItemInputSchema>;

export const createBatchInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  bank: bankKeySchema,
  /** The day on which the bank is to debit, Taipei. */
  paymentDate: daySchema,
  items: z.array(batchItemInputSchema).min(1, "at least one item").max(batchItemsMax, `at most ${batchItemsMax} items`),
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

export const reconciliationSchema = z.object({
  batchId: idSchema,
  bank: bankKeySchema,
  batchStatus: z.enum(batchStatuses),
  expected: countAndAmountSchema,
  succeeded: countAndAmountSchema,
  failed: countAndAmountSchema,
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
    output: reconciliationSchema,
    rest: { method: "GET", path: "/banking/batches/{batchId}/reconciliation" },
  }),
} satisfies RouterContract;
