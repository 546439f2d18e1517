import { expect, test } from "bun:test";
import { OperationError } from "../../../../src/platform/errors.ts";
import { checkText } from "../../../../src/sms/rules/text.ts";

function problemOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    if (error instanceof OperationError) return { reason: error.options.reason, path: error.options.fields?.[0]?.path };
    throw error;
  }
  return undefined;
}

test("texts that no handset can show are refused", () => {
  for (const text of ["", "   ", "\n\t", "　"]) {
    expect(problemOf(() => checkText(text, "text"))).toEqual({ reason: "empty_text", path: "text" });
  }
  expect(problemOf(() => checkText("half \ud83d", "text"))).toEqual({ reason: "ill_formed_text", path: "text" });
  for (const text of ["a\u0000b", "a\u0006b", "a\u007f", "a\u0085"]) {
    expect(problemOf(() => checkText(text, "text"))).toEqual({ reason: "control_character", path: "text" });
  }
});

test("line breaks, tabs, Chinese and emoji pass", () => {
  for (const text of ["a\nb", "a\r\nb", "a\tb", "a\fb", "【幸福氣】您好", "😀"]) {
    expect(problemOf(() => checkText(text, "text"))).toBeUndefined();
  }
});
