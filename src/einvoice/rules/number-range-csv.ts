import type { NumberRangeInput } from "@luckygas/gateway-client";
import { decodeBig5 } from "../../platform/big5.ts";
import { invalidInput } from "../../platform/errors.ts";

const TAX_ID = /^[0-9]{8}$/;
const PERIOD = /^([0-9]{3})\/([0-9]{1,2})\s*~\s*([0-9]{3})\/([0-9]{1,2})$/;
const GENERAL = /^(07|一般稅額)/;
/** Position of the columns in the platform's file `invnoapply…`. */
const COLUMN = { ubn: 0, type: 1, period: 3, prefix: 4, begin: 5, end: 6 } as const;

const fault = (line: number, rule: string) => invalidInput("file.contentBase64", `line ${line}: ${rule}`);

/** Text of a file that is UTF-8, with or without its mark, or Big5. Throws `invalid_input` when it is neither. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Big5 as the platform writes it has line ends, which the code page proper does not.
    const lines: string[] = [];
    for (const line of splitBytes(bytes)) {
      const { text, offences } = decodeBig5(line);
      if (offences.length > 0) throw invalidInput("file.contentBase64", "is neither UTF-8 nor Big5");
      lines.push(text);
    }
    return lines.join("\n");
  }
}

const LINE_FEED = 0x0a;
const CONTROL = 0x20;

function* splitBytes(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let index = 0; index <= bytes.length; index += 1) {
    if (index < bytes.length && bytes[index] !== LINE_FEED) continue;
    yield bytes.subarray(start, index).filter((byte) => byte >= CONTROL);
    start = index + 1;
  }
}

/**
 * Number ranges of the platform's CSV file of allotted numbers. The first line may be a heading; every other one must be readable and of the
 * seller, general tax (07). Throws `invalid_input` naming the line.
 */
export function readNumberRangeCsv(text: string, sellerUbn: string): NumberRangeInput[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ number: index + 1, cells: cellsOf(line) }));
  const filled = lines.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const [first, ...rest] = filled;
  const rows = first && !TAX_ID.test(first.cells[COLUMN.ubn] ?? "") ? rest : filled;
  if (rows.length === 0) throw invalidInput("file.contentBase64", "holds no number range");
  return rows.map(({ number, cells }) => readRow(number, cells, sellerUbn));
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:="?|")?((?:[^",]|"")*)"?/g)].map((match) => (match[1] ?? "").trim());
}

function readRow(line: number, cells: string[], sellerUbn: string): NumberRangeInput {
  const cell = (name: keyof typeof COLUMN) => cells[COLUMN[name]] ?? "";
  if (cell("ubn") !== sellerUbn) throw fault(line, `is not of the seller ${sellerUbn}`);
  if (!GENERAL.test(cell("type"))) throw fault(line, "is not for general tax (07)");
  const period = PERIOD.exec(cell("period"));
  const [year, month] = [Number(period?.[1]) + 1911, Number(period?.[2])];
  const isPeriod =
    period && period[1] === period[3] && month % 2 === 1 && month <= 11 && Number(period[4]) === month + 1;
  if (!isPeriod) throw fault(line, "the period must be written as 114/01 ~ 114/02");
  if (!/^[A-Z]{2}$/.test(cell("prefix"))) throw fault(line, "the track must be 2 capital letters");
  if (!TAX_ID.test(cell("begin")) || !TAX_ID.test(cell("end"))) throw fault(line, "numbers must have 8 digits");
  return {
    yearMonth: `${year}${String(month).padStart(2, "0")}`,
    prefix: cell("prefix"),
    rangeStart: Number(cell("begin")),
    rangeEnd: Number(cell("end")),
  };
}
