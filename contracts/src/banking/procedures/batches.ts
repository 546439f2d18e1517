import { z } from "zod";
import { amountTwdSchema, idSchema, pageOf, pageRequestSchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff, subscription } from "../../procedure.ts";
import {
  batchDetailSchema,
  batchEventSchema,
  batchSchema,
  batchStatusSchema,
  createBatchInputSchema,
} from "../batches.ts";
import { bankKeySchema, batchReference, sha256Schema } from "../fields.ts";

/** Batches of debits, from the draft to the bank. */
export const batchProcedures = {
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
      status: batchStatusSchema.optional(),
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
        .describe("Why, for the record"),
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
} satisfies RouterContract;
