import { z } from "zod";
import { bankKeySchema, wallTimeSchema } from "./fields.ts";

const pathSchema = z.string().regex(/^\/[^\0]*$/, "must be an absolute path");
const limitSchema = z.int().min(1).max(999_999_999_999).nullable().default(null);

/** How a bank's server differs from an ordinary one. */
export const bankProfileSchema = z.object({
  submission: z
    .enum(["atomic", "direct"])
    .default("atomic")
    .describe("direct: written under its final name, for servers that collect every file as soon as it is closed"),
  readBack: z.boolean().default(true).describe("Uploaded files may be read back"),
  stat: z.boolean().default(true).describe("Files may be looked at"),
  exclusiveOpen: z.boolean().default(true).describe("The server honours that a file must not exist"),
  fsync: z.boolean().default(true).describe("fsync@openssh.com is asked for where it is offered"),
});

/** What is done with texts that a bank's file cannot take as they are. */
export const textPolicySchema = z.object({
  substitutions: z
    .record(z.string(), z.string())
    .optional()
    .describe("What is written for a character that the code page lacks, in fields that say substitute"),
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
    .describe("Rules by value, e.g. accountHolder"),
});

const algorithmNames = z.array(z.string().regex(/^[a-z0-9@.-]{3,60}$/, "must be the name of an algorithm")).max(10);

/** Algorithms of SSH that are added for one bank; nothing is ever added for all. */
export const legacyAlgorithmsSchema = z.object({
  kex: algorithmNames.optional().describe("Key exchange"),
  serverHostKey: algorithmNames.optional().describe("Keys of the server"),
  cipher: algorithmNames.optional().describe("Ciphers"),
  hmac: algorithmNames.optional().describe("Message authentication"),
});

/** A virtual account's parts in order, and its check digit, as data. */
export const virtualAccountRuleSchema = z.object({
  parts: z
    .array(
      z.discriminatedUnion("kind", [
        z.object({
          kind: z.literal("literal"),
          digits: z
            .string()
            .regex(/^[0-9]{1,16}$/)
            .describe("Digits as they stand"),
        }),
        z.object({
          kind: z.literal("due_date"),
          format: z
            .enum(["YDDD", "MMDD", "MMDDHH"])
            .describe("YDDD: last digit of the ROC-like year (year − 1) and day of the year"),
        }),
        z.object({ kind: z.literal("customer"), length: z.int().min(1).max(12).describe("How many digits") }),
      ]),
    )
    .min(1)
    .max(6)
    .describe("Parts of the number, in order"),
  weights: z.array(z.int().min(0).max(99)).min(1).max(16).describe("Of the digits from the left, repeated as needed"),
  amountWeights: z
    .array(z.int().min(0).max(99))
    .max(12)
    .optional()
    .describe("Of the amount's digits from the right; absent: the amount is not bound"),
  modulus: z.int().min(2).max(97).default(10).describe("The weighted sum is reduced by it"),
  complement: z.boolean().default(true).describe("The check digit is modulus − remainder"),
  digitwiseModulus: z.boolean().default(false).describe("Every product is reduced by 10 before it is added"),
});

