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
