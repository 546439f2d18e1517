import { z } from "zod";

/** Values that a layout's text fields may carry. */
export const textValues = [
  "batchNumber",
  "fileTime",
  "fileSequence",
  "formatVersion",
  "clearingCode",
  "companyCode",
  "companyName",
  "senderUnit",
  "receiverUnit",
  "transactionType",
  "transactionCode",
  "transactionId",
  "bankNumber",
  "branchNumber",
  "presentingUnit",
  "presentingAccount",
  "receivingUnit",
  "accountNumber",
  "accountHolder",
  "originatorId",
  "idNumber",
  "customerNumber",
  "customerReference",
  "memo",
  "note",
  "otherNote",
  "bankReference",
  "responseCode",
  "responseMessage",
  "virtualAccount",
  "payerBank",
  "processedTime",
  "channel",
  "amountSign",
  "debitCredit",
  "flag",
  "status",
] as const;

/** Values that a layout's date fields may carry, `YYYY-MM-DD` in the gateway. */
export const dateValues = ["fileDate", "paymentDate", "processedDate", "originalDate", "previousDate"] as const;

/** Values that a layout's amount fields may carry, whole NT$ in the gateway. */
export const amountValues = ["amount", "processedAmount", "totalAmount", "successAmount", "failAmount"] as const;

/** Values that a layout's number fields may carry. */
export const numberValues = [
  "sequence",
  "originalSequence",
  "totalCount",
  "successCount",
  "failCount",
  "hashTotal",
] as const;

export type TextValue = (typeof textValues)[number];
export type DateValue = (typeof dateValues)[number];
export type AmountValue = (typeof amountValues)[number];
export type NumberValue = (typeof numberValues)[number];

/** What one record of a bank file says, in the gateway's own terms; a field the layout lacks is absent. */
export type RecordValues = Partial<
  Record<TextValue | DateValue, string> &
    Record<AmountValue | NumberValue, number> & {
      /** Name of the detail record, only where a layout has several kinds; the first kind when absent. */
      recordName: string;
    }
>;

const width = z.int().min(1).max(4096);
const place = { name: z.string().min(1).max(60), start: z.int().min(1), length: width };

const textRules = {
  value: z.enum(textValues),
  /** `ascii`: 20-7E only. `digits`: 0-9 only. `any`: whatever the file's encoding has. */
  charset: z.enum(["any", "ascii", "digits"]).default("any"),
  required: z.boolean().default(false),
  /** A value that does not fit is refused, or cut at the last whole character that fits. */
  onOverflow: z.enum(["refuse", "cut"]).default("refuse"),
  /** A character that the code page lacks is refused, or replaced as the bank's table says, or by a full-width `？`. */
  onUnmappable: z.enum(["refuse", "substitute", "fullwidth_question"]).default("refuse"),
  /** Done in this order before anything is counted; composition (NFC) always comes first. */
  transforms: z
    .array(z.enum(["trim", "upper_case", "full_width", "half_width"]))
    .max(4)
    .default([]),
  /** Written where there is no value. */
  default: z.string().min(1).optional(),
  /** When read: bytes that are no character refuse the file, or become U+FFFD each. */
  onUndecodable: z.enum(["refuse", "replace"]).default("refuse"),
};
const dateRules = {
  value: z.enum(dateValues),
  /** Gregorian with or without slashes, or the year of the Republic (year − 1911) with two to four digits. */
  style: z.enum(["YYYYMMDD", "YYYY/MM/DD", "ROC6", "ROC7", "ROC8"]),
  required: z.boolean().default(true),
};
const amountRules = {
  value: z.enum(amountValues),
  /** Decimals that the field implies (fixed width) or writes (delimited). NT$ have none, so these digits are zeros. */
  decimals: z.int().min(0).max(4),
};
const numberRules = { value: z.enum(numberValues), required: z.boolean().default(true) };

/** A field of a fixed-width record. `start` counts bytes from 1. */
export const fixedFieldSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("literal"), ...place, text: z.string().min(1) }),
  z.strictObject({ kind: z.literal("filler"), ...place }),
  z.strictObject({
    kind: z.literal("text"),
    ...place,
    ...textRules,
    align: z.enum(["left", "right"]).default("left"),
    /** `zero`: right-aligned digits behind zeros, which are part of the value when read. */
    pad: z.enum(["space", "zero"]).default("space"),
  }),
  z.strictObject({ kind: z.literal("date"), ...place, ...dateRules }),
  z.strictObject({
    kind: z.literal("amount"),
    ...place,
    ...amountRules,
    /** `left`: without leading zeros, spaces behind. */
    align: z.enum(["left", "right"]).default("right"),
  }),
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
  /** The literal by which a record is told apart, at a byte position counted from 1. Only a single kind of record needs none. */
  selector: z.strictObject({ start: z.int().min(1), text: z.string().min(1).max(10) }).optional(),
  /** A header or trailer that a file may lack. */
  optional: z.boolean().default(false),
  /** What a detail of a reply tells: the result of a debit, or that it came back, which reverses an earlier success. */
  meaning: z.enum(["result", "return"]).default("result"),
  /** Length of this kind of record, where it is not that of the layout. */
  bytes: width.optional(),
  fields: z.array(fixedFieldSchema).min(1).max(200),
});

