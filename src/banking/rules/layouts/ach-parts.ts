import type { FixedRecordInput } from "../layout/description.ts";
import { amount, ascii, code, count, date, digits, filler, literal, type Part, recordOf, text } from "./parts.ts";

/** What all files of the clearing house have in common: one length for all records, CRLF between them. */
export const achFile = { format: "fixed_width", encoding: "BIG5", eol: "CRLF", finalEol: "optional" } as const;

/** The newer form (V10) and the older one differ in lengths, and in a few columns at the end. */
export type AchForm = "V10" | "older";

const fieldLengths = {
  V10: { debit: { record: 250, sequence: 8, account: 16, note: 40 }, mandate: { record: 220, account: 16, note: 40 } },
  older: {
    debit: { record: 160, sequence: 6, account: 14, note: 32 },
    mandate: { record: 120, account: 14, note: 20 },
  },
};
export const debitBytes = (form: AchForm) => fieldLengths[form].debit.record;
export const mandateBytes = (form: AchForm) => fieldLengths[form].mandate.record;

const bytesOf = (parts: readonly Part[]) => parts.reduce((sum, part) => sum + part.length, 0);
/** The parts, and blanks up to the record's length. */
const filled = (parts: Part[], recordBytes: number): Part[] =>
  bytesOf(parts) < recordBytes ? [...parts, filler(recordBytes - bytesOf(parts))] : parts;

const version = (form: AchForm): Part[] => (form === "V10" ? [literal("verno", "V10")] : []);
const fileDate = date("tdate", "fileDate", "ROC8");
const account = (name: string, length: number, value: "accountNumber" | "presentingAccount") =>
  digits(name, length, value, { pad: "zero", required: true });

/** BOF of P01 and R01. */
export const debitHeader = (cdata: "ACHP01" | "ACHR01", form: AchForm): FixedRecordInput =>
  recordOf(
    "header",
    "BOF",
    filled(
      [
        literal("bof", "BOF"),
        literal("cdata", cdata),
        fileDate,
        digits("ttime", 6, "fileTime", { default: "000000" }),
        code("sorg", 7, "senderUnit"),
        code("rorg", 7, "receiverUnit"),
        ...version(form),
      ],
      debitBytes(form),
    ),
  );

/** EOF of P01 and R01; `yesterday` is the column YDATE of the newer form. */
export const debitTrailer = (cdata: "ACHP01" | "ACHR01", form: AchForm, yesterday: Part[]): FixedRecordInput =>
  recordOf(
    "trailer",
    "EOF",
    filled(
      [
        literal("eof", "EOF"),
        literal("cdata", cdata),
        fileDate,
        code("sorg", 7, "senderUnit"),
        code("rorg", 7, "receiverUnit"),
        count("tcount", 8, "totalCount"),
        amount("tamt", 16, "totalAmount", { decimals: 0 }),
        ...yesterday,
      ],
      debitBytes(form),
    ),
  );

/** A detail of P01 (`N`) or R01 (`R`): the columns from RCODE and those of the original are what differs. */
export function debitDetail(
  type: "N" | "R",
  form: AchForm,
  { returnCode, original, rules }: { returnCode: Part; original: Part[]; rules?: Partial<FixedRecordInput> },
): FixedRecordInput {
  const lengths = fieldLengths[form].debit;
  return recordOf(
    "detail",
    type,
    filled(
      [
        literal("type", type),
        ascii("txtype", 2, "transactionType", { default: "SD" }),
        code("txid", 3, "transactionCode"),
        count("seq", lengths.sequence, "sequence"),
        code("pbank", 7, "presentingUnit"),
        account("pclno", lengths.account, "presentingAccount"),
        code("rbank", 7, "receivingUnit"),
        account("rclno", lengths.account, "accountNumber"),
        amount("amt", 10, "amount", { decimals: 0 }),
        returnCode,
        literal("schd", "B"),
        ascii("cid", 10, "originatorId"),
        ascii("pid", 10, "idNumber"),
        filler(6, "sid"),
        ...original,
        ascii("cno", 20, "customerNumber"),
        text("note", lengths.note, "transactionId"),
        ...(form === "V10"
          ? [
              text("memo", 10, "memo"),
              digits("cfee", 5, "channel", { default: "00000" }),
              text("noteb", 20, "otherNote"),
            ]
          : []),
      ],
      lengths.record,
    ),
    rules,
  );
}

/** Length of PSEQ, the number in the original file. */
export const sequenceDigits = (form: AchForm) => fieldLengths[form].debit.sequence;

/** BOF, EOF and detail of P02 (`N`) or R02 (`R`); the detail is told apart by its type behind the note. */
export function mandateRecords(
  cdata: "ACHP02" | "ACHR02",
  form: AchForm,
  { sequence, reply }: { sequence: Part; reply: Part },
): FixedRecordInput[] {
  const { record, account: accountDigits, note } = fieldLengths[form].mandate;
  const type = cdata === "ACHP02" ? "N" : "R";
  const upToType: Part[] = [
    sequence,
    code("txid", 3, "transactionCode"),
    code("cid", 10, "originatorId"),
    code("rbank", 7, "receivingUnit"),
    account("rclno", accountDigits, "accountNumber"),
    code("pid", 10, "idNumber"),
    code("cno", 20, "customerNumber"),
    ascii("kind", 1, "transactionType", { default: "A" }),
    date("date", "originalDate", "ROC8"),
    code("pbank", 7, "presentingUnit"),
    text("note", note, "transactionId"),
  ];
  const reserved: Part[] =
    form === "V10"
      ? [
          filler(8, "filler_1"),
          filler(1, "filler_2"),
          filler(8, "filler_3"),
          filler(20, "filler_4"),
          filler(53, "filler_5"),
        ]
      : [];
  return [
    recordOf(
      "header",
      "BOF",
      filled(
        [literal("bof", "BOF"), literal("cdata", cdata), fileDate, code("unit", 7, "senderUnit"), ...version(form)],
        record,
      ),
    ),
    recordOf("trailer", "EOF", filled([literal("eof", "EOF"), count("tcount", 8, "totalCount")], record)),
    recordOf("detail", type, filled([...upToType, literal("type", type), reply, ...reserved], record), {
      selector: { start: bytesOf(upToType) + 1, text: type },
    }),
  ];
}
