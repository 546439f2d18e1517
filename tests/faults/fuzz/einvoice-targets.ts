import { readE0501 } from "../../../src/einvoice/connectors/e0501.ts";
import { readQueryData } from "../../../src/einvoice/connectors/platform-json/mapping.ts";
import { readResults } from "../../../src/einvoice/connectors/turnkey/results.ts";
import { decodeText, readNumberRangeCsv } from "../../../src/einvoice/rules/number-range-csv.ts";
import { bytesOf, type FuzzTarget, isWhole, textOf } from "./target.ts";

const SELLER = "24536806";
const FILE_BYTES = 256_000;
const e0501 = `<?xml version="1.0" encoding="UTF-8"?><InvoiceEnvelope xmlns="urn:GEINV:eInvoiceMessage:E0501:4.1"><InvoicePack count="1"><InvoiceAssignNo><Ban>${SELLER}</Ban><InvoiceType>07</InvoiceType><YearMonth>11502</YearMonth><InvoiceTrack>AA</InvoiceTrack><InvoiceBeginNo>10000000</InvoiceBeginNo><InvoiceEndNo>10000049</InvoiceEndNo></InvoiceAssignNo></InvoicePack></InvoiceEnvelope>`;
const csv = `營業人統編,發票類別代號,發票類別,發票期別,發票字軌名稱,發票起號,發票迄號\n${SELLER},07,一般稅額計算,115/01 ~ 115/02,AA,10000000,10000049\n`;
const summary = `<SummaryResult xmlns="urn:GEINV:SummaryResult:4.1"><DetailList><Message><Info><MessageType>F0401</MessageType></Info><ResultType><Total><ResultDetailType><Count>1</Count></ResultDetailType></Total><Good><ResultDetailType><Count>1</Count><Invoices><Invoice><ReferenceNumber>AA10000000</ReferenceNumber><InvoiceDate>20260131</InvoiceDate></Invoice></Invoices></ResultDetailType></Good><Failed><ResultDetailType><Count>0</Count></ResultDetailType></Failed></ResultType></Message></DetailList></SummaryResult>`;
const failed = `<ProcessResult xmlns="urn:GEINV:ProcessResult:4.1"><MessageInfo><MessageType>F0401</MessageType></MessageInfo><Result><Info><Code>E0001</Code><Description>x</Description><Parameter0>AA10000000</Parameter0></Info></Result></ProcessResult>`;

type Range = { yearMonth: string; prefix: string; rangeStart: number; rangeEnd: number };

/** A range that no law knows would give invoices numbers that are not ours. */
function nonsense(ranges: readonly Range[]): string | undefined {
  const wrong = ranges.find(
    ({ yearMonth, prefix, rangeStart, rangeEnd }) =>
      !/^\d{4}(0[1-9]|1[0-2])$/.test(yearMonth) ||
      !/^[A-Z]{2}$/.test(prefix) ||
      !isWhole(rangeStart, 99_999_999) ||
      !isWhole(rangeEnd, 99_999_999),
  );
  return wrong && JSON.stringify(wrong);
}

export const einvoiceTargets: FuzzTarget[] = [
  {
    name: "E0501 XML",
    seeds: bytesOf(e0501),
    bytesMax: FILE_BYTES,
    read: (bytes) => nonsense(readE0501(textOf(bytes), SELLER)),
  },
  {
    name: "number range CSV",
    seeds: bytesOf(csv),
    bytesMax: FILE_BYTES,
    read: (bytes) => nonsense(readNumberRangeCsv(decodeText(bytes), SELLER)),
  },
  {
    name: "Turnkey results XML",
    seeds: bytesOf(summary, failed),
    bytesMax: FILE_BYTES,
    read: (bytes) => {
      for (const { number, result } of readResults(textOf(bytes)) ?? []) {
        if (typeof number !== "string") return "a result without a number";
        if (result.kind !== "good" && result.kind !== "failed") return "a result of no kind";
      }
      return undefined;
    },
  },
  {
    name: "platform's query reply",
    seeds: bytesOf(
      JSON.stringify({ status: "1", totalAmount: 690, salesAmount: 690, taxAmount: 0, invoiceDate: "20260131" }),
    ),
    bytesMax: FILE_BYTES,
    read: (bytes) => {
      let data: unknown;
      try {
        data = JSON.parse(textOf(bytes));
      } catch {
        return undefined; // the client refuses what is no JSON before this reader
      }
      readQueryData(data);
      return undefined;
    },
  },
];
