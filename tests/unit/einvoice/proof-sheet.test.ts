import { describe, expect, test } from "bun:test";
import { renderEscPos } from "../../../src/einvoice/proof/escpos.ts";
import { layOut, textWidth } from "../../../src/einvoice/proof/layout.ts";
import { maskCarrier, proofSheet } from "../../../src/einvoice/proof/sheet.ts";
import { renderSvg } from "../../../src/einvoice/proof/svg.ts";
import { proofCodes } from "../../../src/einvoice/rules/proof.ts";
import { sampleInvoice } from "./sample-invoice.ts";

const KEY = "FE05F029154F6AA67A78B338ED2F6601";
type Options = Parameters<typeof proofSheet>[2];

function sheetOf(invoice = sampleInvoice(), options: Partial<Options> = {}) {
  const codes = proofCodes(invoice, { qrKeyHex: KEY });
  return proofSheet(invoice, codes, { kind: "original", isTest: false, withItems: false, ...options });
}

const texts = (...args: Parameters<typeof sheetOf>) =>
  sheetOf(...args).lines.flatMap(({ text, right }) => (right === undefined ? [text] : [text, right]));

describe("what stands on a proof", () => {
  test("a consumer's original, from top to bottom", () => {
    expect(texts()).toEqual([
      "幸福瓦斯行",
      "電子發票證明聯",
      "114年01-02月",
      "AA-10000000",
      "2025-01-15 10:03:04",
      "隨機碼 0122",
      "總計 340",
      "賣方 12345676",
    ]);
  });

  test("a reprint says so, and what is not made in production says that it is a test", () => {
    expect(texts(undefined, { kind: "reprint" })).toContain("電子發票證明聯補印");
    expect(texts(undefined, { isTest: true })[0]).toContain("測試");
    expect(texts(undefined, { kind: "preview" })[0]).toContain("預覽");
  });

  test("a business's has its tax id and format 25", () => {
    const input = { buyer: { kind: "business" as const, ubn: "04595257", name: "有限公司" } };
    expect(texts(sampleInvoice({ input }))).toEqual(expect.arrayContaining(["格式 25", "買方 04595257"]));
  });

  test("a donated one shows neither its last three digits nor a code that holds them", () => {
    const sheet = sheetOf(sampleInvoice({ input: { donationCode: "168001" } }), { kind: "preview", withItems: true });
    expect(sheet.codes).toBeNull();
    expect(sheet.lines.map(({ text }) => text)).toContain("AA-10000***");
    expect(renderSvg(layOut(sheet))).not.toContain("10000000");
  });

  test("a carrier's id is masked", () => {
    expect(texts(sampleInvoice({ input: { carrier: { type: "3J0002", id: "/ABC+123" } } }))).toContain(
      "載具 3J0002 /ABC****",
    );
    expect(["a", "abc", "AB12345678901234"].map(maskCarrier)).toEqual(["*", "a**", "AB12************"]);
  });
});

describe("drawing", () => {
  test("nothing leaves the paper of 57 mm, however long the names are", () => {
    const invoice = sampleInvoice({ lines: [["很長的品名".repeat(100), 3, "305.6666667"]] });
    invoice.content.seller = { ...invoice.content.seller, name: "名".repeat(60) };
    const pages = layOut(sheetOf(invoice, { withItems: true }));
    expect(pages).toHaveLength(2);
    for (const page of pages) {
      for (const { x, y, size, text } of page.texts) {
        expect(x).toBeGreaterThanOrEqual(3.9);
        expect(x + textWidth(text, size)).toBeLessThanOrEqual(53.1);
        expect(y).toBeLessThanOrEqual(page.height);
      }
    }
  });

  test("both codes are at least 1.5 cm square, of one size, 0.2 cm of quiet between them", () => {
    const [page] = layOut(sheetOf());
    const squares = page?.rectangles.filter(({ height }) => height < 1) ?? [];
    const left = squares.filter(({ x }) => x < 28.5);
    const right = squares.filter(({ x }) => x >= 28.5);
    const span = (part: typeof squares) => ({
      from: Math.min(...part.map(({ x }) => x)),
      to: Math.max(...part.map(({ x, width }) => x + width)),
      top: Math.min(...part.map(({ y }) => y)),
    });
    expect(span(left).to - span(left).from).toBeCloseTo(20);
    expect(span(right).to - span(right).from).toBeCloseTo(20);
    expect(span(left).top).toBe(span(right).top);
    expect(span(right).from - span(left).to).toBeGreaterThanOrEqual(2);
  });

  test("markup in names is no markup in the picture", () => {
    const svg = renderSvg(layOut(sheetOf(sampleInvoice({ lines: [["<script>&\"'", 1, 1]] }), { withItems: true })));
    expect(svg).not.toContain("<script>");
    expect(svg).toContain("&lt;script&gt;&amp;&quot;&apos;");
  });

  test("a printer's text is Big5, and a character that it lacks is a square", () => {
    const sheet = sheetOf(sampleInvoice({ lines: [["𠮷瓦斯", 1, 1]] }), { withItems: true });
    const job = Buffer.from(renderEscPos({ ...sheet, codes: null }));
    expect(job.includes(Buffer.from([0xa1, 0xbc, 0xa5, 0xcb, 0xb4, 0xb5]))).toBe(true);
    expect(job.includes(Buffer.from("?"))).toBe(false);
  });
});
