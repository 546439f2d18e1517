import type { Clock } from "../../platform/clock.ts";
import { checkIssue } from "./check-issue.ts";
import { platformCodes } from "./codes.ts";
import type { Journal, JournalOperation } from "./journal.ts";
import { allowedOf, type Ledger, type StoredInvoice } from "./ledger.ts";
import { listOf, type Message, textOf } from "./message.ts";
import { type Refusal, type RtnCode, refuse } from "./replies.ts";

/** The answer's code, what is wrong, and the fields beside them. */
export interface PlatformAnswer {
  code: RtnCode;
  detail?: string;
  fields?: Record<string, unknown>;
}

interface PlatformDeps {
  clock: Clock;
  journal: Journal;
  ledger: Ledger;
  qrKeyHex: string;
}

/** What the platform does with a message whose signature is right. */
export interface PlatformOperations {
  issue(message: Message): PlatformAnswer;
  test(message: Message): PlatformAnswer;
  void(message: Message): PlatformAnswer;
  allowance(message: Message): PlatformAnswer;
  "allowance-void"(message: Message): PlatformAnswer;
  withdraw(message: Message): PlatformAnswer;
  query(message: Message): PlatformAnswer;
}

export function createPlatformOperations(deps: PlatformDeps): PlatformOperations {
  const { clock, journal, ledger } = deps;

  function record(operation: JournalOperation, message: Message, code: RtnCode): void {
    const entry = { at: clock.now().toISOString(), operation, message, rtnCode: code };
    journal.append(entry);
    ledger.apply(entry);
  }

  const find = (message: Message): StoredInvoice | undefined =>
    ledger.find(textOf(message, "SellerId"), textOf(message, "InvoiceNo"), textOf(message, "InvoiceDate"));

  function checkVoid(message: Message): Refusal | undefined {
    if (!/^\P{Cc}{1,20}$/u.test(textOf(message, "Reason"))) return refuse("9000002", "Reason");
    const invoice = find(message);
    if (!invoice) return refuse("5000008", "InvoiceNo");
    if (allowedOf(invoice) > 0) return refuse("9000003", "the invoice has allowances");
    return invoice.voidDate === undefined ? undefined : refuse("5000007", "InvoiceNo");
  }

  function checkAllowanceVoid(message: Message): Refusal | undefined {
    const allowanceNo = textOf(message, "AllowanceNo");
    if (!/^\P{Cc}{1,20}$/u.test(textOf(message, "Reason"))) return refuse("9000002", "Reason");
    const invoice = find(message);
    if (!invoice || !ledger.hasAllowance(textOf(message, "SellerId"), allowanceNo))
      return refuse("5000008", "AllowanceNo");
    return invoice.allowances.has(allowanceNo) ? undefined : refuse("5000007", "AllowanceNo");
  }

  function checkAllowanceItems(message: Message): Refusal | undefined {
    const count = Number(textOf(message, "ItemCount"));
    const [amounts, taxes] = ["ItemAmount", "ItemTax"].map((name) => listOf(message, name));
    const sum = (values: string[] = []) => values.reduce((total, value) => total + Number(value), 0);
    const [net, tax] = [Number(textOf(message, "AllowanceAmount")), Number(textOf(message, "TaxAmount"))];
    if (amounts?.length !== count || taxes?.length !== count) return refuse("9000002", "ItemCount");
    if (sum(amounts) !== net || sum(taxes) !== tax) return refuse("9000002", "the items do not add up");
    return net + tax === Number(textOf(message, "TotalAmount")) ? undefined : refuse("9000002", "TotalAmount");
  }

  function checkAllowance(message: Message): Refusal | undefined {
    const allowanceNo = textOf(message, "AllowanceNo");
    const total = textOf(message, "TotalAmount");
    if (!/^\P{Cc}{1,16}$/u.test(allowanceNo)) return refuse("9000002", "AllowanceNo");
    if (!/^[1-9]\d{0,11}$/.test(total)) return refuse("9000002", "TotalAmount");
    if (ledger.hasAllowance(textOf(message, "SellerId"), allowanceNo)) return refuse("6000001", "AllowanceNo");
    const invoice = find(message);
    if (!invoice) return refuse("6000002", "InvoiceNo");
    if (invoice.voidDate !== undefined) return refuse("6000004", "InvoiceNo");
    const left = Number(textOf(invoice.message, "TotalAmount")) - allowedOf(invoice);
    return Number(total) > left ? refuse("6000003", "TotalAmount") : checkAllowanceItems(message);
  }

  function decide(operation: JournalOperation, message: Message, refusal: Refusal | undefined): PlatformAnswer {
    record(operation, message, refusal?.code ?? "1");
    return refusal ?? { code: "1", fields: { InvoiceNo: textOf(message, "InvoiceNo") } };
  }

  return {
    issue: (message) => {
      const refusal = checkIssue(message, clock.now()) ?? (find(message) && refuse("5000001", "InvoiceNo"));
      record("issue", message, refusal?.code ?? "1");
      if (refusal) return refusal;
      const codes = platformCodes(message, deps.qrKeyHex);
      return { code: "1", fields: { InvoiceNo: textOf(message, "InvoiceNo"), ...codes } };
    },
    test: (message) =>
      checkIssue(message, clock.now()) ?? { code: "1", fields: { InvoiceNo: textOf(message, "InvoiceNo") } },
    void: (message) => decide("void", message, checkVoid(message)),
    allowance: (message) => decide("allowance", message, checkAllowance(message)),
    "allowance-void": (message) => decide("allowance-void", message, checkAllowanceVoid(message)),
    withdraw: (message) => decide("withdraw", message, checkVoid(message)),
    query: (message) => {
      const invoice = find(message);
      return invoice ? { code: "1", fields: { Data: queryData(invoice) } } : refuse("5000008", "InvoiceNo");
    },
  };
}

function queryData(invoice: StoredInvoice): Record<string, string> {
  const isVoid = invoice.voidDate !== undefined;
  return {
    InvoiceStatus: isVoid ? "0" : allowedOf(invoice) > 0 ? "2" : "1",
    InvoiceDate: textOf(invoice.message, "InvoiceDate"),
    BuyerName: textOf(invoice.message, "BuyerName"),
    TotalAmount: textOf(invoice.message, "TotalAmount"),
    VoidStatus: isVoid ? "1" : "0",
    VoidDate: invoice.voidDate ?? "",
  };
}
