import { documentXml, type XmlDocument } from "../../../src/einvoice/connectors/turnkey/mapping.ts";
import { computeAllowance } from "../../../src/einvoice/rules/allowance.ts";
import { sampleInvoice, sampleLines } from "./sample-invoice.ts";

const BUSINESS = { kind: "business" as const, ubn: "04595257", name: "甲 & 乙 <股份> 有限公司", address: "臺北市" };
const act = {
  at: new Date("2025-01-20T03:04:05Z"),
  reason: "客戶退貨",
  remark: null,
  approvalNumber: null,
};
const invoice = sampleInvoice({
  input: {
    buyer: BUSINESS,
    orderReference: "ORDER-1",
    lines: sampleLines([
      ["瓦斯 20 公斤", 2, 650],
      ["管線", "1.5", 33],
    ]),
  },
});
const draft = computeAllowance(invoice.content, { lines: [{ sequenceNumber: "001", amount: 650 }] }, []);
const allowance = { ...draft, number: "AA10000000114021", issuedAt: new Date("2025-01-21T03:04:05Z") };

/** One document of every kind of message, by the name of its golden file. */
export const sampleDocuments: Record<string, XmlDocument> = {
  "F0401-business": { kind: "issue", invoice },
  "F0401-carrier": {
    kind: "issue",
    invoice: sampleInvoice({ input: { carrier: { type: "3J0002", id: "/ABC+123" }, donationCode: "168001" } }),
  },
  "F0401-mixed": {
    kind: "issue",
    invoice: sampleInvoice({
      input: {
        lines: [
          ...sampleLines([["瓦斯", 3, "305.6666667"]]),
          { description: "米", quantity: 1, unitPrice: 50, taxType: "exempt" },
          { description: "出口品", quantity: 1, unitPrice: 100, taxType: "zero_rated" },
          { description: "折扣", quantity: 1, unitPrice: -7, taxType: "taxable" },
        ],
        customsClearanceMark: "through_customs",
        zeroTaxRateReason: "71",
      },
    }),
  },
  F0501: { kind: "cancel", invoice, act: { ...act, approvalNumber: "財北國稅字第1號", remark: "逾期" } },
  F0701: { kind: "void", invoice: sampleInvoice(), act: { ...act, reason: "品名錯誤" } },
  G0401: { kind: "allowance", invoice, allowance },
  G0501: { kind: "cancel_allowance", invoice, allowance, act },
  E0402: {
    kind: "unused_numbers",
    report: {
      sellerUbn: "12345676",
      period: "11402",
      prefix: "AA",
      ranges: [
        [10, 49],
        [100, 149],
      ],
    },
  },
  E0401: {
    kind: "branch_numbers",
    numbers: {
      headUbn: "12345676",
      branchUbn: "04595257",
      period: "11402",
      prefix: "AA",
      begin: 0,
      end: 999,
      parts: [{ begin: 0, end: 99 }],
    },
  },
};

/** Every golden message: its XML by the name of its file. */
export const sampleMessages = (): [name: string, xml: string][] => [
  ...Object.entries(sampleDocuments).map(([name, document]): [string, string] => [name, documentXml(document)]),
];
