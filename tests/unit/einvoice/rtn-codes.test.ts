import { expect, test } from "bun:test";
import { classifyRtnCode, type RtnClass, rtnCodes } from "../../../src/einvoice/connectors/platform-json/errors.ts";

/** The dialect's table, row by row. */
const rows: [codes: string[], rtnClass: RtnClass][] = [
  [["1"], "accepted"],
  [["0"], "unknown"],
  [["9000001"], "retry"],
  [["9000002", "9000003"], "reject"],
  [["5000001"], "settle"],
  [["5000002", "5000003", "5000004", "5000005", "5000006"], "reject"],
  [["5000007"], "settle"],
  [["5000008"], "reject"],
  [["6000001"], "settle"],
  [["6000002", "6000003", "6000004"], "reject"],
  [["7000001", "7000002", "7000003", "7000004"], "configuration"],
];

test("every listed code has its class, and none is missing or added", () => {
  const listed = rows.flatMap(([codes]) => codes);
  expect(Object.keys(rtnCodes).sort()).toEqual([...listed].sort());
  for (const [codes, rtnClass] of rows) for (const code of codes) expect(classifyRtnCode(code).class).toBe(rtnClass);
});

test.each(["", "2", "01", "constructor", "5000009"])("the unlisted code %p is unknown", (code) => {
  expect(classifyRtnCode(code)).toEqual({ class: "unknown", reason: "unlisted_code" });
});
