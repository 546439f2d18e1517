import { taipeiDate } from "../../platform/taipei-time.ts";
import { checkData } from "./check-data.ts";
import type { InvoiceContent, InvoiceContentLine, IssuedInvoice } from "./content.ts";

/** What a QR code of version 6, error correction L, holds in byte mode: the smallest version the specification allows. */
export const QR_CAPACITY_BYTES = 134;
const SELLER_FIELD_UNUSED = "**********";
const ENCODING_UTF8 = "1";
const RIGHT_MARK = "**";

/** Texts of the printed proof's codes (證明聯), with how many of the lines they hold. */
export interface ProofCodes {
  /** Code 39, 19 characters. */
  barcode: string;
  leftQr: string;
  rightQr: string;
  itemsInQr: number;
}

interface ProofOptions {
  /** The seller's key, 32 hexadecimal digits. */
  qrKeyHex: string;
  /** Bytes that each QR code may hold. */
  capacityBytes?: number;
}

/** The texts of the barcode and of both QR codes (MOF QR specification v1.8). */
export function proofCodes(invoice: IssuedInvoice, options: ProofOptions): ProofCodes {
  const header = leftHeader(invoice, options.qrKeyHex);
  const packed = packItems(header, invoice.content.lines, options.capacityBytes ?? QR_CAPACITY_BYTES);
  return { barcode: `${invoice.period}${invoice.number}${invoice.randomCode}`, ...packed };
}

/** The 77 fixed characters of the left code. */
function leftHeader(invoice: IssuedInvoice, qrKeyHex: string): string {
  const { number, randomCode, content } = invoice;
  return [
    number,
    rocDate(invoice.issuedAt),
    randomCode,
    hexAmount(netSales(content)),
    hexAmount(content.amounts.totalAmount),
    content.buyer.ubn ?? "00000000",
    content.seller.ubn,
    checkData(number, randomCode, qrKeyHex),
  ].join("");
}

/** The day of issue in Taipei as `YYYMMDD` with the ROC year. */
function rocDate(instant: Date): string {
  const [year, month, day] = taipeiDate(instant).split("-");
  return `${String(Number(year) - 1911).padStart(3, "0")}${month}${day}`;
}

const hexAmount = (amount: number) => amount.toString(16).toUpperCase().padStart(8, "0");

/** All sales without tax; for consumers the tax is taken out of the taxable sales. */
function netSales(content: InvoiceContent): number {
  return content.amounts.totalAmount - content.amounts.taxAmount - content.amounts.includedTaxAmount;
}

function itemText(line: InvoiceContentLine): string {
  return [line.description.replaceAll(":", "："), line.quantity, line.unitPrice].join(":");
}

const bytesOf = (text: string) => Buffer.byteLength(text, "utf8");

/**
 * Fills the left code, then the right one, with whole items in their order. The left code states how many items both hold,
 * so the digits of that count are tried from one upwards until they suffice.
 */
function packItems(
  header: string,
  lines: readonly InvoiceContentLine[],
  capacityBytes: number,
): Omit<ProofCodes, "barcode"> {
  const items = lines.map(itemText);
  const prefix = (count: number | string) =>
    `${header}:${SELLER_FIELD_UNUSED}:${count}:${items.length}:${ENCODING_UTF8}`;
  for (let digits = 1; digits <= String(items.length).length; digits += 1) {
    const room = capacityBytes - bytesOf(prefix("9".repeat(digits)));
    const left = takeLeft(items, room);
    const right = takeRight(items.slice(left.length), capacityBytes - RIGHT_MARK.length);
    const itemsInQr = left.length + right.length;
    if (String(itemsInQr).length > digits) continue;
    // A colon at the end of the left code says that the right one goes on.
    const leftQr = [prefix(itemsInQr), ...left, ...(right.length > 0 ? [""] : [])].join(":");
    return { leftQr, rightQr: `${RIGHT_MARK}${right.join(":")}`, itemsInQr };
  }
  throw new Error("the count of items has more digits than the number of lines");
}

/** The first items that fit, each led by a colon; where items remain, the closing colon needs room as well. */
function takeLeft(items: readonly string[], roomBytes: number): readonly string[] {
  const sizes = items.map((item) => bytesOf(item) + 1);
  if (sizes.reduce((total, size) => total + size, 0) <= roomBytes) return items;
  return items.slice(0, countFitting(sizes, roomBytes - 1));
}

/** The first items that fit, with colons between them. */
function takeRight(items: readonly string[], roomBytes: number): readonly string[] {
  return items.slice(
    0,
    countFitting(
      items.map((item) => bytesOf(item) + 1),
      roomBytes + 1,
    ),
  );
}

function countFitting(sizes: readonly number[], roomBytes: number): number {
  let used = 0;
  const firstTooMany = sizes.findIndex((size) => {
    used += size;
    return used > roomBytes;
  });
  return firstTooMany === -1 ? sizes.length : firstTooMany;
}
