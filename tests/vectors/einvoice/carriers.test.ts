import { describe, expect, test } from "bun:test";
import type { Carrier, IssueInvoiceInput } from "@luckygas/gateway-client";
import { issueInvoiceInputSchema } from "@luckygas/gateway-client";
import { numberText } from "../../../src/einvoice/proof/sheet.ts";
import { checkCarrier } from "../../../src/einvoice/rules/carriers.ts";
import { sampleInvoice } from "../../unit/einvoice/sample-invoice.ts";

/** Carriers of MIG 4.1 and MOF's 電子發票應用 API v1.7; a text is the field that is refused. */
const carriers: [what: string, carrier: Carrier, outcome: Required<Carrier> | string][] = [
  ["mobile barcode", { type: "3J0002", id: "/AB201+9" }, { type: "3J0002", id: "/AB201+9", hiddenId: "/AB201+9" }],
  ["all its signs", { type: "3J0002", id: "/0Z.+-A9" }, { type: "3J0002", id: "/0Z.+-A9", hiddenId: "/0Z.+-A9" }],
  ["without the slash", { type: "3J0002", id: "AB201+9A" }, "carrier.id"],
  ["of 9 characters", { type: "3J0002", id: "/AB201+9A" }, "carrier.id"],
  [
    "citizen certificate",
    { type: "CQ0001", id: "TP03000001234567" },
    { type: "CQ0001", id: "TP03000001234567", hiddenId: "TP03000001234567" },
  ],
  ["of 15 characters", { type: "CQ0001", id: "TP0300000123456" }, "carrier.id"],
  ["EasyCard", { type: "1K0001", id: "0123", hiddenId: "a1" }, { type: "1K0001", id: "0123", hiddenId: "a1" }],
  ["iPASS", { type: "1H0001", id: "0123", hiddenId: "a1" }, { type: "1H0001", id: "0123", hiddenId: "a1" }],
  ["icash", { type: "2G0001", id: "0123", hiddenId: "a1" }, { type: "2G0001", id: "0123", hiddenId: "a1" }],
  ["a member's, configured", { type: "EJ0113", id: "m1" }, { type: "EJ0113", id: "m1", hiddenId: "m1" }],
  ["a member's of another", { type: "EJ1507", id: "m1" }, "carrier.type"],
  ["of cross-border sellers, not configured", { type: "5G0001", id: "a@b.tw" }, "carrier.type"],
];

test.each(carriers)("carrier: %s", (_what, carrier, outcome) => {
  if (typeof outcome !== "string") expect(checkCarrier(carrier, ["EJ0113"])).toEqual(outcome);
  else expect(() => checkCarrier(carrier, ["EJ0113"])).toThrow(`${outcome}: `);
});

const readable = (change: Partial<IssueInvoiceInput>) =>
  issueInvoiceInputSchema.safeParse({
    idempotencyKey: "key-0000001",
    buyer: { kind: "consumer" },
    lines: [{ description: "瓦斯", quantity: 1, unitPrice: 850, taxType: "zero_rated" }],
    ...change,
  }).success;

describe("closed lists", () => {
  test.each(["25885", "919", "168001", "0000001"])("donation code %s", (donationCode) => {
    expect(readable({ donationCode })).toBe(true);
  });
  test.each(["12", "12345678", "91A", "９１９", ""])("no donation code: %p", (donationCode) => {
    expect(readable({ donationCode })).toBe(false);
  });

  test("reasons of a zero rate are 71 to 79", () => {
    const allowed = Array.from({ length: 100 }, (_, code) => String(code)).filter((zeroTaxRateReason) =>
      readable({ zeroTaxRateReason }),
    );
    expect(allowed).toEqual(["71", "72", "73", "74", "75", "76", "77", "78", "79"]);
  });
});

test("a donated invoice does not show its last three digits: AB12345***", () => {
  const donated = sampleInvoice({ number: "AB12345678", input: { donationCode: "919" } });
  expect(numberText(donated)).toBe("AB-12345***");
  expect(numberText(sampleInvoice({ number: "AB12345678" }))).toBe("AB-12345678");
});
