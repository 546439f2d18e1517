import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { big5Code, decodeBig5, encodeBig5 } from "../../../src/platform/big5.ts";

const hex = (text: string) => {
  const encoded = encodeBig5(text);
  return encoded.ok ? Buffer.from(encoded.bytes).toString("hex").toUpperCase() : encoded.offences;
};

describe("big5-tw", () => {
  // Golden encodings: CPython's codec cp950 and glibc's iconv agree on them.
  test.each([
    ["張三", "B169A454"],
    ["許功蓋", "B35CA55CBB5C"],
    ["陳十全", "B3AFA451A5FE"],
    ["卅", "A4CA"],
    ["碁銹裏墻恒粧嫺", "F9D6F9D7F9D8F9D9F9DAF9DBF9DC"],
    ["·‧", "A150A145"],
    ["～￥　", "A1E3A244A140"],
    ["A張3", "41B16933"],
  ])("%s is %s", (text, expected) => {
    expect(hex(text)).toBe(expected);
  });

  test.each([..."堃喆峯煊栢珉犇着温€①ⅰあЖ╔é𠮷😀\n\u007f\ue000"])("%s is refused, never written as ?", (character) => {
    expect(hex(character)).toEqual([{ index: 0, codePoint: character.codePointAt(0) ?? 0, character }]);
  });

  test("an offence is told with its place in code points", () => {
    expect(hex("游錫堃")).toEqual([{ index: 2, codePoint: 0x5803, character: "堃" }]);
    expect(hex("𠮷?堃")).toMatchObject([{ index: 0 }, { index: 2 }]);
  });

  test("holds 408 symbols, 5,401 and 7,652 ideographs and the 7 ETEN characters, and nothing else", () => {
    const counts = { symbols: 0, level1: 0, level2: 0, eten: 0, other: 0 };
    for (let code = 0x8140; code <= 0xfefe; code += 1) {
      const trail = code & 0xff;
      if (trail < 0x40 || trail === 0x7f || trail === 0xff || (trail > 0x7e && trail < 0xa1)) continue;
      const { text, offences } = decodeBig5(Uint8Array.of(code >> 8, trail));
      if (offences.length > 0) continue;
      expect(text).toHaveLength(1);
      if (code >= 0xa140 && code <= 0xa3bf) counts.symbols += 1;
      else if (code >= 0xa440 && code <= 0xc67e) counts.level1 += 1;
      else if (code >= 0xc940 && code <= 0xf9d5) counts.level2 += 1;
      else if (code >= 0xf9d6 && code <= 0xf9dc) counts.eten += 1;
      else counts.other += 1;
      // The two ideographs that code page 950 has twice are written with their level-1 code.
      const written = big5Code(text.charCodeAt(0));
      if (code === 0xa2cc) expect(written).toBe(0xa451);
      else if (code === 0xa2ce) expect(written).toBe(0xa4ca);
      else expect(written).toBe(code);
    }
    expect(counts).toEqual({ symbols: 408, level1: 5401, level2: 7652, eten: 7, other: 0 });
  });

  test("an unknown pair becomes one replacement, so what follows keeps its place", () => {
    expect(decodeBig5(Uint8Array.of(0xfb, 0x69, 0x41, 0xb1, 0x69))).toEqual({
      text: "\ufffdA張",
      offences: [{ offset: 0, code: 0xfb69 }],
    });
  });

  test("a lead byte cut from its character is told, and the next byte is read on its own", () => {
    expect(decodeBig5(Uint8Array.of(0x41, 0xb1, 0x20, 0x42))).toEqual({
      text: "A\ufffd B",
      offences: [{ offset: 1, code: 0xb1 }],
    });
    expect(decodeBig5(Uint8Array.of(0xb1)).offences).toEqual([{ offset: 0, code: 0xb1 }]);
  });

  test("whatever can be encoded decodes to itself; whatever cannot is named once per character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
        const encoded = encodeBig5(text);
        const bad = [...text].filter((character) => big5Code(character.codePointAt(0) ?? 0) === 0);
        if (encoded.ok) {
          expect(bad).toEqual([]);
          expect(decodeBig5(encoded.bytes)).toEqual({ text, offences: [] });
        } else expect(encoded.offences.map((offence) => offence.character)).toEqual(bad);
      }),
      { numRuns: 2000 },
    );
  });
});
