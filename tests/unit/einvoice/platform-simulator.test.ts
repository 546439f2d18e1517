import { describe, expect, test } from "bun:test";
import { appendFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/platform/clock.ts";
import {
  createEinvoicePlatformSimulator,
  type EinvoicePlatformSimulator,
} from "../../../src/simulators/einvoice-platform/index.ts";
import { checkMacValue, type Message } from "../../../src/simulators/einvoice-platform/message.ts";

/** A right issue message, written out by hand. */
const ISSUE: Message = {
  InvoiceNo: "AB12345678",
  InvoiceDate: "2025/01/15",
  InvoiceTime: "10:02:03",
  RandomNumber: "0042",
  SalesAmount: "340",
  TaxType: "1",
  TaxRate: "0.05",
  TaxAmount: "0",
  TotalAmount: "340",
  InvoiceType: "07",
  PrintMark: "Y",
  DonateMark: "0",
  CarrierType: "",
  CarrierId1: "",
  CarrierId2: "",
  TaxID: "",
  BuyerId: "0000000000",
  BuyerName: "消費者",
  BuyerAddress: "",
  BuyerEmail: "",
  BuyerPhone: "",
  SellerId: "12345676",
  SellerName: "幸福瓦斯行",
  SellerAddress: "臺北市",
  SellerPhone: "",
  SellerEmail: "",
  ItemCount: "2",
  ItemWord: "項",
  ItemDescription: ["瓦斯", "配送"],
  ItemQuantity: ["2", "1"],
  ItemUnit: ["桶", "次"],
  ItemUnitPrice: ["150", "40"],
  ItemAmount: ["300", "40"],
  ItemTaxType: ["1", "1"],
  TimeStamp: "1736906523",
};
const BUSINESS: Message = {
  ...ISSUE,
  BuyerId: "04595257",
  TaxID: "04595257",
  BuyerName: "有限公司",
  TaxAmount: "17",
  TotalAmount: "357",
};
const QUERY: Message = {
  InvoiceNo: "AB12345678",
  InvoiceDate: "2025/01/15",
  SellerId: "12345676",
  TimeStamp: "1736906523",
};

async function send(
  simulator: EinvoicePlatformSimulator,
  operation: string,
  fields: Message,
): Promise<Record<string, unknown>> {
  const message = { MerchantID: simulator.credentials.app_id, ...fields };
  const response = await fetch(`${simulator.url}/${operation}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ CheckMacValue: checkMacValue(message, simulator.credentials.api_key), ...message }),
  });
  return JSON.parse(await response.text());
}

async function withSimulator<T>(
  use: (simulator: EinvoicePlatformSimulator) => Promise<T>,
  stateDir?: string,
): Promise<T> {
  const simulator = await createEinvoicePlatformSimulator({ clock: systemClock, ...(stateDir && { stateDir }) });
  try {
    return await use(simulator);
  } finally {
    await simulator.close();
  }
}

describe("the simulated platform", () => {
  test("stores an invoice once and tells what it stored", () =>
    withSimulator(async (simulator) => {
      expect(await send(simulator, "query", QUERY)).toMatchObject({ RtnCode: "5000008" });
      expect(await send(simulator, "issue", ISSUE)).toMatchObject({
        RtnCode: "1",
        InvoiceNo: "AB12345678",
        BarCode: "11402AB123456780042",
        QRCode_Right: "**",
      });
      expect(await send(simulator, "issue", { ...ISSUE, BuyerName: "別人" })).toMatchObject({ RtnCode: "5000001" });
      expect(await send(simulator, "query", QUERY)).toMatchObject({
        RtnCode: "1",
        Data: { InvoiceStatus: "1", InvoiceDate: "2025/01/15", BuyerName: "消費者", TotalAmount: "340" },
      });
      const [record] = simulator.records();
      expect(record).toMatchObject({ invoiceNo: "AB12345678", received: 2, rtnCodes: ["1", "5000001"] });
      expect(record?.contents).toHaveLength(2);
    }));

  test("the same number of another period is another invoice", () =>
    withSimulator(async (simulator) => {
      await send(simulator, "issue", ISSUE);
      expect(await send(simulator, "issue", { ...ISSUE, InvoiceDate: "2025/03/01" })).toMatchObject({ RtnCode: "1" });
      expect(simulator.records()).toHaveLength(2);
    }));

  test("allows allowances up to the total, then their cancellation, then void, each once", () =>
    withSimulator(async (simulator) => {
      const base = { InvoiceNo: "AB12345678", InvoiceDate: "2025/01/15", SellerId: "12345676" };
      const items = { ItemCount: "2", ItemAmount: ["200", "86"], ItemTax: ["10", "4"] };
      const amounts = { AllowanceAmount: "286", TaxAmount: "14", TotalAmount: "300" };
      const allowance = { ...base, ...items, ...amounts, AllowanceNo: "A1" };
      expect(await send(simulator, "allowance", allowance)).toMatchObject({ RtnCode: "6000002" });
      await send(simulator, "issue", ISSUE);
      expect(await send(simulator, "allowance", allowance)).toMatchObject({ RtnCode: "1" });
      expect(await send(simulator, "allowance", allowance)).toMatchObject({ RtnCode: "6000001" });
      expect(await send(simulator, "allowance", { ...allowance, AllowanceNo: "A2" })).toMatchObject({
        RtnCode: "6000003",
      });
      expect(await send(simulator, "query", QUERY)).toMatchObject({ Data: { InvoiceStatus: "2" } });
      expect(await send(simulator, "void", { ...base, Reason: "" })).toMatchObject({ RtnCode: "9000002" });
      expect(await send(simulator, "void", { ...base, Reason: "品項錯誤" })).toMatchObject({ RtnCode: "9000003" });
      const voided = { ...base, AllowanceNo: "A1", Reason: "誤開" };
      expect(await send(simulator, "allowance-void", voided)).toMatchObject({ RtnCode: "1" });
      expect(await send(simulator, "allowance-void", voided)).toMatchObject({ RtnCode: "5000007" });
      expect(await send(simulator, "void", { ...base, Reason: "品項錯誤" })).toMatchObject({ RtnCode: "1" });
      expect(await send(simulator, "void", { ...base, Reason: "品項錯誤" })).toMatchObject({ RtnCode: "5000007" });
      expect(await send(simulator, "query", QUERY)).toMatchObject({ Data: { InvoiceStatus: "0", VoidStatus: "1" } });
    }));

  test("what was withdrawn may come again with other content; only then", () =>
    withSimulator(async (simulator) => {
      const base = { InvoiceNo: "AB12345678", InvoiceDate: "2025/01/15", SellerId: "12345676" };
      await send(simulator, "issue", ISSUE);
      const other = { ...ISSUE, BuyerName: "別人" };
      expect(await send(simulator, "issue", other)).toMatchObject({ RtnCode: "5000001" });
      expect(await send(simulator, "withdraw", { ...base, Reason: "品名錯誤" })).toMatchObject({ RtnCode: "1" });
      expect(await send(simulator, "query", QUERY)).toMatchObject({ RtnCode: "5000008" });
      expect(await send(simulator, "issue", other)).toMatchObject({ RtnCode: "1" });
      expect(simulator.records()[0]).toMatchObject({ acts: ["issue", "withdraw", "issue"], withdrawn: 1 });
    }));

  const wrong: [what: string, message: Message, code: string][] = [
    ["an unknown application", { ...ISSUE, MerchantID: "x" }, "7000001"],
    ["a wrong signature", { ...ISSUE, CheckMacValue: "AAAA" }, "7000002"],
    ["no signature", { ...ISSUE, CheckMacValue: "" }, "7000002"],
    [
      "a missing field",
      Object.fromEntries(Object.entries(ISSUE).filter(([name]) => name !== "InvoiceType")),
      "9000002",
    ],
    ["a field too many", { ...ISSUE, Note: "x" }, "9000002"],
    ["a number of 7 digits", { ...ISSUE, InvoiceNo: "AB1234567" }, "5000002"],
    ["a day that does not exist", { ...ISSUE, InvoiceDate: "2025/02/30" }, "5000003"],
    ["a day to come", { ...ISSUE, InvoiceDate: "2999/01/01" }, "5000003"],
    ["a wrong buyer", { ...BUSINESS, BuyerId: "12345678", TaxID: "12345678" }, "5000004"],
    ["a consumer with a tax id", { ...ISSUE, TaxID: "04595257" }, "5000004"],
    ["a wrong seller", { ...ISSUE, SellerId: "12345678" }, "5000005"],
    ["a wrong total", { ...ISSUE, TotalAmount: "341" }, "5000006"],
    ["sales that are not the sum", { ...ISSUE, SalesAmount: "341", TotalAmount: "341" }, "5000006"],
    ["a consumer's tax", { ...ISSUE, SalesAmount: "324", TaxAmount: "16" }, "5000006"],
    ["a business's wrong tax", { ...BUSINESS, TaxAmount: "19", TotalAmount: "359" }, "5000006"],
    ["an item that is not quantity × price", { ...ISSUE, ItemAmount: ["299", "41"] }, "5000006"],
    ["lists of unequal length", { ...ISSUE, ItemUnit: ["桶"] }, "9000002"],
    ["a name too long", { ...ISSUE, BuyerName: "名".repeat(61) }, "9000002"],
    ["neither paper, carrier nor donation", { ...ISSUE, PrintMark: "N" }, "9000003"],
    [
      "paper and carrier",
      { ...ISSUE, CarrierType: "3J0002", CarrierId1: "/ABC+123", CarrierId2: "/ABC+123" },
      "9000003",
    ],
    [
      "a wrong mobile barcode",
      { ...ISSUE, PrintMark: "N", CarrierType: "3J0002", CarrierId1: "x", CarrierId2: "x" },
      "9000003",
    ],
    ["a donation without code", { ...ISSUE, PrintMark: "N", DonateMark: "1" }, "9000003"],
    ["a tax type that is not the items'", { ...ISSUE, TaxType: "3", TaxRate: "0" }, "9000002"],
  ];

  test.each(wrong)("refuses %s", (_what, message, code) =>
    withSimulator(async (simulator) => {
      expect(await send(simulator, "issue", message)).toMatchObject({ RtnCode: code });
      expect(simulator.records().filter((record) => record.stored)).toEqual([]);
      expect(await send(simulator, "test", message)).toMatchObject({ RtnCode: code });
    }),
  );

  test("accepts a business", () =>
    withSimulator(async (simulator) => {
      expect(await send(simulator, "test", BUSINESS)).toMatchObject({ RtnCode: "1" });
      expect(simulator.records()).toEqual([]);
      expect(await send(simulator, "issue", BUSINESS)).toMatchObject({ RtnCode: "1" });
    }));

  test("remembers over a restart, also when its last line was cut", async () => {
    const folder = await mkdtemp(join(tmpdir(), "einvoice-platform-"));
    try {
      await withSimulator((simulator) => send(simulator, "issue", ISSUE), folder);
      appendFileSync(join(folder, "einvoice-platform.jsonl"), '\n{"at":"2025-');
      await withSimulator(async (simulator) => {
        expect(await send(simulator, "issue", ISSUE)).toMatchObject({ RtnCode: "5000001" });
        expect(await send(simulator, "issue", { ...ISSUE, InvoiceNo: "AB12345679" })).toMatchObject({ RtnCode: "1" });
      }, folder);
      await withSimulator(async (simulator) => {
        expect(simulator.records().map((record) => record.received)).toEqual([2, 1]);
      }, folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
