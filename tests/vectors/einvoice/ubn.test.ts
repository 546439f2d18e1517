import { expect, test } from "bun:test";
import { isValidUbn } from "@luckygas/gateway-client";
import { isUbn } from "../../../src/simulators/einvoice-platform/figures.ts";

/** Numbers of MOF's note on the changed check (modulus 5 since 2023-04-01) and of public test suites. */
const vectors: [ubn: string, valid: boolean][] = [
  ["04595257", true],
  ["04595252", true],
  ["04595253", false],
  ["10458575", true],
  ["10458574", true],
  ["10458570", true],
  ["12345671", true],
  ["12345676", true],
  ["12345678", false],
  ["53212539", true],
  ["28080624", false],
  ["00000000", false],
  ["4595257", false],
  ["０４５９５２５７", false],
  ["0459525A", false],
  ["045952570", false],
  ["", false],
];

test.each(vectors)("統一編號 %p: %p", (ubn, valid) => {
  expect(isValidUbn(ubn)).toBe(valid);
  expect(isUbn(ubn)).toBe(valid);
});
