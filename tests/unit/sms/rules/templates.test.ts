import { describe, expect, test } from "bun:test";
import type { SmsPlaceholder } from "@luckygas/gateway-client";
import { OperationError } from "../../../../src/platform/errors.ts";
import { builtInTemplates } from "../../../../src/sms/rules/built-in-templates.ts";
import { checkTemplate, renderTemplate } from "../../../../src/sms/rules/templates.ts";

const text = (name: string): SmsPlaceholder => ({ name, type: "text", maxLength: 10 });

function fieldOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof OperationError) return error.options.fields?.[0]?.path;
    throw error;
  }
  return undefined;
}

describe("built-in templates", () => {
  test.each(builtInTemplates.map((one) => [`${one.code} ${one.variant}`, one] as const))(
    "%s fits its placeholders",
    (_, one) => {
      expect(() => checkTemplate(one.content, one.placeholders)).not.toThrow();
    },
  );

  test("the dollar sign of NT$ is sent, and only {amount} is replaced", () => {
    const reminder = builtInTemplates.find(({ code }) => code === "payment_reminder");
    const values = { order_number: "LG20251124001", amount: 1380 };
    expect(renderTemplate(reminder?.content ?? "", reminder?.placeholders ?? [], values)).toBe(
      "【幸福氣】提醒您，訂單 LG20251124001 尚有 NT$1380 待付款",
    );
  });

  test("the twelve uses of the guide are there: ten texts, two of them of one code", () => {
    expect(builtInTemplates).toHaveLength(10);
    expect(builtInTemplates.filter(({ code }) => code === "order_confirmation").map(({ variant }) => variant)).toEqual([
      "A",
      "B",
    ]);
  });
});

describe("placeholders", () => {
  const bad: [string, SmsPlaceholder, string | number | undefined][] = [
    ["nothing", text("x"), undefined],
    ["blanks", text("x"), "  "],
    ["more than its length", text("x"), "12345678901"],
    ["two lines", text("x"), "a\nb"],
    ["half a number", { name: "x", type: "integer", min: 0, max: 9 }, 1.5],
    ["words for a number", { name: "x", type: "integer", min: 0, max: 9 }, "six"],
    ["a number below", { name: "x", type: "integer", min: 1, max: 9 }, 0],
    ["a number above", { name: "x", type: "integer", min: 1, max: 9 }, "10"],
    ["a day that is none", { name: "x", type: "date" }, "2025-02-30"],
    ["a time that is none", { name: "x", type: "time" }, "24:00"],
  ];
  test.each(bad)("refuse %s and name the value", (_, placeholder, value) => {
    const values: Record<string, string | number> = value === undefined ? {} : { x: value };
    expect(fieldOf(() => renderTemplate("{x}", [placeholder], values))).toBe("values.x");
  });

  test("take what fits", () => {
    const placeholders: SmsPlaceholder[] = [text("who"), { name: "day", type: "date" }, { name: "at", type: "time" }];
    const values = { who: "王小明", day: "2025-01-05", at: "09:30" };
    expect(renderTemplate("{who} {day} {at} {who}", placeholders, values)).toBe("王小明 1/5 09:30 王小明");
  });

  test("a value cannot bring a placeholder or a replacement pattern with it", () => {
    expect(renderTemplate("{a}{b}", [text("a"), text("b")], { a: "{b}", b: "$&" })).toBe("{b}$&");
  });

  test("a surplus value is refused", () => {
    expect(fieldOf(() => renderTemplate("a", [], { y: 1 }))).toBe("values.y");
  });

  test("text and declaration must agree", () => {
    expect(fieldOf(() => checkTemplate("{a}", []))).toBe("placeholders");
    expect(fieldOf(() => checkTemplate("a", [text("a")]))).toBe("placeholders");
    expect(fieldOf(() => checkTemplate("{a}", [text("a"), text("a")]))).toBe("placeholders");
    expect(fieldOf(() => checkTemplate("{Order}", []))).toBe("content");
    expect(fieldOf(() => checkTemplate("{a", [text("a")]))).toBe("content");
  });
});
