import { expect, test } from "bun:test";
import fc from "fast-check";
import { OperationError } from "../../../../src/platform/errors.ts";
import { maskPhone, parseTaiwanMobile, requireTaiwanMobile, toNational } from "../../../../src/sms/rules/phone.ts";

const subscriber = fc.stringMatching(/^9[0-9]{8}$/);
const prefix = fc.constantFrom("", "0", "886", "+886", "00886", "002886", "+8860", "8860");
const separator = fc.constantFrom("", " ", "-", ".", "(", ")");

test("every way of writing a number gives the same E.164, and parsing that again changes nothing", () => {
  fc.assert(
    fc.property(prefix, subscriber, separator, (start, digits, between) => {
      const e164 = parseTaiwanMobile(`${start}${between}${digits.slice(0, 3)}${between}${digits.slice(3)}`);
      expect(e164).toBe(`+886${digits}`);
      expect(parseTaiwanMobile(`+886${digits}`)).toBe(`+886${digits}`);
      expect(toNational(`+886${digits}`)).toBe(`0${digits}`);
    }),
  );
});

test("any text gives an E.164 mobile number of Taiwan or nothing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[0-9+ ()-]{0,20}$/)), (text) => {
      expect(parseTaiwanMobile(text) ?? "+886900000000").toMatch(/^\+8869[0-9]{8}$/);
    }),
  );
});

test("the mask shows at most the first four and the last three digits", () => {
  fc.assert(
    fc.property(subscriber, (digits) => {
      expect(maskPhone(`+886${digits}`)).toBe(`0${digits.slice(0, 3)}***${digits.slice(-3)}`);
    }),
  );
});

test("the error names the field and the rule, not the number", () => {
  try {
    requireTaiwanMobile("0223456789", "to");
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(OperationError);
    if (!(error instanceof OperationError)) return;
    expect(error.code).toBe("invalid_input");
    expect(error.options.fields?.[0]?.path).toBe("to");
    expect(error.message).not.toContain("0223456789");
  }
});
