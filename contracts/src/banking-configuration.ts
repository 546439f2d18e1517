import { z } from "zod";

const wallTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");
const pathSchema = z.string().regex(/^\/[^\0]*$/, "must be an absolute path");
const limitSchema = z.int().min(1).max(999_999_999_999).nullable().default(null);

/** Key of a bank in the gateway's configuration (`mega`, `ctbc` …); not its three-digit clearing code. */
export const bankKeySchema = z.string().regex(/^[a-z][a-z0-9_]{1,19}$/, "must be a bank's key, e.g. mega");

/** How a bank's server differs from an ordinary one. */
export const bankProfileSchema = z.object({
  submission: z
    .enum(["atomic", "direct"])
    .default("atomic")
    .describe("direct: written under its final name, for servers that collect every file as soon as it is closed"),
  readBack: z.boolean().default(true).describe("uploaded files may be read back"),
  stat: z.boolean().default(true).describe("files may be looked at"),
  exclusiveOpen: z.boolean().default(true).describe("the server honours that a file must not exist"),
  fsync: z.boolean().default(true).describe("fsync@openssh.com is asked for where it is offered"),
});

/** What is done with texts that a bank's file cannot take as they are. */
export const textPolicySchema = z.object({
  substitutions: z
    .record(z.string(), z.string())
    .optional()
    .describe("what is written for a character that the code page lacks, in fields that say substitute"),
  fields: z
    .record(
      z.string(),
      z.object({
        onUnmappable: z.enum(["refuse", "substitute", "fullwidth_question"]).optional(),
        transforms: z
          .array(z.enum(["trim", "upper_case", "full_width", "half_width"]))
          .max(4)
          .optional(),
        onOverflow: z.enum(["refuse", "cut"]).optional(),
      }),
    )
    .optional()
    .describe("rules by value, e.g. accountHolder"),
});

const algorithmNames = z.array(z.string().regex(/^[a-z0-9@.-]{3,60}$/, "must be the name of an algorithm")).max(10);

/** Algorithms of SSH that are added for one bank; nothing is ever added for all. */
export const legacyAlgorithmsSchema = z.object({
  kex: algorithmNames.optional(),
  serverHostKey: algorithmNames.optional(),
  cipher: algorithmNames.optional(),
  hmac: algorithmNames.optional(),
});

/** A virtual account's parts in order, and its check digit, as data. */
export const virtualAccountRuleSchema = z.object({
  parts: z
    .array(
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("literal"), digits: z.string().regex(/^[0-9]{1,16}$/) }),
        z.object({
          kind: z.literal("due_date"),
          format: z
            .enum(["YDDD", "MMDD", "MMDDHH"])
            .describe("YDDD: last digit of the ROC-like year (year − 1) and day of the year"),
        }),
        z.object({ kind: z.literal("customer"), length: z.int().min(1).max(12) }),
      ]),
    )
    .min(1)
    .max(6),
  weights: z.array(z.int().min(0).max(99)).min(1).max(16).describe("of the digits from the left, repeated as needed"),
  amountWeights: z
    .array(z.int().min(0).max(99))
    .max(12)
    .optional()
    .describe("of the amount's digits from the right; absent: the amount is not bound"),
  modulus: z.int().min(2).max(97).default(10),
  complement: z.boolean().default(true).describe("the check digit is modulus − remainder"),
  digitwiseModulus: z.boolean().default(false).describe("every product is reduced by 10 before it is added"),
});

/** A bank's configuration as a row, a built-in default or `upsertBank` gives it. */
export const bankConfigurationSchema = z.object({
  bankCode: bankKeySchema,
  bankName: z.string().min(1).max(60),
  sftpHost: z.string().min(1).max(253),
  sftpPort: z.int().min(1).max(65535).default(22),
  uploadPath: pathSchema,
  downloadPath: pathSchema,
  fileFormat: z.enum(["fixed_width", "csv"]),
  encoding: z.string().min(1).max(20),
  isActive: z.boolean().default(true),
  delimiter: z.enum([",", "|", "\t"]).nullable().default(null),
  paymentLayout: z.string().nullable().default(null).describe("id of a layout; null: that of the file format"),
  replyLayout: z.string().nullable().default(null).describe("id of a layout; null: that of the file format"),
  paymentFilePattern: z.string().max(100).default("PAY_{YYYYMMDD}_{BATCH}.txt"),
  reconciliationFilePattern: z.string().max(100).default("REC_{YYYYMMDD}*.txt"),
  rejectionFilePattern: z.string().max(100).nullable().default("REJ_{FILE}"),
  clearingCode: z
    .string()
    .regex(/^[0-9]{3}$/, "must be three digits")
    .nullable()
    .default(null),
  companyCode: z.string().max(10).default(""),
  cutoffTime: wallTimeSchema
    .nullable()
    .default(null)
    .describe("HH:MM in Taipei on the payment date; null: files are taken at any time"),
  approvalsRequired: z.int().min(1).max(5).default(1),
  connectionsMax: z.int().min(1).max(20).default(5),
  hostKeyPins: z
    .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "must be SHA256: and 43 characters"))
    .max(10)
    .default([])
    .describe("fingerprints of the server's key; several while the bank changes it"),
  profile: bankProfileSchema.default({
    submission: "atomic",
    readBack: true,
    stat: true,
    exclusiveOpen: true,
    fsync: true,
  }),
  pollIntervalSeconds: z.int().min(1).max(86_400).default(60),
  stableAfterSeconds: z.int().min(0).max(600).default(2),
  archivePath: pathSchema
    .nullable()
    .default(null)
    .describe("where fetched files are moved at the bank once their result is stored; null: they stay"),
  readySuffix: z
    .string()
    .regex(/^\.[A-Za-z0-9]{1,10}$/, "must be an ending such as .ok")
    .nullable()
    .default(null)
    .describe("a file is whole once another one of its name and this ending is there"),
  textPolicy: textPolicySchema.default({}),
  fileValues: z
    .record(z.string(), z.string().max(60))
    .default({})
    .describe("values that are the same in every file and item, e.g. senderUnit of an ACH file"),
  itemLimit: limitSchema.describe("NT$ of one debit at most"),
  batchLimit: limitSchema.describe("NT$ of one batch at most"),
  dayLimit: limitSchema.describe("NT$ of all batches of one payment date at most"),
  secondApprovalAbove: limitSchema.describe("NT$ above which a batch needs two approvers at least"),
  duplicateCheckDays: z.int().min(0).max(400).default(30),
  addressAllowList: z
    .array(z.string().regex(/^[0-9a-fA-F.:]{2,45}\/[0-9]{1,3}$/, "must be a network, e.g. 203.0.113.0/24"))
    .max(50)
    .default([])
    .describe("networks in which every address of the server's name must lie; empty: any"),
  legacyAlgorithms: legacyAlgorithmsSchema.default({}),
  pgpPublicKey: z.string().max(20_000).nullable().default(null).describe("armored key to which files are encrypted"),
  virtualAccountRule: virtualAccountRuleSchema.nullable().default(null),
});

export type VirtualAccountRule = z.output<typeof virtualAccountRuleSchema>;
