import { z } from "zod";

/** Values that a layout's text fields may carry. */
export const textValues = [
  "batchNumber",
  "clearingCode",
  "companyCode",
  "transactionId",
  "accountNumber",
  "accountHolder",
  "idNumber",
  "memo",
  "bankReference",
  "responseCode",
  "responseMessage",
] as const;

/** Values that a layout's date fields may carry, `YYYY-MM-DD` in the gateway. */
export const dateValues = ["fileDate", "paymentDate", "processedDate"] as const;

/** Values that a layout's amount fields may carry, whole NT$ in the gateway. */
export const amountValues = ["amount", "processedAmount", "totalAmount", "successAmount", "failAmount"] as const;

/** Values that a layout's number fields may carry. */
export const numberValues = ["sequence", "totalCount", "successCount", "failCount"] as const;

export type TextValue = (typeof textValues)[number];
export type DateValue = (typeof dateValues)[number];
export type AmountValue = (typeof amountValues)[number];
export type NumberValue = (typeof numberValues)[number];

/** What one record of a bank file says, in the gateway's own terms; a field the layout lacks is absent. */
export type RecordValues = Partial<Record<TextValue | DateValue, string> & Record<AmountValue | NumberValue, number>>;

const width = z.int().min(1).max(4096);
const place = { name: z.string().min(1).max(60), start: z.int().min(1), length: width };

const textRules = {
  value: z.enum(textValues),
  /** `ascii`: 20-7E only. `digits`: 0-9 only. `any`: whatever the file's encoding has. */
  charset: z.enum(["any", "ascii", "digits"]).default("any"),
  required: z.boolean().default(false),
  /** A value that does not fit is refused, or cut at the last whole character that fits. */
  onOverflow: z.enum(["refuse", "cut"]).default("refuse"),
  /** When read: bytes that are no character refuse the file, or become U+FFFD each. */
  onUndecodable: z.enum(["refuse", "replace"]).default("refuse"),
};
const dateRules = {
  value: z.enum(dateValues),
  /** Gregorian with or without slashes, or the year of the Republic (year − 1911) with two to four digits. */
  style: z.enum(["YYYYMMDD", "YYYY/MM/DD", "ROC7", "ROC8"]),
  required: z.boolean().default(true),
};
const amountRules = {
  value: z.enum(amountValues),
  /** Decimals that the field implies (fixed width) or writes (delimited). NT$ have none, so these digits are zeros. */
  decimals: z.int().min(0).max(4),
};
const numberRules = { value: z.enum(numberValues) };

/** A field of a fixed-width record. `start` counts bytes from 1. */
export const fixedFieldSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("literal"), ...place, text: z.string().min(1) }),
  z.strictObject({ kind: z.literal("filler"), ...place }),
  z.strictObject({ kind: z.literal("text"), ...place, ...textRules, align: z.enum(["left", "right"]).default("left") }),
  z.strictObject({ kind: z.literal("date"), ...place, ...dateRules }),
  z.strictObject({ kind: z.literal("amount"), ...place, ...amountRules }),
  z.strictObject({ kind: z.literal("number"), ...place, ...numberRules }),
]);

/** A column of a delimited file, found by its header text. */
export const columnSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("text"),
    header: z.string().min(1),
    optional: z.boolean().default(false),
    ...textRules,
    length: width,
  }),
  z.strictObject({
    kind: z.literal("date"),
    header: z.string().min(1),
    optional: z.boolean().default(false),
    ...dateRules,
  }),
  z.strictObject({
    kind: z.literal("amount"),
    header: z.string().min(1),
    optional: z.boolean().default(false),
    ...amountRules,
  }),
  z.strictObject({
    kind: z.literal("number"),
    header: z.string().min(1),
    optional: z.boolean().default(false),
    ...numberRules,
  }),
]);

export const fixedRecordSchema = z.strictObject({
  name: z.string().min(1).max(60),
  role: z.enum(["header", "detail", "trailer"]),
  /** The literal by which a record is told apart, at a byte position counted from 1. */
  selector: z.strictObject({ start: z.int().min(1), text: z.string().min(1).max(10) }),
  fields: z.array(fixedFieldSchema).min(1).max(200),
});

const responseCodeSchema = z.strictObject({
  meaning: z.string(),
  /** `repeatable`: failed, and the same debit may be presented again. `duplicate`: an earlier submission was accepted. */
  outcome: z.enum(["success", "failed", "repeatable", "duplicate"]),
});

const common = {
  id: z.string().regex(/^[a-z0-9-]{3,60}$/, "3 to 60 characters of a-z 0-9 -"),
  title: z.string().min(1),
  direction: z.enum(["payment", "reply"]),
  /** Used where the bank's configuration names none. */
  encoding: z.enum(["BIG5", "UTF-8", "ASCII"]),
  eol: z.enum(["CRLF", "LF"]),
  /** Code table of a reply. It belongs to the layout: banks give the same code different meanings. */
  responseCodes: z.record(z.string(), responseCodeSchema).default({}),
  /** What it means that a presented item is not in the reply. */
  absence: z.enum(["missing", "success_after_window"]).default("missing"),
};

/**
 * A bank file described as data. Control values have their rule in their name: `sequence` counts details from 1,
 * `totalCount` and `totalAmount` add all details, `success…` and `fail…` those whose response code means success or not.
 */
export const layoutDescriptionSchema = z.discriminatedUnion("format", [
  z.strictObject({
    format: z.literal("fixed_width"),
    ...common,
    recordBytes: width,
    /** Whether the last record ends with the end-of-line too. When read, either is accepted only if `optional`. */
    finalEol: z.enum(["required", "optional"]),
    records: z.array(fixedRecordSchema).min(1).max(10),
  }),
  z.strictObject({
    format: z.literal("csv"),
    ...common,
    delimiter: z.enum([",", "|", "\t"]),
    columns: z.array(columnSchema).min(1).max(100),
  }),
]);

export type LayoutDescription = z.output<typeof layoutDescriptionSchema>;
export type LayoutInput = z.input<typeof layoutDescriptionSchema>;
export type FixedLayout = Extract<LayoutDescription, { format: "fixed_width" }>;
export type DelimitedLayout = Extract<LayoutDescription, { format: "csv" }>;
export type FixedRecordInput = z.input<typeof fixedRecordSchema>;
export type FixedRecord = z.output<typeof fixedRecordSchema>;
export type FixedField = z.output<typeof fixedFieldSchema>;
export type Column = z.output<typeof columnSchema>;
export type ResponseCode = z.output<typeof responseCodeSchema>;
export type EncodingName = LayoutDescription["encoding"];
