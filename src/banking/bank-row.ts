import { z } from "zod";
import type { BankProfile } from "./connectors/port.ts";

const wallTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");
const pathSchema = z.string().regex(/^\/[^\0]*$/, "must be an absolute path");

const profileSchema = z.strictObject({
  submission: z.enum(["atomic", "direct"]).default("atomic"),
  readBack: z.boolean().default(true),
  stat: z.boolean().default(true),
  exclusiveOpen: z.boolean().default(true),
  fsync: z.boolean().default(true),
}) satisfies z.ZodType<BankProfile>;

/** A bank's configuration as a row or a built-in default gives it; the columns of the deployment guide have no default here. */
export const bankRowSchema = z.object({
  bankCode: z.string().regex(/^[a-z][a-z0-9_]{1,19}$/, "must be a-z 0-9 _, 2 to 20 characters"),
  bankName: z.string().min(1),
  sftpHost: z.string().min(1),
  sftpPort: z.int().min(1).max(65535).default(22),
  uploadPath: pathSchema,
  downloadPath: pathSchema,
  fileFormat: z.enum(["fixed_width", "csv"]),
  encoding: z.string().min(1),
  isActive: z.boolean().default(true),
  delimiter: z.enum([",", "|", "\t"]).nullable().default(null),
  paymentLayout: z.string().nullable().default(null),
  replyLayout: z.string().nullable().default(null),
  paymentFilePattern: z.string().default("PAY_{YYYYMMDD}_{BATCH}.txt"),
  reconciliationFilePattern: z.string().default("REC_{YYYYMMDD}*.txt"),
  rejectionFilePattern: z.string().nullable().default("REJ_{FILE}"),
  clearingCode: z
    .string()
    .regex(/^[0-9]{3}$/, "must be three digits")
    .nullable()
    .default(null),
  companyCode: z.string().max(10).default(""),
  cutoffTime: wallTimeSchema.nullable().default(null),
  approvalsRequired: z.int().min(1).max(5).default(1),
  connectionsMax: z.int().min(1).max(20).default(5),
  hostKeyPins: z.array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "must be SHA256: and 43 characters")).default([]),
  profile: profileSchema.default({
    submission: "atomic",
    readBack: true,
    stat: true,
    exclusiveOpen: true,
    fsync: true,
  }),
  pollIntervalSeconds: z.int().min(1).max(86_400).default(60),
  stableAfterSeconds: z.int().min(0).max(600).default(2),
});

export type BankRow = z.output<typeof bankRowSchema>;

/** A bank that is known without a row, e.g. from the start-up configuration. A row of the same bank replaces it. */
export type BankConfiguration = z.input<typeof bankRowSchema>;

/** A bank's configuration before it is checked by `bankRowSchema`. */
export type UncheckedBank = Record<string, unknown> &
  Pick<BankConfiguration, "bankCode" | "bankName" | "encoding" | "isActive"> & { fileFormat: string };