const responseCodeSchema = z.strictObject({
  meaning: z.string(),
  /**
   * `repeatable`: failed, and the same debit may be presented again. `duplicate`: an earlier submission was accepted.
   * `unauthorised`: failed, and a new authorisation is needed.
   */
  outcome: z.enum(["success", "failed", "repeatable", "duplicate", "unauthorised"]),
});

/** Whether a value is one of these texts. */
const valueTest = z.strictObject({ value: z.enum(textValues), texts: z.array(z.string()).min(1).max(20) });

const common = {
  id: z.string().regex(/^[a-z0-9-]{3,60}$/, "3 to 60 characters of a-z 0-9 -"),
  title: z.string().min(1),
  /** `statement`: money that came in. `authorisation`: mandates for debits, and their replies. */
  direction: z.enum(["payment", "reply", "statement", "authorisation", "authorisation_reply"]),
  /** Used where the bank's configuration names none. */
  encoding: z.enum(["BIG5", "UTF-8", "ASCII"]),
  eol: z.enum(["CRLF", "LF"]),
  /** Code table of a reply. It belongs to the layout: banks give the same code different meanings. */
  responseCodes: z.record(z.string(), responseCodeSchema).default({}),
  /** What it means that a presented item is not in the reply. */
  absence: z.enum(["missing", "success_after_window"]).default("missing"),
  /** Banking days after the payment date until which returns may come, for `success_after_window`. */
  returnWindowDays: z.int().min(0).max(30).default(1),
  /** Transaction types whose debits need a confirmed authorisation. */
  needsAuthorisation: z.array(z.string().min(1).max(10)).max(10).default([]),
  /** How the lines of a statement are read. */
  receipts: z
    .strictObject({
      /** A line that answers to one of these takes money back. */
      reversal: z.array(valueTest).max(5).default([]),
      /** Lines that do not answer to it are told and not posted; absent: every line counts. */
      settled: valueTest.optional(),
    })
    .default({ reversal: [] }),
  /** What `hashTotal` adds up: the last digits of every account number, modulo a power of ten. */
  hashTotal: z.strictObject({ lastDigits: z.int().min(1).max(9), modulusDigits: z.int().min(1).max(15) }).optional(),
};

/**
 * A bank file described as data. Control values have their rule in their name: `sequence` counts details from 1,
 * `totalCount` and `totalAmount` add all details, `success…` and `fail…` those whose response code means success or not. A
 * trailer's other values repeat those of the header.
 */
export const layoutDescriptionSchema = z.discriminatedUnion("format", [
  z.strictObject({
    format: z.literal("fixed_width"),
    ...common,
    recordBytes: width,
    /** Whether the last record ends with the end-of-line too. `optional`: it is written, and may be missing when read. */
    finalEol: z.enum(["required", "optional", "none"]),
    records: z.array(fixedRecordSchema).min(1).max(10),
  }),
  z.strictObject({
    format: z.literal("csv"),
    ...common,
    /** Whether a file in UTF-8 begins with a byte order mark; it is passed over when read, in any case. */
    byteOrderMark: z.boolean().default(false),
    delimiter: z.enum([",", "|", "\t"]),
    columns: z.array(columnSchema).min(1).max(100),
  }),
]);

export type LayoutDescription = z.output<typeof layoutDescriptionSchema>;
export type LayoutInput = z.input<typeof layoutDescriptionSchema>;
export type FixedLayout = Extract<LayoutDescription, { format: "fixed_width" }>;
export type DelimitedLayout = Extract<LayoutDescription, { format: "csv" }>;
export type FixedRecordInput = z.input<typeof fixedRecordSchema>;
export type FixedFieldInput = z.input<typeof fixedFieldSchema>;
export type FixedRecord = z.output<typeof fixedRecordSchema>;
export type FixedField = z.output<typeof fixedFieldSchema>;
export type Column = z.output<typeof columnSchema>;
export type ResponseCode = z.output<typeof responseCodeSchema>;
export type ValueTest = z.output<typeof valueTest>;
export type EncodingName = LayoutDescription["encoding"];
