import { expect, test } from "bun:test";
import { classifyCode, ecpayCodes, type RtnClass } from "../../../src/einvoice/connectors/ecpay/errors.ts";

/** The codes that are public, row by row. */
const rows: [codes: string[], rtnClass: RtnClass][] = [
  [["1", "6160052"], "done"],
  [["2", "7", "1600003", "2000039"], "absent"],
  [["5070357", "5070453", "2000063"], "settle"],
  [["5070450", "5000007", "5000022", "1200125", "2020001"], "reject"],
  [["1100040", "1500047", "5070350"], "configuration"],
  [["9000001", "9999999"], "retry"],
];

test("every listed code has its class, and none is missing or added", () => {
  const listed = rows.flatMap(([codes]) => codes);
  expect(listed).toHaveLength(19);
  expect(Object.keys(ecpayCodes).sort()).toEqual([...listed].sort());
  for (const [codes, rtnClass] of rows) for (const code of codes) expect(classifyCode(code).class).toBe(rtnClass);
});

test.each(["", "0", "01", "constructor", "5000009"])(
  "the unlisted code %p is unknown, and says which it was",
  (code) => {
    expect(classifyCode(code)).toEqual({ class: "unknown", reason: `code_${code}` });
  },
);
