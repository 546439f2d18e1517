import { z } from "zod";
import { idSchema, pageOf, pageRequestSchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { bankKeySchema, bankReference, batchReference, csvFileSchema, reasonSchema } from "../fields.ts";
import { inboundFileSchema, inboundFileStatusSchema, pollResultSchema } from "../inbound-files.ts";
import { bankReconciliationSchema } from "../reconciliation.ts";

/** The banks' files, and how their replies add up. */
export const inboundFileProcedures = {
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
      status: inboundFileStatusSchema.optional(),
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
      reason: reasonSchema,
    }),
    output: inboundFileSchema,
    rest: { method: "POST", path: "/banking/inbound-files/{fileId}/apply" },
  }),
} satisfies RouterContract;
