import { refusal, wrong } from "./check-consumer.ts";
import type { Answer, CallData } from "./envelope.ts";
import {
  type CentreAllowance,
  type EcpayInvoice,
  isoDay,
  isTakenBack,
  type Ledger,
  listOf,
  numberOf,
  objectOf,
  sumOf,
  textOf,
} from "./ledger.ts";

const DAY_MS = 86_400_000;
const BACKDATED_DAYS_MAX = 6;
const absent = () => refusal(7, "查無資料");
const flag = (isSet: boolean) => (isSet ? "1" : "0");
const balanceOf = ({ net, allowances }: EcpayInvoice) =>
  allowances.reduce((left, { amount, isInvalid }) => left - (isInvalid ? 0 : amount), net);

/** The B2B API, as the pages `developers.ecpay.com.tw/14830 14850 14860 14889 14923 14935 14968 50467` describe it. */
export function createBusinessOperations(ledger: Ledger): Record<string, (data: CallData) => Answer> {
  /** Mode of every trading partner: 0 storage, 1 exchange. */
  const partners = new Map<string, string>();

  function partner(data: CallData): Answer {
    const ubn = textOf(data, "Identifier");
    if (!/^\d{8}$/.test(ubn) || !["1", "2", "3"].includes(textOf(data, "type"))) return wrong("Identifier");
    if (!["0", "1"].includes(textOf(data, "ExchangeMode")) || textOf(data, "EmailAddress") === "")
      return wrong("ExchangeMode");
    if (partners.has(ubn)) return refusal(6_160_052, "交易對象已存在");
    partners.set(ubn, textOf(data, "ExchangeMode"));
    return { RtnCode: 1, RtnMsg: "新增成功" };
  }

  function checkContent(data: CallData, mode: string): Answer | undefined {
    const items = listOf(data, "Items");
    const [sales, tax, total] = ["SalesAmount", "TaxAmount", "TotalAmount"].map((name) => numberOf(data, name));
    const keyMax = mode === "1" ? 20 : 50;
    if (!new RegExp(`^[0-9A-Za-z]{1,${keyMax}}$`).test(textOf(data, "RelateNumber"))) return wrong("RelateNumber");
    const taxType = textOf(data, "TaxType");
    if (textOf(data, "InvType") !== "07" || !["1", "2", "3"].includes(taxType)) return wrong("TaxType");
    if (taxType === "2" && !["1", "2"].includes(textOf(data, "ClearanceMark"))) return wrong("ClearanceMark");
    if (taxType === "2" && !/^7[1-9]$/.test(textOf(data, "ZeroTaxRateReason"))) return wrong("ZeroTaxRateReason");
    if (taxType === "3" && numberOf(data, "SpecialTaxType") !== 8) return wrong("SpecialTaxType");
    if (items.length < 1 || items.length > 999) return wrong("Items");
    const isOff = (item: CallData) =>
      textOf(item, "ItemName") === "" ||
      !(Math.abs(numberOf(item, "ItemPrice") * numberOf(item, "ItemCount") - numberOf(item, "ItemAmount")) <= 1);
    if (items.some(isOff)) return wrong("ItemAmount");
    if (!Number.isInteger(sales) || sales === 0 || Math.round(sumOf(items, "ItemAmount")) !== sales)
      return wrong("SalesAmount");
    const expected = taxType === "1" ? (sales ?? 0) * 0.05 : 0;
    if (!(Math.abs((tax ?? Number.NaN) - expected) <= 2)) return wrong("TaxAmount");
    return (sales ?? 0) + (tax ?? 0) === total ? undefined : wrong("TotalAmount");
  }

  const contentOf = (data: CallData) => ({
    total: numberOf(data, "TotalAmount"),
    net: numberOf(data, "SalesAmount"),
    data,
    items: listOf(data, "Items"),
  });

  function issue(data: CallData): Answer {
    const mode = partners.get(textOf(data, "CustomerIdentifier"));
    if (mode === undefined) return wrong("CustomerIdentifier");
    const known = ledger.byKey(textOf(data, "RelateNumber"));
    if (known) {
      known.ordered += 1;
      return wrong("RelateNumber");
    }
    const problem = checkContent(data, mode);
    if (problem) return problem;
    const createdAt = textOf(data, "InvoiceTime").replaceAll("/", "-") || ledger.time();
    const ageDays = (Date.parse(isoDay(ledger.time())) - Date.parse(isoDay(createdAt))) / DAY_MS;
    if (!(ageDays >= 0 && ageDays <= BACKDATED_DAYS_MAX)) return wrong("InvoiceTime");
    const invoice: EcpayInvoice = {
      api: "B2B",
      relateNumber: textOf(data, "RelateNumber"),
      number: ledger.nextNumber(),
      randomCode: ledger.nextRandom(),
      createdAt,
      isInvalid: false,
      ordered: 1,
      reissued: 0,
      allowances: [],
      ...contentOf(data),
    };
    ledger.invoices.push(invoice);
    return { RtnCode: 1, RtnMsg: "新增成功", InvoiceNumber: invoice.number, RandomNumber: invoice.randomCode };
  }

  const ofNumber = (data: CallData) => {
    const found = ledger.byNumber(textOf(data, "InvoiceNumber"), textOf(data, "InvoiceDate") || undefined);
    return found?.api === "B2B" ? found : undefined;
  };

  function find(data: CallData): Answer {
    const invoice = ofNumber(data);
    if (!invoice || textOf(data, "InvoiceCategory") !== "0" || textOf(data, "InvoiceDate") === "") return absent();
    const mode = partners.get(textOf(invoice.data, "CustomerIdentifier")) ?? "0";
    const RtnData = {
      InvoiceNumber: invoice.number,
      InvoiceDate: isoDay(invoice.createdAt),
      RelateNumber: invoice.relateNumber,
      RandomNumber: invoice.randomCode,
      Buyer_Identifier: textOf(invoice.data, "CustomerIdentifier"),
      SalesAmount: invoice.net,
      TaxAmount: invoice.total - invoice.net,
      TotalAmount: invoice.total,
      BalanceAmount: balanceOf(invoice),
      Issue_Status: "1",
      Invalid_Status: flag(invoice.isInvalid),
      Upload_Status: "0",
      ExchangeMode: mode,
      ExchangeStatus: mode === "1" ? "0" : "",
      Items: invoice.items,
    };
    return { RtnCode: 1, RtnMsg: "查詢成功", RtnData };
  }

  function invalid(data: CallData): Answer {
    const invoice = ofNumber(data);
    const reason = textOf(data, "Reason");
    if (!invoice) return absent();
    if (reason === "" || [...reason].length > 20) return wrong("Reason");
    if (invoice.isInvalid || balanceOf(invoice) !== invoice.net) return wrong("InvoiceNumber");
    invoice.isInvalid = true;
    return { RtnCode: 1, RtnMsg: "新增成功" };
  }

  function reissue(data: CallData): Answer {
    const [voided, content] = [objectOf(data, "VoidModel"), objectOf(data, "IssueModel")];
    const invoice = ofNumber({ InvoiceNumber: textOf(voided, "InvoiceNumber") });
    if (!invoice) return absent();
    if (invoice.isInvalid || balanceOf(invoice) !== invoice.net) return wrong("InvoiceNumber");
    if (textOf(content, "RelateNumber") !== invoice.relateNumber) return wrong("RelateNumber");
    if (textOf(content, "InvoiceTime").replaceAll("/", "-") !== invoice.createdAt) return wrong("InvoiceTime");
    if (!isTakenBack(isoDay(invoice.createdAt), isoDay(ledger.time()))) return wrong("InvoiceTime");
    const problem = checkContent(content, partners.get(textOf(content, "CustomerIdentifier")) ?? "0");
    if (problem) return problem;
    Object.assign(invoice, contentOf(content), { randomCode: ledger.nextRandom(), reissued: invoice.reissued + 1 });
    return { RtnCode: 1, RtnMsg: "新增成功", InvoiceNumber: invoice.number, RandomNumber: invoice.randomCode };
  }

  function allowance(data: CallData): Answer {
    const details = listOf(data, "Details");
    const [first] = details;
    const invoice =
      first && ofNumber({ InvoiceNumber: first.OriginalInvoiceNumber, InvoiceDate: first.OriginalInvoiceDate });
    if (!invoice || invoice.isInvalid) return absent();
    const [tax, total] = [numberOf(data, "TaxAmount"), numberOf(data, "TotalAmount")];
    if (!Number.isInteger(total) || total < 1 || Math.round(sumOf(details, "ItemAmount")) !== total)
      return wrong("TotalAmount");
    if (total > balanceOf(invoice)) return wrong("TotalAmount");
    const expected = textOf(invoice.data, "TaxType") === "1" ? Math.round(total * 0.05) : 0;
    if (!(Math.abs(tax - expected) <= 2)) return wrong("TaxAmount");
    for (const detail of details) {
      const item = invoice.items.find((one) => numberOf(one, "ItemSeq") === numberOf(detail, "OriginalSequenceNumber"));
      if (!item || textOf(item, "ItemName") !== textOf(detail, "ItemName")) return wrong("OriginalSequenceNumber");
      if (numberOf(detail, "ItemCount") > numberOf(item, "ItemCount")) return wrong("ItemCount");
    }
    const number = ledger.nextAllowanceNumber();
    invoice.allowances.push({ number, createdAt: ledger.time(), amount: total, tax, items: details, isInvalid: false });
    return { RtnCode: 1, RtnMsg: "", AllowanceNo: number, AllowanceNumber: number };
  }

  function findAllowanceOf(data: CallData): { invoice: EcpayInvoice; found: CentreAllowance } | undefined {
    for (const invoice of ledger.invoices) {
      const found = invoice.allowances.find(({ number }) => number === textOf(data, "AllowanceNo"));
      if (found && invoice.api === "B2B") return { invoice, found };
    }
    return undefined;
  }

  function getAllowance(data: CallData): Answer {
    const row = findAllowanceOf(data);
    if (!row) return absent();
    const { number, amount, tax, isInvalid } = row.found;
    const RtnData = { AllowanceNo: number, TotalAmount: amount, TaxAmount: tax, Invalid_Status: flag(isInvalid) };
    return { RtnCode: 1, RtnMsg: "查詢成功", RtnData };
  }

  /** With exchange an allowance is taken back by `CancelAllowance`, else by `AllowanceInvalid`. */
  const cancelAllowance =
    (mode: string) =>
    (data: CallData): Answer => {
      const row = findAllowanceOf(data);
      if (!row) return absent();
      if (partners.get(textOf(row.invoice.data, "CustomerIdentifier")) !== mode) return wrong("AllowanceNo");
      if (row.found.isInvalid || textOf(data, "Reason") === "") return wrong("AllowanceNo");
      row.found.isInvalid = true;
      return { RtnCode: 1, RtnMsg: "新增成功" };
    };

  return {
    MaintainMerchantCustomerData: partner,
    Issue: issue,
    GetIssue: find,
    Invalid: invalid,
    VoidWithReIssue: reissue,
    Allowance: allowance,
    GetAllowance: getAllowance,
    AllowanceInvalid: cancelAllowance("0"),
    CancelAllowance: cancelAllowance("1"),
  };
}
