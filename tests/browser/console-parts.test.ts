import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tellError } from "../../src/console/lib/errors.ts";
import { fieldText } from "../../src/console/lib/field-names.ts";
import { chineseOf } from "../../src/console/lib/gateway-words.ts";
import { readDebitLines } from "../../src/console/views/banking/debit-lines.ts";

const refusal = (gateway: object, message = "refused") =>
  Object.assign(new Error(message), { data: { gateway: { requestId: "request-0001", ...gateway } } });

describe("an error in the reader's language", () => {
  test("each field with its rule, the gateway's English below it", () => {
    const error = refusal({
      code: "invalid_input",
      action: "fix_input",
      fields: [
        { path: "lines.0.quantity", rule: "must be above zero" },
        { path: "buyer.secret", rule: "no such words" },
      ],
    });
    expect(tellError(error, "zh")).toEqual({
      message: "輸入有誤，請更正後再試。",
      details: [
        { text: "品項 1 數量：必須大於零", original: "lines.0.quantity: must be above zero" },
        { text: "buyer secret: no such words" },
      ],
      requestId: "request-0001",
    });
    expect(tellError(error, "en").details[0]).toEqual({ text: "Lines 1 Quantity: must be above zero" });
  });

  test("a reason of the stable list; one that is new stays in English", () => {
    const known = { code: "state_not_allowed", action: "read_state", reason: "range_exhausted" };
    expect(tellError(refusal(known, "no numbers"), "zh").details).toEqual([
      { text: "本期號碼已用罄", original: "no numbers" },
    ]);
    expect(tellError(refusal({ ...known, reason: "brand_new" }, "no numbers"), "zh").details).toEqual([
      { text: "no numbers" },
    ]);
  });

  test("what is not the gateway's answer", () => {
    expect(tellError(new Error("page fault"), "zh").details).toEqual([{ text: "page fault" }]);
  });
});

test("the gateway's words: whole, with their values, and several sentences only when all are known", () => {
  expect(chineseOf("has 26 bytes instead of 200")).toBe("長度 26 位元組，應為 200");
  expect(chineseOf("not tried before; every8d: circuit breaker open")).toBe("還沒試過；every8d：斷路器已跳開");
  expect(chineseOf("not tried before; something new")).toBeUndefined();
  expect(chineseOf("something new")).toBeUndefined();
  expect(fieldText("items.2.accountNumber")).toEqual(["明細 3 帳號", "Items 3 Account"]);
});

describe("debits from a spreadsheet's lines", () => {
  const line = "S-1,01234567890123,王小明,1380";

  test("commas or tabs, quotation marks, a heading, a byte order mark, blank lines", () => {
    const text = `\uFEFF交易編號,帳號,戶名,金額\r\n${line}\r\n\r\nS-2\t0123-456-789\t"張三"\t690\nS-3,0123456789,"王, 小明","1,380",A123456789,"瓦斯""費""",AA1\n`;
    expect(readDebitLines(text)).toEqual({
      items: [
        { transactionId: "S-1", accountNumber: "01234567890123", accountHolder: "王小明", amount: 1_380 },
        { transactionId: "S-2", accountNumber: "0123456789", accountHolder: '"張三"', amount: 690 },
        {
          transactionId: "S-3",
          accountNumber: "0123456789",
          accountHolder: "王, 小明",
          amount: 1_380,
          idNumber: "A123456789",
          memo: '瓦斯"費"',
          reference: "AA1",
        },
      ],
      totalAmount: 3_450,
      problems: [],
    });
  });

  test.each([
    ["S-1,01234567890123,王小明", "columns"],
    [",01234567890123,王小明,1", "transaction"],
    [",01234567890123,王小明,1,A123456789", "transaction"],
    ["S-1,,王小明,1,A123456789", "account"],
    ["S-1,12,王小明,1", "account"],
    ["S-1,01234567890123,,1", "holder"],
    ["S-1,01234567890123,王小明,0", "amount"],
    ["S-1,01234567890123,王小明,1.5", "amount"],
    ["S-1,01234567890123,王小明,", "amount"],
    ["S-1,01234567890123,王小明,abc", "amount"],
  ] as const)("%s is no debit: %s", (text, problem) => {
    expect(readDebitLines(text)).toEqual({ items: [], totalAmount: 0, problems: [{ line: 1, problem }] });
  });

  test("a transaction that stands twice is named, and is not counted twice", () => {
    expect(readDebitLines(`${line}\n${line}`)).toMatchObject({
      items: [{ transactionId: "S-1" }],
      totalAmount: 1_380,
      problems: [{ line: 2, problem: "twice" }],
    });
  });
});

test("every text of the console is there in both languages", () => {
  const folder = join(import.meta.dir, "../../src/console");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
  let texts = 0;
  for (const file of files) {
    const source = readFileSync(join(folder, file), "utf8");
    for (const [, zh = "", en = ""] of source.matchAll(/^ {2}\w+: \[\s*"([^"]*)",\s*"([^"]*)",?\s*\],$/gm)) {
      texts++;
      expect([file, zh, en]).toEqual([file, expect.stringMatching(/./), expect.stringMatching(/./)]);
      // Chinese characters in an English text would be a slip; names of the law are meant.
      expect(en.replace(/統一編號|補印/, "")).not.toMatch(/[\u4e00-\u9fff]/);
    }
  }
  expect(texts).toBeGreaterThan(300);
});
