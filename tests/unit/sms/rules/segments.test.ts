import { expect, test } from "bun:test";
import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { measureText } from "../../../../src/sms/rules/segments.ts";

const GSM = [..."@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€"];
/** No combining marks, joiners, variation selectors, Hangul parts or CR LF: nothing that forms grapheme clusters. */
const OTHERS = [..."瓦斯幸福氣【】，。：ç`’ＡＢ１２ñ一丁😀🔥🚚𠮷𩸽"];

const gsmText = fc.array(fc.constantFrom(...GSM), { maxLength: 700 }).map((parts) => parts.join(""));
const mixedText = fc.array(fc.constantFrom(...GSM, ...OTHERS), { maxLength: 500 }).map((parts) => parts.join(""));
const ideographs = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0x4e00, max: 0x9fff }).map((code) => String.fromCodePoint(code)),
      fc.integer({ min: 0x20000, max: 0x2a6d0 }).map((code) => String.fromCodePoint(code)),
    ),
    { maxLength: 400 },
  )
  .map((parts) => parts.join(""));

test("segments equal those of Twilio's public calculator on random texts without grapheme clusters", () => {
  fc.assert(
    fc.property(fc.oneof(gsmText, mixedText, ideographs), (text) => {
      fc.pre(text.length > 0);
      const theirs = new SegmentedMessage(text);
      expect(measureText(text)).toMatchObject({
        encoding: theirs.getEncodingName(),
        segments: theirs.segmentsCount,
      });
    }),
    { numRuns: 2_000 },
  );
});

test("names the characters that force UCS-2, each once and ten at most", () => {
  expect(measureText("price: 10€ `a` `b` ç").ucs2Characters).toEqual(["`", "ç"]);
  expect(measureText("一二三四五六七八九十百千").ucs2Characters).toHaveLength(10);
  expect(measureText("plain").ucs2Characters).toEqual([]);
});

test("says how much one segment holds", () => {
  expect(measureText("a").unitsPerSegment).toBe(160);
  expect(measureText("a".repeat(161)).unitsPerSegment).toBe(153);
  expect(measureText("瓦").unitsPerSegment).toBe(70);
  expect(measureText("瓦".repeat(71)).unitsPerSegment).toBe(67);
});
