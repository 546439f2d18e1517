import { checkConsumerIssue, refusal, wrong } from "./check-consumer.ts";
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

const NO_UBN = "0000000000";
const flag = (isSet: boolean) => (isSet ? "1" : "0");
const absent = () => refusal(2, "查無發票資料，請重新確認");

/** Tax inside a gross amount of taxable lines. */
const taxInside = (gross: number) => Math.round((gross / 1.05) * 0.05);

export const allowedOf = ({ allowances }: EcpayInvoice) =>
  allowances.reduce((total, { amount, isInvalid }) => total + (isInvalid ? 0 : amount), 0);

/** The B2C API, as the pages `developers.ecpay.com.tw/7896 7901 7906 7911 7918 7923 7928` and `?p=17229` describe it. */
export function createConsumerOperations(ledger: Ledger): Record<string, (data: CallData) => Answer> {
  const issued = (invoice: EcpayInvoice): Answer => ({
    RtnCode: 1,
    RtnMsg: "開立發票成功",
    InvoiceNo: invoice.number,
    InvoiceDate: invoice.createdAt,
    RandomNumber: invoice.randomCode,
  });

  function issue(data: CallData): Answer {
    const known = ledger.byKey(textOf(data, "RelateNumber"));
    if (known) {
      known.ordered += 1;
      return refusal(5_070_357, "B2C開立發票 自訂編號重覆，請重新設定");
    }
    const problem = checkConsumerIssue(data);
    if (problem) return problem;
    const invoice: EcpayInvoice = {
      api: "B2C",
      relateNumber: textOf(data, "RelateNumber"),
      number: ledger.nextNumber(),
      randomCode: ledger.nextRandom(),
      createdAt: ledger.time(),
      isInvalid: false,
      ordered: 1,
      reissued: 0,
      allowances: [],
      ...contentOf(data),
    };
    ledger.invoices.push(invoice);
    return issued(invoice);
  }

  function reissue(data: CallData): Answer {
    const [voided, content] = [objectOf(data, "VoidModel"), objectOf(data, "IssueModel")];
    const invoice = ledger.byNumber(textOf(voided, "InvoiceNo"));
    if (invoice?.api !== "B2C") return absent();
    if (!isReason(textOf(voided, "VoidReason"))) return wrong("VoidReason");
    if (invoice.isInvalid || allowedOf(invoice) > 0) return wrong("InvoiceNo");
    if (textOf(content, "RelateNumber").toLowerCase() !== invoice.relateNumber.toLowerCase())
      return wrong("RelateNumber");
    if (textOf(content, "InvoiceDate").replaceAll("/", "-") !== invoice.createdAt) return wrong("InvoiceDate");
    if (!isTakenBack(isoDay(invoice.createdAt), isoDay(ledger.time()))) return wrong("InvoiceDate");
    const problem = checkConsumerIssue(content);
    if (problem) return problem;
    Object.assign(invoice, contentOf(content), { randomCode: ledger.nextRandom(), reissued: invoice.reissued + 1 });
    return issued(invoice);
  }

  function find(data: CallData): Answer {
    const key = textOf(data, "RelateNumber");
    const found =
      key === "" ? ledger.byNumber(textOf(data, "InvoiceNo"), textOf(data, "InvoiceDate")) : ledger.byKey(key);
    if (found?.api !== "B2C") return absent();
    return { RtnCode: 1, RtnMsg: "查詢成功", ...rowOf(found), ...detailOf(found) };
  }

  function list(data: CallData): Answer {
    const [begin, end] = [isoDay(textOf(data, "BeginDate")), isoDay(textOf(data, "EndDate"))];
    const [size, page] = [numberOf(data, "NumPerPage"), numberOf(data, "ShowingPage")];
    if (!(size >= 1 && size <= 200) || !(page >= 1)) return wrong("NumPerPage");
    const all = ledger.invoices
      .filter(({ api, createdAt }) => api === "B2C" && isoDay(createdAt) >= begin && isoDay(createdAt) <= end)
      .reverse();
    const InvoiceData = all.slice((page - 1) * size, page * size).map(rowOf);
    return { RtnCode: 1, RtnMsg: "查詢成功", TotalCount: all.length, ShowingPage: page, InvoiceData };
  }

  function invalid(data: CallData): Answer {
    const invoice = ledger.byNumber(textOf(data, "InvoiceNo"), textOf(data, "InvoiceDate"));
    if (invoice?.api !== "B2C") return refusal(1_600_003, "無發票號碼資料");
    if (!isReason(textOf(data, "Reason"))) return wrong("Reason");
    if (invoice.isInvalid) return refusal(5_070_453, "B2C作廢發票 該發票已被作廢過");
    if (allowedOf(invoice) > 0) return refusal(5_070_450, "B2C作廢發票 該發票已被折讓過，無法直接作廢發票");
    if (!isTakenBack(isoDay(invoice.createdAt), isoDay(ledger.time()))) return wrong("InvoiceDate");
    invoice.isInvalid = true;
    return { RtnCode: 1, RtnMsg: "作廢發票成功", InvoiceNo: invoice.number };
  }

  function allowance(data: CallData): Answer {
    const invoice = ledger.byNumber(textOf(data, "InvoiceNo"), textOf(data, "InvoiceDate"));
    if (invoice?.api !== "B2C" || invoice.isInvalid) return refusal(1_600_003, "無發票號碼資料");
    const problem = checkAllowance(data, invoice);
    if (problem) return problem;
    const amount = numberOf(data, "AllowanceAmount");
    const created: CentreAllowance = {
      number: ledger.nextAllowanceNumber(),
      createdAt: ledger.time(),
      amount,
      tax: taxInside(amount),
      items: listOf(data, "Items"),
      isInvalid: false,
    };
    invoice.allowances.push(created);
    return {
      RtnCode: 1,
      RtnMsg: "折讓單資料新增成功",
      IA_Allow_No: created.number,
      IA_Invoice_No: invoice.number,
      IA_Date: created.createdAt,
      IA_Remain_Allowance_Amt: invoice.total - allowedOf(invoice),
    };
  }

  const allAllowances = () =>
    ledger.invoices.flatMap((invoice) => invoice.allowances.map((found) => ({ invoice, found })));

  function listAllowances(data: CallData): Answer {
    const [type, number] = [textOf(data, "SearchType"), textOf(data, "InvoiceNo")];
    const date = isoDay(textOf(data, "Date"));
    const rows = allAllowances().filter(({ invoice, found }) => {
      if (invoice.api !== "B2C") return false;
      if (type === "0") return found.number === textOf(data, "AllowanceNo");
      const day = type === "1" ? invoice.createdAt : found.createdAt;
      return invoice.number === number && isoDay(day) === date;
    });
    if (rows.length === 0) return refusal(2_000_039, "查無折讓單資料，請確認!");
    return {
      RtnCode: 1,
      RtnMsg: "成功",
      AllowanceInfo: rows.map(({ invoice, found }) => allowanceRow(invoice, found)),
    };
  }

  function cancelAllowance(data: CallData): Answer {
    const row = allAllowances().find(
      ({ invoice, found }) =>
        found.number === textOf(data, "AllowanceNo") && invoice.number === textOf(data, "InvoiceNo"),
    );
    if (!row) return refusal(2_000_039, "查無折讓單資料，請確認!");
    if (!isReason(textOf(data, "Reason"))) return wrong("Reason");
    if (row.found.isInvalid) return refusal(2_000_063, "該折讓單已作廢過，請確認");
    if (!isTakenBack(isoDay(row.found.createdAt), isoDay(ledger.time()))) return wrong("AllowanceNo");
    row.found.isInvalid = true;
    return { RtnCode: 1, RtnMsg: "該折讓單已作廢", IA_Invoice_No: row.invoice.number };
  }

  return {
    Issue: issue,
    GetIssue: find,
    GetIssueList: list,
    Invalid: invalid,
    VoidWithReIssue: reissue,
    Allowance: allowance,
    GetAllowanceList: listAllowances,
    AllowanceInvalid: cancelAllowance,
  };
}

