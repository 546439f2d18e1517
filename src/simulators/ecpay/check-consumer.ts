import type { Answer, CallData } from "./envelope.ts";
import { listOf, numberOf, sumOf, textOf } from "./ledger.ts";

export const refusal = (RtnCode: number, RtnMsg: string): Answer => ({ RtnCode, RtnMsg });

/** A refusal whose code the centre has not published. */
export const wrong = (what: string): Answer => refusal(5_000_999, `參數錯誤: ${what}`);

const LENGTHS: [name: string, max: number][] = [
  ["CustomerName", 60],
  ["CustomerAddr", 100],
  ["CustomerEmail", 80],
  ["CustomerPhone", 20],
  ["CarrierNum", 64],
  ["CarrierNum2", 64],
  ["InvoiceRemark", 200],
];

const UBN_WEIGHTS = [1, 2, 1, 2, 1, 2, 4, 1];

function isUbn(text: string): boolean {
  if (!/^\d{8}$/.test(text)) return false;
  const digits = [...text].map((digit, index) => Number(digit) * (UBN_WEIGHTS[index] ?? 0));
  const total = digits.reduce((sum, product) => sum + Math.floor(product / 10) + (product % 10), 0);
  return total % 5 === 0 || (text[6] === "7" && (total + 1) % 5 === 0);
}

/** What is wrong with the content of `B2CInvoice/Issue`, rule by rule of its page; nothing when it may be issued. */
export function checkConsumerIssue(data: CallData): Answer | undefined {
  const text = (name: string) => textOf(data, name);
  if (!/^[0-9A-Za-z]{1,50}$/.test(text("RelateNumber"))) return wrong("RelateNumber");
  for (const [name, max] of LENGTHS) if ([...text(name)].length > max) return wrong(name);
  const ubn = text("CustomerIdentifier");
  if (ubn !== "" && !isUbn(ubn)) return refusal(1_200_125, "統一編號檢查碼驗證失敗，請再確認");
  return checkContact(text) ?? checkDelivery(text) ?? checkTax(data) ?? checkItems(data);
}

type Text = (name: string) => string;

function checkContact(text: Text): Answer | undefined {
  const [phone, email] = [text("CustomerPhone"), text("CustomerEmail")];
  if (phone === "" && email === "") return wrong("CustomerPhone or CustomerEmail");
  if (!/^\d*$/.test(phone)) return wrong("CustomerPhone");
  if (email !== "" && !/^[^@\s;]+@[^@\s;]+\.[^@\s;]+$/.test(email)) return wrong("CustomerEmail");
  return undefined;
}

function checkDelivery(text: Text): Answer | undefined {
  const [print, donation, carrier, ubn] = ["Print", "Donation", "CarrierType", "CustomerIdentifier"].map(text);
  if (print !== "0" && print !== "1") return wrong("Print");
  if (donation !== "0" && donation !== "1") return wrong("Donation");
  if (print === "1" && (text("CustomerName") === "" || text("CustomerAddr") === "")) return wrong("CustomerAddr");
  if (donation === "1" && !/^\d{3,7}$/.test(text("LoveCode"))) return refusal(2_020_001, "捐贈碼為3~7碼純數字");
  if (donation === "1" && (print === "1" || ubn !== "")) return wrong("Donation");
  if (!/^[1-5]?$/.test(carrier ?? "")) return wrong("CarrierType");
  if (carrier === "" && print === "0" && donation === "0") return wrong("Print");
  if ((carrier === "1" || carrier === "2") && print === "1") return wrong("Print");
  if (carrier !== "" && carrier !== "3" && print === "1") return wrong("CarrierType");
  return checkCarrier(carrier ?? "", text);
}

function checkCarrier(type: string, text: Text): Answer | undefined {
  const number = text("CarrierNum");
  const isRight =
    type === "2"
      ? /^[A-Z]{2}\d{14}$/.test(number)
      : type === "3"
        ? /^\/[0-9A-Z.+-]{7}$/.test(number)
        : type === "4" || type === "5"
          ? number !== "" && text("CarrierNum2") !== ""
          : number === "";
  return isRight ? undefined : wrong("CarrierNum");
}

/** General tax only: 1, 2, 3, and 9 for taxable lines beside exempt or beside zero-rated ones, never both. */
function checkTax(data: CallData): Answer | undefined {
  const taxType = textOf(data, "TaxType");
  const types = new Set(listOf(data, "Items").map((item) => textOf(item, "ItemTaxType")));
  if (textOf(data, "InvType") !== "07" || !["1", "2", "3", "9"].includes(taxType)) return wrong("TaxType");
  if (taxType === "3" && numberOf(data, "SpecialTaxType") !== 8) return wrong("SpecialTaxType");
  if (taxType === "9") {
    const isMixed = types.has("1") && (types.has("2") || types.has("3")) && !(types.has("2") && types.has("3"));
    if (!isMixed || [...types].some((type) => !["1", "2", "3"].includes(type))) return wrong("ItemTaxType");
  }
  const isZeroRated = taxType === "2" || (taxType === "9" && types.has("2"));
  if (!isZeroRated) return undefined;
  if (!["1", "2"].includes(textOf(data, "ClearanceMark"))) return refusal(5_000_007, "通關方式錯誤");
  return /^7[1-9]$/.test(textOf(data, "ZeroTaxRateReason")) ? undefined : wrong("ZeroTaxRateReason");
}

function checkItems(data: CallData): Answer | undefined {
  const items = listOf(data, "Items");
  const total = numberOf(data, "SalesAmount");
  if (items.length < 1 || items.length > 999) return wrong("Items");
  if (new Set(items.map((item) => numberOf(item, "ItemSeq"))).size !== items.length) return wrong("ItemSeq");
  for (const item of items) {
    const [name, word] = [textOf(item, "ItemName"), textOf(item, "ItemWord")];
    if (name === "" || [...name].length > 500) return wrong("ItemName");
    if (word === "" || [...word].length > 6) return wrong("ItemWord");
    if (!(numberOf(item, "ItemCount") > 0) || Number.isNaN(numberOf(item, "ItemPrice"))) return wrong("ItemCount");
  }
  const vat = textOf(data, "vat");
  const isTaxable = textOf(data, "TaxType") === "1";
  const isOff = (item: CallData) =>
    vat === "1" &&
    isTaxable &&
    Math.abs(numberOf(item, "ItemPrice") * numberOf(item, "ItemCount") - numberOf(item, "ItemAmount")) > 1;
  if (items.some(isOff)) return wrong("ItemAmount");
  if (!Number.isInteger(total) || total < 1 || Math.round(sumOf(items, "ItemAmount")) !== total) {
    return refusal(5_000_022, "驗證發票金額發現錯誤，與商品合計金額不符");
  }
  return checkTaxAmount(data, items);
}

/** A tax that is told may differ by NT$ 1 from (taxable gross ÷ 1.05) × 0.05. */
function checkTaxAmount(data: CallData, items: readonly CallData[]): Answer | undefined {
  if (data.TaxAmount === undefined) return undefined;
  const taxType = textOf(data, "TaxType");
  const taxable = items.filter((item) => taxType === "1" || (taxType === "9" && textOf(item, "ItemTaxType") === "1"));
  const tax = Math.round((sumOf(taxable, "ItemAmount") / 1.05) * 0.05);
  return Math.abs(numberOf(data, "TaxAmount") - tax) > 1 ? wrong("TaxAmount") : undefined;
}
