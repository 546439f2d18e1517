import { taipeiDate } from "../../platform/taipei-time.ts";
import { checkTotals } from "./check-totals.ts";
import { isUbn } from "./figures.ts";
import { listOf, type Message, textOf } from "./message.ts";
import { type Refusal, type RtnCode, refuse } from "./replies.ts";

interface FieldRule {
  name: string;
  pattern: RegExp;
  code: RtnCode;
}

const upTo = (characters: number, from = 0) => new RegExp(`^\\P{Cc}{${from},${characters}}$`, "u");
const rule = (name: string, pattern: RegExp, code: RtnCode = "9000002"): FieldRule => ({ name, pattern, code });

/** Every single field of an issue message; all must be present, lengths count characters. */
const FIELD_RULES: FieldRule[] = [
  rule("InvoiceNo", /^[A-Z]{2}\d{8}$/, "5000002"),
  rule("InvoiceDate", /^\d{4}\/(0[1-9]|1[0-2])\/(0[1-9]|[12]\d|3[01])$/, "5000003"),
  rule("InvoiceTime", /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, "5000003"),
  rule("BuyerId", /^(\d{8}|0{10})$/, "5000004"),
  rule("SellerId", /^\d{8}$/, "5000005"),
  rule("SalesAmount", /^\d{1,12}$/, "5000006"),
  rule("TaxAmount", /^\d{1,12}$/, "5000006"),
  rule("TotalAmount", /^\d{1,12}$/, "5000006"),
  rule("RandomNumber", /^\d{4}$/),
  rule("TaxType", /^[12349]$/),
  rule("TaxRate", /^0(\.(01|02|05|15|25))?$/),
  rule("InvoiceType", /^0[78]$/),
  rule("PrintMark", /^[YN]$/),
  rule("DonateMark", /^[01]$/),
  rule("CarrierType", /^([0-9A-Z]{6})?$/),
  rule("CarrierId1", upTo(400)),
  rule("CarrierId2", upTo(400)),
  rule("TaxID", /^(\d{8})?$/),
  rule("BuyerName", upTo(60, 1)),
  rule("BuyerAddress", upTo(100)),
  rule("BuyerEmail", upTo(400)),
  rule("BuyerPhone", upTo(26)),
  rule("SellerName", upTo(60, 1)),
  rule("SellerAddress", upTo(100, 1)),
  rule("SellerPhone", upTo(26)),
  rule("SellerEmail", upTo(400)),
  rule("ItemCount", /^[1-9]\d{0,3}$/),
  rule("ItemWord", upTo(6, 1)),
  rule("TimeStamp", /^\d{10}$/),
];

/** Every item field; all lists are as long as `ItemCount` says. */
const ITEM_RULES: FieldRule[] = [
  rule("ItemDescription", upTo(500, 1)),
  rule("ItemQuantity", /^\d{1,13}(\.\d{1,7})?$/),
  rule("ItemUnit", upTo(6)),
  rule("ItemUnitPrice", /^-?\d{1,13}(\.\d{1,7})?$/),
  rule("ItemAmount", /^-?\d{1,13}(\.\d{1,7})?$/),
  rule("ItemTaxType", /^[1234]$/),
];

/** Fields beyond the listed ones that the platform knows. */
const FURTHER_FIELDS = ["MerchantID", "CheckMacValue", "NPOBAN"];
const KNOWN_FIELDS = new Set([...FIELD_RULES, ...ITEM_RULES].map((field) => field.name).concat(FURTHER_FIELDS));

/** What is wrong with an issue message, if anything: fields, dates, parties, delivery, totals, in this order. */
export function checkIssue(message: Message, now: Date): Refusal | undefined {
  return (
    checkFields(message) ??
    checkItems(message) ??
    checkDate(message, now) ??
    checkParties(message) ??
    checkDelivery(message) ??
    checkTotals(message)
  );
}

function checkFields(message: Message): Refusal | undefined {
  const unknown = Object.keys(message).find((name) => !KNOWN_FIELDS.has(name));
  if (unknown) return refuse("9000002", `unknown field ${unknown}`);
  for (const { name, pattern, code } of FIELD_RULES) {
    if (typeof message[name] !== "string") return refuse("9000002", `${name} is missing`);
    if (!pattern.test(textOf(message, name))) return refuse(code, name);
  }
  return undefined;
}

function checkItems(message: Message): Refusal | undefined {
  const count = Number(textOf(message, "ItemCount"));
  for (const { name, pattern } of ITEM_RULES) {
    const values = listOf(message, name);
    if (values.length !== count) return refuse("9000002", `${name} has not as many elements as ItemCount says`);
    if (!values.every((value) => pattern.test(value))) return refuse("9000002", name);
  }
  return undefined;
}

function checkDate(message: Message, now: Date): Refusal | undefined {
  const day = textOf(message, "InvoiceDate").replaceAll("/", "-");
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day)
    return refuse("5000003", "no such day");
  return day > taipeiDate(now) ? refuse("5000003", "the day has not come") : undefined;
}

const isConsumer = (message: Message) => textOf(message, "BuyerId") === "0000000000";

function checkParties(message: Message): Refusal | undefined {
  if (!isUbn(textOf(message, "SellerId"))) return refuse("5000005", "SellerId");
  const [buyerId, taxId] = [textOf(message, "BuyerId"), textOf(message, "TaxID")];
  if (isConsumer(message)) {
    if (taxId !== "") return refuse("5000004", "a consumer has no TaxID");
    return /^0+$/.test(textOf(message, "BuyerName")) ? refuse("9000002", "BuyerName") : undefined;
  }
  return isUbn(buyerId) && taxId === buyerId ? undefined : refuse("5000004", "BuyerId");
}

/** Paper, carrier or donation (MIG 4.1, F0401; checks of Turnkey 3.2.1). */
function checkDelivery(message: Message): Refusal | undefined {
  const isPrinted = textOf(message, "PrintMark") === "Y";
  const isDonated = textOf(message, "DonateMark") === "1";
  const type = textOf(message, "CarrierType");
  const [id1, id2] = [textOf(message, "CarrierId1"), textOf(message, "CarrierId2")];
  const donationCode = textOf(message, "NPOBAN");
  if (type === "" && (id1 !== "" || id2 !== "")) return refuse("9000003", "CarrierId without CarrierType");
  if (type !== "" && (id1 === "" || id1 !== id1.trim() || id2 !== id2.trim())) return refuse("9000003", "CarrierId1");
  if (type === "3J0002" && !(/^\/[0-9A-Z.+-]{7}$/.test(id1) && id1 === id2)) return refuse("9000003", "mobile barcode");
  if (type === "CQ0001" && !(/^[A-Z]{2}\d{14}$/.test(id1) && id1 === id2)) return refuse("9000003", "certificate");
  if (isDonated !== /^\d{3,7}$/.test(donationCode)) return refuse("9000003", "DonateMark and NPOBAN");
  if (!isConsumer(message)) {
    if (isDonated) return refuse("9000003", "a business cannot donate");
    return isPrinted || type !== "" ? undefined : refuse("9000003", "neither printed nor on a carrier");
  }
  if (isPrinted && (type !== "" || isDonated)) return refuse("9000003", "printed, yet on a carrier or donated");
  return isPrinted || type !== "" || isDonated
    ? undefined
    : refuse("9000003", "neither printed, nor carrier, nor donation");
}
