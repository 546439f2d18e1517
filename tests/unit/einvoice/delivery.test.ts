import { describe, expect, test } from "bun:test";
import type { IssueInvoiceInput } from "@luckygas/gateway-client";
import { issueMessage } from "../../../src/einvoice/connectors/platform-json/mapping.ts";
import { OperationError } from "../../../src/platform/errors.ts";
import { checkIssue } from "../../../src/simulators/einvoice-platform/check-issue.ts";
import { sampleInvoice } from "./sample-invoice.ts";

const BUSINESS = { kind: "business", ubn: "04595257", name: "有限公司" } as const;
const MOBILE = { type: "3J0002", id: "/ABC+123" };

type Case = [what: string, input: Partial<IssueInvoiceInput>, expected: boolean | string];

/** `true` / `false`: allowed, printed or not. A text: refused, and the field that is named. */
const cases: Case[] = [
  ["consumer, nothing said: printed", {}, true],
  ["consumer, print: printed", { print: true }, true],
  ["consumer, carrier: not printed", { carrier: MOBILE }, false],
  ["consumer, donation: not printed", { donationCode: "919" }, false],
  ["consumer, carrier and donation", { carrier: MOBILE, donationCode: "168001" }, false],
  ["consumer, none of the three", { print: false }, "print"],
  ["consumer, printed with a carrier", { print: true, carrier: MOBILE }, "print"],
  ["consumer, printed and donated", { print: true, donationCode: "919" }, "print"],
  ["business, nothing said: printed", { buyer: BUSINESS }, true],
  ["business, mobile barcode: not printed", { buyer: BUSINESS, carrier: MOBILE }, false],
  ["business, mobile barcode and print", { buyer: BUSINESS, carrier: MOBILE, print: true }, true],
  ["business, neither printed nor carrier", { buyer: BUSINESS, print: false }, "print"],
  ["business, donated", { buyer: BUSINESS, donationCode: "919" }, "donationCode"],
  ["business, other carrier", { buyer: BUSINESS, carrier: { type: "CQ0001", id: "AB12345678901234" } }, "carrier.type"],
  ["certificate", { carrier: { type: "CQ0001", id: "AB12345678901234" } }, false],
  ["certificate too short", { carrier: { type: "CQ0001", id: "AB1234567890123" } }, "carrier.id"],
  ["barcode without slash", { carrier: { type: "3J0002", id: "ABC+1234" } }, "carrier.id"],
  ["barcode in small letters", { carrier: { type: "3J0002", id: "/abc+123" } }, "carrier.id"],
  ["barcode with another hidden id", { carrier: { ...MOBILE, hiddenId: "/ABC+124" } }, "carrier.hiddenId"],
  ["card without hidden id", { carrier: { type: "1K0001", id: "1234" } }, "carrier.hiddenId"],
  ["card", { carrier: { type: "1K0001", id: "1234", hiddenId: "abcd" } }, false],
  ["member carrier of the seller", { carrier: { type: "EJ0113", id: "0912" } }, false],
  ["member carrier of another", { carrier: { type: "EJ9999", id: "0912" } }, "carrier.type"],
  ["unknown carrier", { carrier: { type: "XX0001", id: "0912" } }, "carrier.type"],
  ["customs mark without zero rate", { customsClearanceMark: "through_customs" }, "customsClearanceMark"],
  [
    "zero rate without customs mark",
    { lines: [{ description: "x", quantity: 1, unitPrice: 1, taxType: "zero_rated" }], zeroTaxRateReason: "71" },
    "customsClearanceMark",
  ],
];

describe("paper, carrier or donation", () => {
  test.each(cases)("%s", (_what, input, expected) => {
    if (typeof expected === "string") {
      expect(refusedField(input)).toBe(expected);
      return;
    }
    const invoice = sampleInvoice({ input });
    expect(invoice.content.print).toBe(expected);
    const message = { ...issueMessage(invoice), TimeStamp: "1736906584" };
    expect(checkIssue(message, invoice.issuedAt)).toBeUndefined();
  });

  test("the platform's own check refuses a consumer with none of the three", () => {
    const invoice = sampleInvoice();
    const message = { ...issueMessage(invoice), TimeStamp: "1736906584", PrintMark: "N" };
    expect(checkIssue(message, invoice.issuedAt)?.code).toBe("9000003");
  });
});

function refusedField(input: Partial<IssueInvoiceInput>): string | undefined {
  try {
    sampleInvoice({ input });
  } catch (error) {
    if (error instanceof OperationError) return error.options.fields?.[0]?.path;
    throw error;
  }
  return undefined;
}
