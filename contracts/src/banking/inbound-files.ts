import { z } from "zod";
import { idSchema, instantSchema } from "../common.ts";
import { bankKeySchema, sha256Schema } from "./fields.ts";

/** What became of an inbound file; `inboundFileStatusSchema` says what is not plain. */
export const inboundFileStatuses = ["received", "applied", "quarantined", "correction", "replay", "rejection"] as const;
export type InboundFileStatus = (typeof inboundFileStatuses)[number];

/** What an inbound file is about. `reply` answers a batch of debits; `statement` tells money received. */
export const inboundFileKinds = ["reply", "authorisation_reply", "statement", "rejection"] as const;
export type InboundFileKind = (typeof inboundFileKinds)[number];

export const inboundFileStatusSchema = z
  .enum(inboundFileStatuses)
  .describe(
    "correction: another content under a name that came before, which a person decides about. replay: the same content under another name, of which nothing follows",
  );

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
  name: z.string().describe("Name that it had at the bank"),
  sha256: sha256Schema.describe("SHA-256 of the content, lower-case hexadecimal"),
  sizeBytes: z.int().describe("Size in bytes"),
  receivedAt: instantSchema,
  kind: z.enum(inboundFileKinds).describe("reply: answers a batch of debits. statement: tells money received"),
  status: inboundFileStatusSchema,
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
