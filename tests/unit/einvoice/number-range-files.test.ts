import { describe, expect, test } from "bun:test";
import iconv from "iconv-lite";
import { readE0501 } from "../../../src/einvoice/connectors/e0501.ts";
import { decodeText, readNumberRangeCsv } from "../../../src/einvoice/rules/number-range-csv.ts";
import { OperationError } from "../../../src/platform/errors.ts";

const SELLER = "12345676";
const HEADING = "營業人統編,發票類別代號,發票類別,發票期別,發票字軌名稱,發票起號,發票迄號";
const ROW = `${SELLER},07,一般稅額計算,114/01 ~ 114/02,AA,10000000,10000049`;
const EXPECTED = { yearMonth: "202501", prefix: "AA", rangeStart: 10_000_000, rangeEnd: 10_000_049 };

function problem(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof OperationError) return error.message;
    throw error;
  }
  return "none";
}

describe("the platform's CSV of allotted numbers", () => {
  test.each([
    ["UTF-8", Buffer.from(`${HEADING}\r\n${ROW}\r\n`)],
    ["UTF-8 with its mark", Buffer.from(`\uFEFF${HEADING}\n${ROW}`)],
    ["Big5", iconv.encode(`${HEADING}\r\n${ROW}\r\n`, "cp950")],
  ])("in %s", (_what, bytes) => {
    expect(readNumberRangeCsv(decodeText(bytes), SELLER)).toEqual([EXPECTED]);
  });

  test("without a heading, quoted, several tracks and the last period of a year", () => {
    const text = `"${SELLER}","07","一般","113/11 ~ 113/12","ZZ","00000000","00000099"\n${ROW}`;
    expect(readNumberRangeCsv(text, SELLER)).toEqual([
      { yearMonth: "202411", prefix: "ZZ", rangeStart: 0, rangeEnd: 99 },
      EXPECTED,
    ]);
  });

  test.each([
    ["no blanks around the tilde", ROW.replace(" ~ ", "~")],
    ["more blanks around the tilde", ROW.replace(" ~ ", "   ~   ")],
    ["months of one digit", ROW.replace("114/01 ~ 114/02", "114/1 ~ 114/2")],
    ["blanks around every cell", ROW.replaceAll(",", " , ")],
    ["cells that a spreadsheet keeps as text", ROW.replace(SELLER, `="${SELLER}"`).replace("10000000", '="10000000"')],
    ["the same without quotation marks", ROW.replace(SELLER, `=${SELLER}`)],
    ["the kind of tax in words", ROW.replace(",07,", ",一般稅額計算,")],
    ["a cell that is empty and not needed", ROW.replace("一般稅額計算", "")],
    ["empty lines between", `\n,,,,,,\n${ROW}\r\n   \n`],
  ])("reads a row with %s", (_what, text) => {
    expect(readNumberRangeCsv(text, SELLER)).toEqual([EXPECTED]);
  });

  test.each([
    ["another seller", ROW.replace(SELLER, "04595257"), "line 1: is not of the seller"],
    ["special tax", ROW.replace(",07,", ",08,"), "line 1: is not for general tax"],
    ["a period of one month", ROW.replace("114/02", "114/01"), "line 1: the period"],
    ["a period that begins in an even month", ROW.replace("114/01 ~ 114/02", "114/02 ~ 114/03"), "line 1: the period"],
    ["a broken number in the second row", `${ROW}\n${ROW.replace("10000049", "1000004")}`, "line 2: numbers"],
    ["a period that is none", ROW.replace("114/01 ~ 114/02", "January 2025"), "line 1: the period"],
    ["text before the period", ROW.replace("114/01", "民114/01"), "line 1: the period"],
    ["text after the period", ROW.replace("114/02", "114/02月"), "line 1: the period"],
    ["a period over two years", ROW.replace("114/02", "115/02"), "line 1: the period"],
    ["a 13th month", ROW.replace("114/01 ~ 114/02", "114/13 ~ 114/14"), "line 1: the period"],
    ["another kind of tax that names the general one", ROW.replace(",07,", ",107,"), "line 1: is not for general tax"],
    ["a track of one letter", ROW.replace(",AA,", ",A,"), "line 1: the track"],
    ["a track of three letters", ROW.replace(",AA,", ",AAA,"), "line 1: the track"],
    ["a track with a digit before", ROW.replace(",AA,", ",1AA,"), "line 1: the track"],
    ["a track in small letters", ROW.replace(",AA,", ",aa,"), "line 1: the track"],
    ["a first number of nine digits", ROW.replace("10000000", "100000001"), "line 1: numbers"],
    ["a last number with a letter", ROW.replace("10000049", "10000049x"), "line 1: numbers"],
    ["a row that ends early", `${HEADING}\n${SELLER},07`, "line 2: the period"],
    ["a heading in the second row", `${ROW}\n${HEADING}`, "line 2: is not of the seller"],
    ["only a heading", HEADING, "holds no number range"],
    ["nothing", "", "holds no number range"],
  ])("refuses %s and names the line", (_what, text, message) => {
    expect(problem(() => readNumberRangeCsv(text, SELLER))).toContain(message);
  });

  test("Big5 keeps every character and line but the control characters", () => {
    const text = "字軌 ~ 一般,A A\n第二行\n";
    expect(decodeText(iconv.encode(text.replaceAll("\n", "\r\n"), "cp950"))).toBe(text);
    expect(decodeText(iconv.encode("單行", "cp950"))).toBe("單行");
  });

  test("refuses bytes of no encoding", () => {
    expect(problem(() => decodeText(Buffer.from([0xff, 0xff, 0x80])))).toContain("neither UTF-8 nor Big5");
  });
});

const assignment = (track: string, ban = SELLER) =>
  `<InvoiceAssignNo><Ban>${ban}</Ban><InvoiceType>07</InvoiceType><YearMonth>11402</YearMonth><InvoiceTrack>${track}</InvoiceTrack>` +
  "<InvoiceBeginNo>10000000</InvoiceBeginNo><InvoiceEndNo>10000049</InvoiceEndNo><InvoiceBooklet>1</InvoiceBooklet></InvoiceAssignNo>";
const envelope = (content: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><InvoiceEnvelope xmlns="urn:GEINV:eInvoiceMessage:E0501:4.1"><InvoicePack count="1">${content}</InvoicePack></InvoiceEnvelope>`;

describe("E0501", () => {
  test("with one range and with several", () => {
    expect(readE0501(envelope(assignment("AA")), SELLER)).toEqual([{ ...EXPECTED, yearMonth: "202502" }]);
    expect(readE0501(envelope(assignment("AA") + assignment("BB")), SELLER).map(({ prefix }) => prefix)).toEqual([
      "AA",
      "BB",
    ]);
  });

  test.each([
    ["another seller's", envelope(assignment("AA", "04595257")), "another seller"],
    ["broken XML", envelope(assignment("AA")).slice(0, -5), "not well-formed"],
    ["an entity", `<!DOCTYPE x [<!ENTITY a "b">]>${envelope(assignment("AA"))}`, "not well-formed"],
    ["another message", "<Invoice/>", "no E0501 message"],
    ["a track in small letters", envelope(assignment("aa")), "no E0501 message"],
  ])("refuses %s", (_what, text, message) => {
    expect(problem(() => readE0501(text, SELLER))).toContain(message);
  });
});
