import { describe, expect, test } from "bun:test";
import { type LayoutOptions, loadLayout } from "../../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../../src/banking/rules/layouts/index.ts";
import { decodeBig5 } from "../../../../src/platform/big5.ts";

function holderWritten(accountHolder: string, text: LayoutOptions["text"]): string {
  const loaded = loadLayout(builtInLayouts.get("luckygas-b-payment"), { encoding: "BIG5", ...(text && { text }) });
  if (!loaded.ok) return loaded.problems.join();
  const encoded = loaded.layout.encode({
    header: { batchNumber: "B", fileDate: "2026-01-31", clearingCode: "017" },
    details: [{ transactionId: "T", accountNumber: "1", accountHolder, amount: 1, paymentDate: "2026-01-31" }],
  });
  if (!encoded.ok) return encoded.problems.map(({ rule }) => rule).join();
  return decodeBig5(encoded.bytes.subarray(202 + 41, 202 + 71)).text.trimEnd();
}

const substitutions = { 堃: "坤" };

describe("what a bank wants done with a character that its code page lacks", () => {
  test("refused, unless the bank says otherwise (control)", () => {
    expect(holderWritten("游錫堃", undefined)).toContain("U+5803");
    expect(holderWritten("游錫堃", { substitutions })).toContain("U+5803");
  });
  test("replaced by the bank's table, in the fields that say so", () => {
    const fields = { accountHolder: { onUnmappable: "substitute" as const } };
    expect(holderWritten("游錫堃", { substitutions, fields })).toBe("游錫坤");
    expect(holderWritten("陳喆", { substitutions, fields })).toContain("U+5586");
  });
  test("a full-width question mark where a bank wants that", () => {
    const fields = { accountHolder: { onUnmappable: "fullwidth_question" as const } };
    expect(holderWritten("陳喆", { fields })).toBe("陳？");
  });
  test("full-width forms, and back; upper case", () => {
    const full = { accountHolder: { transforms: ["upper_case", "full_width"] as const } };
    expect(
      holderWritten("Abc 1號", { fields: { accountHolder: { transforms: [...full.accountHolder.transforms] } } }),
    ).toBe("ＡＢＣ　１號");
    expect(holderWritten("ＡＢＣ　１", { fields: { accountHolder: { transforms: ["half_width"] } } })).toBe("ABC 1");
  });
  test("a table whose substitute cannot be written is refused when it is loaded", () => {
    expect(holderWritten("A", { substitutions: { 堃: "喆" } })).toContain('"喆" is not in BIG5');
    expect(holderWritten("A", { substitutions: { 堃堃: "坤" } })).toContain("must be of one character");
  });
});
