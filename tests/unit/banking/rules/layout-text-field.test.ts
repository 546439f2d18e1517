import { describe, expect, test } from "bun:test";
import { textCodec } from "../../../../src/banking/rules/layout/text-codec.ts";
import { normaliseText, type TextFieldRules, writeText } from "../../../../src/banking/rules/layout/text-field.ts";

const plain: TextFieldRules = {
  ...{ length: 8, charset: "any", onOverflow: "refuse", onUnmappable: "refuse", transforms: [] },
};

/** The bytes as text, or the rule that is broken; nothing around the field may be touched. */
function written(text: string, more: Partial<TextFieldRules> = {}, encoding: "BIG5" | "UTF-8" | "ASCII" = "UTF-8") {
  const target = new Uint8Array(32).fill(0x2e);
  const outcome = writeText(text, { ...plain, ...more }, textCodec(encoding), target, 3);
  if (typeof outcome === "string") return outcome;
  const whole = Buffer.from(target);
  expect(whole.subarray(0, 3).toString("latin1")).toBe("...");
  expect(whole.subarray(3 + outcome).every((byte) => byte === 0x2e)).toBe(true);
  return whole.subarray(3, 3 + outcome).toString("utf8");
}

describe("the length of a text is that of its bytes", () => {
  test("a text that fits exactly is taken, one byte more is not", () => {
    expect(written("12345678")).toBe("12345678");
    expect(written("123456789")).toBe("has 9 bytes in UTF-8; the bank's field holds 8");
    expect(written("瓦斯12")).toBe("瓦斯12");
    expect(written("瓦斯123")).toBe("has 9 bytes in UTF-8; the bank's field holds 8");
    expect(written("🔥🔥")).toBe("🔥🔥");
    expect(written("🔥🔥1")).toBe("has 9 bytes in UTF-8; the bank's field holds 8");
    expect(written("")).toBe("");
  });

  test("a text that is cut ends with its last whole character", () => {
    const cut = { onOverflow: "cut" } as const;
    expect(written("123456789", cut)).toBe("12345678");
    expect(written("12345678", cut)).toBe("12345678");
    expect(written("瓦斯行", cut)).toBe("瓦斯");
    expect(written("12345🔥", cut)).toBe("12345");
  });
});

describe("characters that a field does not take", () => {
  test("digits are 0 to 9 alone", () => {
    expect(written("0123456", { charset: "digits" })).toBe("0123456");
    expect(written("789", { charset: "digits" })).toBe("789");
    for (const wrong of ["12/", "12:", "1 2", "１", "-1"]) {
      expect(written(wrong, { charset: "digits" })).toBe("must be digits 0-9 only");
    }
  });

  test("visible ASCII is 20 to 7E", () => {
    expect(written(" A~", { charset: "ascii" })).toBe(" A~");
    for (const wrong of ["é", "\u007f", "\u001f", "瓦"]) {
      expect(written(wrong, { charset: "ascii" })).toBe("must be visible ASCII characters only");
    }
  });

  test.each([
    ["\u00e9", "U+00E9 (é)"],
    ["\u5803", "U+5803 (堃)"],
    ["\u{20bb7}", "U+20BB7 (𠮷)"],
    ["\n", "U+000A"],
    ["\u007f", "U+007F"],
    ["\u009f", "U+009F"],
    ["\u00a0", "U+00A0 (\u00a0)"],
    ["\ud800", "U+D800"],
    ["\udfff", "U+DFFF"],
    ["\ue000", "U+E000 (\ue000)"],
  ])("%j is named as %s, shown only where it can be seen", (character, shown) => {
    expect(written(`A${character}`, {}, "ASCII")).toBe(`character ${shown} is not in the bank's code page (ASCII)`);
  });
});

describe("what is done to a text before it is counted", () => {
  const normalised = (text: string, more: Partial<TextFieldRules> = {}, encoding: "BIG5" | "ASCII" = "BIG5") =>
    normaliseText(text, { ...plain, ...more }, textCodec(encoding));

  test("it is composed", () => {
    expect(normalised("e\u0301")).toBe("é");
    expect(normalised("Ae\u0301")).toBe("Aé");
    expect(normalised("\uf900")).toBe("豈");
  });

  test("transforms are done in their order", () => {
    expect(normalised("  a b ", { transforms: ["trim"] })).toBe("a b");
    expect(normalised("aZ z~é", { transforms: ["upper_case"] })).toBe("AZ Z~é");
    expect(normalised(" !~瓦", { transforms: ["full_width"] })).toBe("\u3000！～瓦");
    expect(normalised("\u3000！～瓦\uff5f\uff00", { transforms: ["half_width"] })).toBe(" !~瓦\uff5f\uff00");
    expect(normalised(" a ", { transforms: ["trim", "full_width", "upper_case"] })).toBe("ａ");
    expect(normalised(" a ", { transforms: ["upper_case", "full_width", "trim"] })).toBe("Ａ");
  });

  const substitutions = new Map([["堃", "坤"]]);

  test("a character that the code page lacks is replaced only where the field says so", () => {
    const replacing = { onUnmappable: "substitute", substitutions } as const;
    expect(normalised("堃A喆", replacing)).toBe("坤A喆");
    expect(normalised("堃A", { substitutions })).toBe("堃A");
    expect(normalised("堃", { onUnmappable: "substitute" })).toBe("堃");
    expect(normalised("堃A喆", { onUnmappable: "fullwidth_question", substitutions })).toBe("？A？");
    expect(normalised("瓦A", { onUnmappable: "fullwidth_question" }, "ASCII")).toBe("？A");
    expect(normalised("瓦", { ...replacing, substitutions: new Map([["瓦", "氣"]]) })).toBe("瓦");
  });

  test("a field of digits or ASCII replaces nothing: there it is a mistake", () => {
    for (const charset of ["digits", "ascii"] as const) {
      expect(normalised("堃", { onUnmappable: "fullwidth_question", charset })).toBe("堃");
    }
  });
});
