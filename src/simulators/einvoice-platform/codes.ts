import { createCipheriv } from "node:crypto";
import { itemTexts } from "./ledger.ts";
import { type Message, textOf } from "./message.ts";

const IV = Buffer.from("0edf25c93a28d7b5ff5e45da42f8a1b8", "hex");

/** The barcode and QR texts that the platform hands back with an accepted invoice; it puts one item into the left code at most. */
export function platformCodes(
  message: Message,
  qrKeyHex: string,
): { BarCode: string; QRCode_Left: string; QRCode_Right: string } {
  const number = textOf(message, "InvoiceNo");
  const random = textOf(message, "RandomNumber");
  const [year = "", month = "", day = ""] = textOf(message, "InvoiceDate").split("/");
  const rocYear = String(Number(year) - 1911).padStart(3, "0");
  const evenMonth = String(Math.ceil(Number(month) / 2) * 2).padStart(2, "0");
  const cipher = createCipheriv("aes-128-cbc", Buffer.from(qrKeyHex, "hex"), IV);
  const check = cipher.update(number + random, "utf8", "base64") + cipher.final("base64");
  const total = Number(textOf(message, "TotalAmount"));
  const items = itemTexts(message);
  const head = `${number}${rocYear}${month}${day}${random}${hex(netOf(message, total))}${hex(total)}`;
  const parties = `${textOf(message, "TaxID") || "00000000"}${textOf(message, "SellerId")}`;
  return {
    BarCode: `${rocYear}${evenMonth}${number}${random}`,
    QRCode_Left: `${head}${parties}${check}:**********:${Math.min(1, items.length)}:${items.length}:1:${items[0] ?? ""}`,
    QRCode_Right: "**",
  };
}

const hex = (amount: number) => amount.toString(16).padStart(8, "0");

function netOf(message: Message, total: number): number {
  if (textOf(message, "TaxID") !== "") return Number(textOf(message, "SalesAmount"));
  return textOf(message, "TaxType") === "1" ? Math.round(total / 1.05) : 0;
}
