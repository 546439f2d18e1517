import { expect, test } from "bun:test";
import { maskPhone, parseTaiwanMobile, toNational } from "../../../src/sms/rules/phone.ts";

const accepted = [
  "0912345678",
  "912345678",
  "886912345678",
  "+886912345678",
  "00886912345678",
  "002886912345678",
  "+886 0912345678",
  "8860912345678",
  "+886 0912-345-678",
  "0912-345-678",
  "0912 345 678",
  "(0912)345.678",
  "０９１２３４５６７８",
  "＋８８６　９１２　３４５　６７８",
  "+886-912-345-678",
];
for (const input of accepted) {
  test(`${input} is a mobile number`, () => expect(parseTaiwanMobile(input)).toBe("+886912345678"));
}

const refused = [
  "",
  "abc",
  "0223456789",
  "+886223456789",
  "091234567",
  "09123456789",
  "+8869123456789",
  "+88691234567",
  "+0912345678",
  "0812345678",
  "+819012345678",
  "+14155550123",
  "+86 13812345678",
  "0912345678,0987654321",
  "0912345678;",
  "0912x345678",
  "+886+912345678",
  "0886912345678",
  "٠٩١٢٣٤٥٦٧٨",
];
for (const input of refused) {
  test(`${JSON.stringify(input)} is refused`, () => expect(parseTaiwanMobile(input)).toBeUndefined());
}

test("national form and mask", () => {
  expect(toNational("+886912345678")).toBe("0912345678");
  expect(maskPhone("+886912345678")).toBe("0912***678");
  expect(maskPhone("anything else")).toBe("***");
  expect(() => toNational("0912345678")).toThrow(RangeError);
});
