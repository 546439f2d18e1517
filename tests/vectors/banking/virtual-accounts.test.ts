import { describe, expect, test } from "bun:test";
import {
  isVirtualAccount,
  makeVirtualAccount,
  taishinVirtualAccount,
} from "../../../src/banking/rules/virtual-account.ts";

const rule = taishinVirtualAccount("95678");

describe("Taishin's virtual accounts (Business::TW::TSIB::VirtualAccount)", () => {
  test("the golden number", () => {
    expect(makeVirtualAccount(rule, { customer: "2089", dueDate: "2007-04-02", amount: 3900 })).toEqual({
      ok: true,
      virtualAccount: "95678609220898",
    });
  });

  test("another amount, or any digit changed by one, does not fit", () => {
    expect(isVirtualAccount(rule, "95678609220898", 3900)).toBe(true);
    expect(isVirtualAccount(rule, "95678609220898", 3901)).toBe(false);
    for (let at = 0; at < 14; at += 1) {
      const digits = [..."95678609220898"];
      digits[at] = String((Number(digits[at]) + 1) % 10);
      expect(isVirtualAccount(rule, digits.join(""), 3900)).toBe(false);
    }
  });

  test("an amount of more digits than the rule binds, a customer that is too long, a missing due date are refused", () => {
    const parts = { customer: "2089", dueDate: "2007-04-02", amount: 3900 };
    expect(makeVirtualAccount(rule, { ...parts, amount: 10_000_000 })).toMatchObject({ ok: false, field: "amount" });
    expect(makeVirtualAccount(rule, { ...parts, amount: undefined })).toMatchObject({ ok: false, field: "amount" });
    expect(makeVirtualAccount(rule, { ...parts, customer: "12345" })).toMatchObject({ ok: false, field: "customer" });
    expect(makeVirtualAccount(rule, { ...parts, dueDate: undefined })).toMatchObject({ ok: false, field: "dueDate" });
  });

  test("the due date as the day of the year, its year one back; as month and day; with the last hour", () => {
    const dated = (format: "YDDD" | "MMDD" | "MMDDHH") => ({
      ...{ parts: [{ kind: "due_date" as const, format }], weights: [0], modulus: 10 },
      ...{ complement: false, digitwiseModulus: false },
    });
    const made = (format: "YDDD" | "MMDD" | "MMDDHH", dueDate: string) => {
      const result = makeVirtualAccount(dated(format), { customer: "", dueDate });
      return result.ok ? result.virtualAccount.slice(0, -1) : result.rule;
    };
    expect(made("YDDD", "2026-01-01")).toBe("5001");
    expect(made("YDDD", "2024-12-31")).toBe("3366");
    expect(made("YDDD", "2030-12-31")).toBe("9365");
    expect(made("MMDD", "2026-08-04")).toBe("0804");
    expect(made("MMDDHH", "2026-08-04")).toBe("080423");
  });

  test("what does not fit says what would", () => {
    const parts = { customer: "2089", dueDate: "2007-04-02", amount: 10_000_000 };
    expect(makeVirtualAccount(rule, parts)).toMatchObject({ rule: expect.stringContaining("7 digits at most") });
    expect(makeVirtualAccount(rule, { ...parts, amount: 9_999_999 })).toMatchObject({ ok: true });
    expect(makeVirtualAccount(rule, { ...parts, customer: "12345" })).toMatchObject({ rule: "has more than 4 digits" });
  });

  test("a short customer is filled with zeros, and a number that is none has no check digit", () => {
    const made = makeVirtualAccount(rule, { customer: "7", dueDate: "2007-04-02", amount: 1 });
    expect(made).toMatchObject({ ok: true, virtualAccount: expect.stringMatching(/^9567860920007[0-9]$/) });
    for (const wrong of ["", "8", "9567860922089x", "x95678609220898", "95678609220898 "]) {
      expect(isVirtualAccount(rule, wrong, 3900)).toBe(false);
    }
    expect(isVirtualAccount(rule, "95678609220898", undefined)).toBe(false);
  });

  test("a remainder of zero, and a modulus above ten, give one digit", () => {
    const own = { ...rule, parts: [{ kind: "customer" as const, length: 2 }], weights: [1], amountWeights: undefined };
    const digit = (customer: string, more: object) => {
      const made = makeVirtualAccount({ ...own, ...more }, { customer });
      return made.ok ? made.virtualAccount : made.rule;
    };
    expect(digit("55", { complement: true })).toBe("550");
    expect(digit("55", { complement: false })).toBe("550");
    expect(digit("12", { complement: true })).toBe("127");
    expect(digit("12", { complement: false })).toBe("123");
    expect(digit("91", { modulus: 11, complement: false })).toBe("910");
    expect(digit("92", { modulus: 11, complement: false })).toBe("920");
    expect(digit("92", { modulus: 11, complement: true })).toBe("920");
    expect(digit("12", { modulus: 11, complement: true })).toBe("128");
  });

  test("a rule as data without amount: weights, modulus and no complement", () => {
    const own = {
      parts: [
        { kind: "literal" as const, digits: "1234" },
        { kind: "customer" as const, length: 5 },
      ],
      weights: [1, 2, 3],
      modulus: 10,
      complement: false,
      digitwiseModulus: true,
    };
    // 1·1 + 2·2 + 3·3 + 4·1 + 0·2 + 0·3 + 7·1 + 8·2(6) + 9·3(7) = 38
    expect(makeVirtualAccount(own, { customer: "789" })).toEqual({ ok: true, virtualAccount: "1234007898" });
  });
});
