import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { proofCodes, QR_CAPACITY_BYTES } from "../../../src/einvoice/rules/proof.ts";
import { sampleInvoice, sampleLines } from "./sample-invoice.ts";

const KEY = "FE05F029154F6AA67A78B338ED2F6601";
const bytes = (text: string) => Buffer.byteLength(text, "utf8");

/** Reads the items out of both codes as a scanner's program would, by the colons. */
function readItems(leftQr: string, rightQr: string): { written: number; total: number; items: string[][] } {
  const [, written = "", total = "", encoding, ...rest] = leftQr.slice(78).split(":");
  expect(encoding).toBe("1");
  expect(rightQr.startsWith("**")).toBe(true);
  const fields = [...rest.filter((_, index) => index < rest.length - 1 || rest.at(-1) !== "")];
  if (rightQr.length > 2) fields.push(...rightQr.slice(2).split(":"));
  const items = Array.from({ length: fields.length / 3 }, (_, index) => fields.slice(index * 3, index * 3 + 3));
  return { written: Number(written), total: Number(total), items };
}

const name = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 30 }),
    fc.string({ unit: fc.constantFrom("瓦", "斯", "桶", "𠮷", "é", "A", ":"), minLength: 1, maxLength: 40 }),
  )
  .filter((text) => text.trim() !== "" && !/\p{Cc}/u.test(text) && text.isWellFormed());

describe("items in the QR codes", () => {
  test("whole items in order, within capacity, the counts true", () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 200 }), (names) => {
        const invoice = sampleInvoice({ lines: names.map((text, index) => [text, index + 1, 10]) });
        const codes = proofCodes(invoice, { qrKeyHex: KEY });
        expect(bytes(codes.leftQr)).toBeLessThanOrEqual(QR_CAPACITY_BYTES);
        expect(bytes(codes.rightQr)).toBeLessThanOrEqual(QR_CAPACITY_BYTES);
        const read = readItems(codes.leftQr, codes.rightQr);
        expect(read.written).toBe(codes.itemsInQr);
        expect(read.total).toBe(names.length);
        const expected = names
          .slice(0, codes.itemsInQr)
          .map((text, index) => [text.replaceAll(":", "："), `${index + 1}`, "10"]);
        expect(read.items).toEqual(expected);
      }),
    );
  });

  test("filled: the next item would not fit into the right code", () => {
    const invoice = sampleInvoice({
      lines: Array.from({ length: 50 }, () => ["桶裝瓦斯", 1, 100] as const).map((line) => [...line]),
    });
    const { rightQr, itemsInQr } = proofCodes(invoice, { qrKeyHex: KEY });
    expect(itemsInQr).toBeLessThan(50);
    expect(bytes(`${rightQr}:桶裝瓦斯:1:100`)).toBeGreaterThan(QR_CAPACITY_BYTES);
  });

  test("a last item that fits exactly needs no colon after it", () => {
    const room = QR_CAPACITY_BYTES - 77 - ":**********:1:1:1".length - ":".length - ":1:10".length;
    const fits = proofCodes(sampleInvoice({ lines: [["x".repeat(room), 1, 10]] }), { qrKeyHex: KEY });
    expect(fits.leftQr).toHaveLength(QR_CAPACITY_BYTES);
    expect(fits.rightQr).toBe("**");
    const spills = proofCodes(sampleInvoice({ lines: [["x".repeat(room + 1), 1, 10]] }), { qrKeyHex: KEY });
    expect(spills.rightQr.length).toBeGreaterThan(2);
  });

  test("an item too long for either code is left out and not counted", () => {
    const codes = proofCodes(sampleInvoice({ lines: [["長".repeat(60), 1, 10]] }), { qrKeyHex: KEY });
    expect(codes.itemsInQr).toBe(0);
    expect(codes.leftQr.endsWith(":**********:0:1:1")).toBe(true);
    expect(codes.rightQr).toBe("**");
  });

  test("a business's net and its tax id", () => {
    const invoice = sampleInvoice({
      input: { buyer: { kind: "business", ubn: "04595257", name: "公司" }, lines: sampleLines([["瓦斯", 1, 1314]]) },
    });
    const { leftQr } = proofCodes(invoice, { qrKeyHex: KEY });
    expect(leftQr.slice(21, 53)).toBe(
      `${(1314).toString(16).padStart(8, "0")}${(1380).toString(16).padStart(8, "0")}0459525712345676`,
    );
  });
});
