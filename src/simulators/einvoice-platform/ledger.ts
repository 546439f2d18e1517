import type { JournalEntry } from "./journal.ts";
import { contentOf, listOf, type Message, textOf } from "./message.ts";
import type { RtnCode } from "./replies.ts";

/** An invoice that the platform has stored. */
export interface StoredInvoice {
  message: Message;
  /** `YYYY/MM/DD`, when void. */
  voidDate: string | undefined;
  /** Whole NT$ with tax of every live allowance, by its number. */
  allowances: Map<string, number>;
}

/** Whole NT$ of all live allowances of an invoice, with tax. */
export const allowedOf = (invoice: StoredInvoice) =>
  [...invoice.allowances.values()].reduce((total, amount) => total + amount, 0);

/** Everything that was received about one number of one seller in one period. */
export interface NumberRecord {
  sellerId: string;
  invoiceNo: string;
  /** First day of the period, `YYYY/MM`. */
  period: string;
  /** Every distinct content that was received for the number, stored or refused. */
  contents: string[];
  /** How many issue messages came. */
  received: number;
  /** How each was answered, in order. */
  rtnCodes: string[];
  /** The stored content's fields, when one was accepted. */
  stored: Message | undefined;
  isVoid: boolean;
  /** How often it was withdrawn (註銷). */
  withdrawn: number;
  /** Numbers of its live allowances. */
  allowances: string[];
  /** Every accepted act, in order: `issue`, `void`, `allowance` … */
  acts: string[];
}

/** The platform's memory: one content per seller, period and number; whatever comes second is refused. */
export interface Ledger {
  find(sellerId: string, invoiceNo: string, invoiceDate: string): StoredInvoice | undefined;
  hasAllowance(sellerId: string, allowanceNo: string): boolean;
  apply(entry: JournalEntry): void;
  records(): NumberRecord[];
}

/** The odd month that begins a date's period. */
function periodOf(invoiceDate: string): string {
  const [year = "", month = ""] = invoiceDate.split("/");
  const odd = Number(month) - (Number(month) % 2 === 0 ? 1 : 0);
  return `${year}/${String(odd).padStart(2, "0")}`;
}

export function createLedger(): Ledger {
  const stored = new Map<string, StoredInvoice>();
  const records = new Map<string, NumberRecord>();
  const allowances = new Set<string>();
  const keyOf = (sellerId: string, invoiceNo: string, date: string) => `${sellerId} ${periodOf(date)} ${invoiceNo}`;

  function recordOf(key: string, message: Message): NumberRecord {
    const found = records.get(key) ?? {
      sellerId: textOf(message, "SellerId"),
      invoiceNo: textOf(message, "InvoiceNo"),
      period: periodOf(textOf(message, "InvoiceDate")),
      contents: [],
      received: 0,
      rtnCodes: [],
      stored: undefined,
      isVoid: false,
      withdrawn: 0,
      allowances: [],
      acts: [],
    };
    records.set(key, found);
    return found;
  }

  function applyIssue(key: string, entry: JournalEntry): void {
    const record = recordOf(key, entry.message);
    const content = contentOf(entry.message);
    record.received += 1;
    record.rtnCodes.push(entry.rtnCode);
    if (!record.contents.includes(content)) record.contents.push(content);
    if (!isDone(entry)) return;
    stored.set(key, { message: entry.message, voidDate: undefined, allowances: new Map() });
    record.stored = entry.message;
    record.acts.push("issue");
  }

  return {
    find: (sellerId, invoiceNo, date) => stored.get(keyOf(sellerId, invoiceNo, date)),
    hasAllowance: (sellerId, allowanceNo) => allowances.has(`${sellerId} ${allowanceNo}`),
    apply: (entry) => {
      const { message } = entry;
      const sellerId = textOf(message, "SellerId");
      const key = keyOf(sellerId, textOf(message, "InvoiceNo"), textOf(message, "InvoiceDate"));
      if (entry.operation === "issue") return applyIssue(key, entry);
      const invoice = stored.get(key);
      if (!invoice || !isDone(entry)) return;
      const record = recordOf(key, invoice.message);
      record.acts.push(entry.operation);
      const allowanceNo = textOf(message, "AllowanceNo");
      switch (entry.operation) {
        case "void":
          invoice.voidDate = entry.at.slice(0, 10).replaceAll("-", "/");
          record.isVoid = true;
          break;
        case "withdraw":
          stored.delete(key);
          record.stored = undefined;
          record.withdrawn += 1;
          break;
        case "allowance":
          allowances.add(`${sellerId} ${allowanceNo}`);
          invoice.allowances.set(allowanceNo, Number(textOf(message, "TotalAmount")));
          record.allowances.push(allowanceNo);
          break;
        case "allowance-void":
          invoice.allowances.delete(allowanceNo);
          record.allowances = record.allowances.filter((other) => other !== allowanceNo);
          break;
      }
    },
    records: () => [...records.values()],
  };
}

const isDone = (entry: JournalEntry) => entry.rtnCode === ("1" satisfies RtnCode);

/** The items of a stored invoice as `name:quantity:unitprice`. */
export function itemTexts(message: Message): string[] {
  const [quantities, prices] = [listOf(message, "ItemQuantity"), listOf(message, "ItemUnitPrice")];
  return listOf(message, "ItemDescription").map((name, index) => `${name}:${quantities[index]}:${prices[index]}`);
}
