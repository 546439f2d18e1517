import { taipeiDate, taipeiTime } from "../../platform/taipei-time.ts";
import type { InvoiceContent, IssuedInvoice } from "../rules/content.ts";
import { periodText } from "../rules/period.ts";
import type { ProofCodes } from "../rules/proof.ts";

/** A line of text of a proof. */
export interface SheetLine {
  text: string;
  /** At the right end of the line, where there are two. */
  right?: string;
  style: "small" | "normal" | "large";
  align: "left" | "center";
}

/** What stands on a proof (證明聯), whatever it is drawn with. */
export interface ProofSheet {
  lines: SheetLine[];
  /** Absent where the number must not be shown. */
  codes: Pick<ProofCodes, "barcode" | "leftQr" | "rightQr"> | null;
  /** The list of items, on a part of its own; empty where it is not printed. */
  items: SheetLine[];
}

interface SheetOptions {
  kind: "preview" | "original" | "reprint";
  /** Visible on everything that is not made in production. */
  isTest: boolean;
  /** Always for businesses. */
  withItems: boolean;
}

const TITLE = { preview: "電子發票證明聯", original: "電子發票證明聯", reprint: "電子發票證明聯補印" } as const;
const PREVIEW_MARK = "預覽，不得作為憑證";
const TEST_MARK = "測試，非正式發票";

/**
 * A proof from top to bottom (MOF QR specification v1.8 and 電子發票證明聯 layout). A donated invoice does not show its last three digits nor
 * any code that holds them.
 */
export function proofSheet(invoice: IssuedInvoice, codes: ProofCodes, options: SheetOptions): ProofSheet {
  const { content, issuedAt, period, randomCode } = invoice;
  const isDonated = content.donationCode !== null;
  const center = (text: string, style: SheetLine["style"]): SheetLine => ({ text, style, align: "center" });
  const left = (text: string, right?: string): SheetLine => ({
    text,
    style: "small",
    align: "left",
    ...(right !== undefined && { right }),
  });
  return {
    lines: [
      ...(options.isTest ? [center(TEST_MARK, "small")] : []),
      ...(options.kind === "preview" ? [center(PREVIEW_MARK, "small")] : []),
      center(content.seller.name, "normal"),
      center(TITLE[options.kind], "normal"),
      center(periodText(period), "large"),
      center(numberText(invoice), "large"),
      left(`${taipeiDate(issuedAt)} ${taipeiTime(issuedAt)}`, content.buyer.ubn === null ? undefined : "格式 25"),
      left(`隨機碼 ${randomCode}`, `總計 ${content.amounts.totalAmount}`),
      left(`賣方 ${content.seller.ubn}`, content.buyer.ubn === null ? undefined : `買方 ${content.buyer.ubn}`),
      ...delivery(content).map((text) => left(text)),
    ],
    codes: isDonated ? null : codes,
    items: options.withItems ? itemLines(content) : [],
  };
}

/** The number as it is shown: with a hyphen, and without its last three digits where the invoice is donated. */
export function numberText({ number, content }: Pick<IssuedInvoice, "number" | "content">): string {
  const digits = content.donationCode === null ? number.slice(2) : `${number.slice(2, 7)}***`;
  return `${number.slice(0, 2)}-${digits}`;
}

/** What holds the invoice instead of paper, the carrier's id masked. */
function delivery({ carrier, donationCode }: InvoiceContent): string[] {
  return [
    ...(carrier ? [`載具 ${carrier.type} ${maskCarrier(carrier.id)}`] : []),
    ...(donationCode === null ? [] : [`捐贈 ${donationCode}`]),
  ];
}

const SHOWN_CHARACTERS = 4;

/** The first four characters at most, never more than half. */
export function maskCarrier(id: string): string {
  const characters = [...id];
  const shown = Math.min(SHOWN_CHARACTERS, Math.floor(characters.length / 2));
  return characters.slice(0, shown).join("") + "*".repeat(characters.length - shown);
}

function itemLines({ lines, amounts, buyer }: InvoiceContent): SheetLine[] {
  const small = (text: string, right?: string): SheetLine => ({
    text,
    style: "small",
    align: "left",
    ...(right !== undefined && { right }),
  });
  const taxMark = { taxable: "TX", zero_rated: "TZ", exempt: "" } as const;
  return [
    { text: "交易明細", style: "normal", align: "center" },
    ...lines.flatMap((line) => [
      small(line.description),
      small(
        `  ${line.quantity}${line.unit ?? ""} × ${line.unitPrice}`,
        `${line.amount} ${taxMark[line.taxType]}`.trim(),
      ),
    ]),
    ...(buyer.ubn === null
      ? []
      : [small("銷售額", String(amounts.totalAmount - amounts.taxAmount)), small("稅額", String(amounts.taxAmount))]),
    small(`共 ${lines.length} 項`, `總計 ${amounts.totalAmount}`),
  ];
}
