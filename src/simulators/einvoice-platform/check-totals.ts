import { isProduct, isRounded, readFigure, readWhole } from "./figures.ts";
import { listOf, type Message, textOf } from "./message.ts";
import { type Refusal, refuse } from "./replies.ts";

interface Items {
  /** Sum of all amounts, and of the taxable ones, in ten-millionths. */
  sum: bigint;
  taxableSum: bigint;
  taxTypes: Set<string>;
}

/**
 * Amounts: every item is quantity × price; sales are the items' sum in whole NT$; total = sales + tax. Consumers' prices
 * contain the tax, so their tax field is 0; a business's tax is 5 % of its taxable items, to the dollar.
 */
export function checkTotals(message: Message): Refusal | undefined {
  const items = readItems(message);
  if (!items) return refuse("5000006", "an item is not quantity × price");
  const sales = readWhole(textOf(message, "SalesAmount")) ?? -1n;
  const tax = readWhole(textOf(message, "TaxAmount")) ?? -1n;
  const total = readWhole(textOf(message, "TotalAmount")) ?? -1n;
  if (total < 1n || total > 0xffff_ffffn) return refuse("5000006", "TotalAmount");
  if (sales + tax !== total) return refuse("5000006", "TotalAmount is not SalesAmount + TaxAmount");
  if (!isRounded(sales, items.sum)) return refuse("5000006", "SalesAmount is not the sum of the items");
  return checkTaxType(message, items) ?? checkTax(message, items, tax);
}

function readItems(message: Message): Items | undefined {
  const taxTypes = listOf(message, "ItemTaxType");
  const [quantities, prices, amounts] = ["ItemQuantity", "ItemUnitPrice", "ItemAmount"].map((name) =>
    listOf(message, name).map(readFigure),
  );
  const items: Items = { sum: 0n, taxableSum: 0n, taxTypes: new Set(taxTypes) };
  for (const [index, amount] of (amounts ?? []).entries()) {
    const [quantity, price] = [quantities?.[index], prices?.[index]];
    if (amount === undefined || quantity === undefined || price === undefined) return undefined;
    if (quantity <= 0n || !isProduct(quantity, price, amount)) return undefined;
    items.sum += amount;
    if (taxTypes[index] === "1") items.taxableSum += amount;
  }
  return items;
}

function checkTaxType(message: Message, items: Items): Refusal | undefined {
  const taxType = textOf(message, "TaxType");
  const [only, ...others] = items.taxTypes;
  if (taxType !== (others.length > 0 ? "9" : only)) return refuse("9000002", "TaxType does not agree with the items");
  const rate = taxType === "1" || taxType === "9" ? "0.05" : "0";
  return textOf(message, "TaxRate") === rate ? undefined : refuse("9000002", "TaxRate");
}

function checkTax(message: Message, items: Items, tax: bigint): Refusal | undefined {
  if (textOf(message, "BuyerId") === "0000000000") {
    return tax === 0n ? undefined : refuse("5000006", "a consumer's TaxAmount is 0");
  }
  // The dollar of leave is for invoices whose total with tax was agreed upon: 10 with tax is 10 + 0.
  const error = tax * 100n * 10_000_000n - items.taxableSum * 5n;
  const allowed = 100n * 10_000_000n;
  return error <= allowed && error >= -allowed ? undefined : refuse("5000006", "TaxAmount is not 5 %");
}