const isReason = (text: string) => text !== "" && [...text].length <= 20;

function contentOf(data: CallData) {
  const items = listOf(data, "Items");
  const total = numberOf(data, "SalesAmount");
  const taxable = textOf(data, "TaxType") === "1" ? items : items.filter((item) => textOf(item, "ItemTaxType") === "1");
  const tax = data.TaxAmount === undefined ? taxInside(sumOf(taxable, "ItemAmount")) : numberOf(data, "TaxAmount");
  return { total, net: total - tax, data, items };
}

function checkAllowance(data: CallData, invoice: EcpayInvoice): Answer | undefined {
  const [amount, items] = [numberOf(data, "AllowanceAmount"), listOf(data, "Items")];
  if (!["S", "E", "A", "N"].includes(textOf(data, "AllowanceNotify"))) return wrong("AllowanceNotify");
  if (!Number.isInteger(amount) || amount < 1) return wrong("AllowanceAmount");
  if (amount > invoice.total - allowedOf(invoice)) return wrong("AllowanceAmount");
  if (items.length === 0 || sumOf(items, "ItemAmount") !== amount) return wrong("Items");
  for (const item of items) {
    const product = numberOf(item, "ItemPrice") * numberOf(item, "ItemCount");
    if (textOf(item, "ItemName") === "" || textOf(item, "ItemWord") === "") return wrong("ItemName");
    if (!(Math.abs(product - numberOf(item, "ItemAmount")) <= 1)) return wrong("ItemAmount");
    if (textOf(invoice.data, "TaxType") === "9" && textOf(item, "ItemTaxType") === "") return wrong("ItemTaxType");
  }
  return undefined;
}