/** A bank's configuration as a row, a built-in default or `upsertBank` gives it. */
export const bankConfigurationSchema = z.object({
  bankCode: bankKeySchema.describe("Key of the bank, e.g. mega; it stays"),
  bankName: z.string().min(1).max(60).describe("Name for people"),
  sftpHost: z.string().min(1).max(253).describe("Name or address of the bank's server"),
  sftpPort: z.int().min(1).max(65535).default(22).describe("Port of the bank's server"),
  uploadPath: pathSchema.describe("Folder for our files"),
  downloadPath: pathSchema.describe("Folder of the bank's files"),
  fileFormat: z.enum(["fixed_width", "csv"]).describe("Whether records have fixed places, or values are separated"),
  encoding: z.string().min(1).max(20).describe("Character encoding of its files"),
  isActive: z.boolean().default(true).describe("Whether it is in use"),
  delimiter: z.enum([",", "|", "\t"]).nullable().default(null).describe("Of delimited files"),
  paymentLayout: z.string().nullable().default(null).describe("Id of a layout; null: that of the file format"),
  replyLayout: z.string().nullable().default(null).describe("Id of a layout; null: that of the file format"),
  paymentFilePattern: z
    .string()
    .max(100)
    .default("PAY_{YYYYMMDD}_{BATCH}.txt")
    .describe("Name of our files: {YYYYMMDD} the day, {BATCH} the batch's number"),
  reconciliationFilePattern: z
    .string()
    .max(100)
    .default("REC_{YYYYMMDD}*.txt")
    .describe("Names of reply files; * stands for anything"),
  rejectionFilePattern: z
    .string()
    .max(100)
    .nullable()
    .default("REJ_{FILE}")
    .describe("Names of files that refuse one of ours, {FILE}; null: the bank makes none"),
  fileNamesIgnoreCase: z.boolean().default(false).describe("The bank changes the case of file names"),
  clearingCode: z
    .string()
    .regex(/^[0-9]{3}$/, "must be three digits")
    .nullable()
    .default(null)
    .describe("The bank's three-digit clearing code"),
  companyCode: z.string().max(10).default("").describe("Our code at the bank"),
  authorisationLayout: z
    .string()
    .nullable()
    .default(null)
    .describe("Id of the layout in which authorisations are asked for, e.g. ach-p02; null: this bank takes none"),
  authorisationReplyLayout: z
    .string()
    .nullable()
    .default(null)
    .describe("Id of the layout of their replies, e.g. ach-r02"),
  authorisationFilePattern: z
    .string()
    .max(100)
    .default("AUTH_{YYYYMMDD}_{BATCH}.txt")
    .describe("Name of files that ask for authorisations"),
  authorisationReplyFilePattern: z
    .string()
    .max(100)
    .default("AUTHREC_{YYYYMMDD}*.txt")
    .describe("Names of their replies"),
  authorisationDeleteCode: z
    .string()
    .regex(/^[A-Z0-9]$/, "must be one of A-Z 0-9")
    .default("D")
    .describe("What asks for the end of an authorisation"),
  authorisationCheck: z
    .boolean()
    .default(true)
    .describe(
      "Debits of layouts that need an authorisation are held without a confirmed one; false: looked after elsewhere",
    ),
  statementLayout: z
    .string()
    .nullable()
    .default(null)
    .describe("Id of the layout of statements of money received, e.g. taishin-statement; null: this bank sends none"),
  statementFilePattern: z.string().max(100).default("STMT_{YYYYMMDD}*.txt").describe("Names of statements"),
  cutoffTime: wallTimeSchema
    .nullable()
    .default(null)
    .describe("HH:MM in Taipei on the payment date; null: files are taken at any time"),
  approvalsRequired: z.int().min(1).max(5).default(1).describe("Approvers that a batch needs before it can be sent"),
  connectionsMax: z.int().min(1).max(20).default(5).describe("Connections at the same time, over all processes"),
  hostKeyPins: z
    .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "must be SHA256: and 43 characters"))
    .max(10)
    .default([])
    .describe("Fingerprints of the server's key; several while the bank changes it"),
  profile: bankProfileSchema.default({
    submission: "atomic",
    readBack: true,
    stat: true,
    exclusiveOpen: true,
    fsync: true,
  }),
  pollIntervalSeconds: z.int().min(1).max(86_400).default(60).describe("How often its folder is looked at"),
  stableAfterSeconds: z
    .int()
    .min(0)
    .max(600)
    .default(2)
    .describe("A file is taken when it has not changed for so long"),
  archivePath: pathSchema
    .nullable()
    .default(null)
    .describe("Where fetched files are moved at the bank once their result is stored; null: they stay"),
  readySuffix: z
    .string()
    .regex(/^\.[A-Za-z0-9]{1,10}$/, "must be an ending such as .ok")
    .nullable()
    .default(null)
    .describe("A file is whole once another one of its name and this ending is there"),
  textPolicy: textPolicySchema.default({}).describe("What is done with texts that the file cannot take"),
  fileValues: z
    .record(z.string(), z.string().max(60))
    .default({})
    .describe("Values that are the same in every file and item, e.g. senderUnit of an ACH file"),
  itemLimit: limitSchema.describe("NT$ of one debit at most"),
  batchLimit: limitSchema.describe("NT$ of one batch at most"),
  dayLimit: limitSchema.describe("NT$ of all batches of one payment date at most"),
  secondApprovalAbove: limitSchema.describe("NT$ above which a batch needs two approvers at least"),
  duplicateCheckDays: z
    .int()
    .min(0)
    .max(400)
    .default(30)
    .describe("How far back debits are compared with earlier ones"),
  addressAllowList: z
    .array(z.string().regex(/^[0-9a-fA-F.:]{2,45}\/[0-9]{1,3}$/, "must be a network, e.g. 203.0.113.0/24"))
    .max(50)
    .default([])
    .describe("Networks in which every address of the server's name must lie; empty: any"),
  legacyAlgorithms: legacyAlgorithmsSchema.default({}).describe("Algorithms of SSH that are added for this bank"),
  pgpPublicKey: z.string().max(20_000).nullable().default(null).describe("Armored key to which files are encrypted"),
  virtualAccountRule: virtualAccountRuleSchema
    .nullable()
    .default(null)
    .describe("How its virtual accounts are made; null: it has none"),
});

export type VirtualAccountRule = z.output<typeof virtualAccountRuleSchema>;