function rowOf(invoice: EcpayInvoice) {
  const { data } = invoice;
  const ubn = textOf(data, "CustomerIdentifier");
  return {
    IIS_Number: invoice.number,
    IIS_Relate_Number: invoice.relateNumber,
    IIS_Identifier: ubn === "" ? NO_UBN : ubn,
    IIS_Category: ubn === "" ? "B2C" : "B2B",
    IIS_Clearance_Mark: textOf(data, "ClearanceMark"),
    IIS_Tax_Type: textOf(data, "TaxType"),
    ZeroTaxRateReason: textOf(data, "ZeroTaxRateReason"),
    IIS_Tax_Amount: ubn === "" ? 0 : invoice.total - invoice.net,
    IIS_Sales_Amount: invoice.total,
    IIS_Create_Date: invoice.createdAt,
    IIS_Issue_Status: "1",
    IIS_Invalid_Status: flag(invoice.isInvalid),
    IIS_Upload_Status: "0",
    IIS_Turnkey_Status: "",
    IIS_Remain_Allowance_Amt: invoice.total - allowedOf(invoice),
    IIS_Print_Flag: textOf(data, "Print"),
    IIS_Carrier_Type: textOf(data, "CarrierType"),
    IIS_Love_Code: textOf(data, "LoveCode"),
  };
}

const detailOf = ({ data, randomCode, items }: EcpayInvoice) => ({
  IIS_Customer_Name: textOf(data, "CustomerName"),
  IIS_Customer_Addr: textOf(data, "CustomerAddr"),
  IIS_Customer_Phone: textOf(data, "CustomerPhone"),
  IIS_Customer_Email: textOf(data, "CustomerEmail"),
  IIS_Random_Number: randomCode,
  Items: items,
});

const allowanceRow = (invoice: EcpayInvoice, found: CentreAllowance) => ({
  IA_Allow_No: found.number,
  IA_Date: found.createdAt,
  IA_Identifier: rowOf(invoice).IIS_Identifier,
  IA_Invalid_Status: flag(found.isInvalid),
  IA_Invoice_Issue_Date: invoice.createdAt,
  IA_Invoice_No: invoice.number,
  IA_Tax_Amount: found.tax,
  IA_Total_Amount: found.amount - found.tax,
  IA_Total_Tax_Amount: found.amount,
  IA_Upload_Status: "0",
  Items: found.items,
});
