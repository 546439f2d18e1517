import { expect, test } from "bun:test";
import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { measureText } from "../../../../src/sms/rules/segments.ts";

const GSM = [..."@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€"];
/** No combining marks, joiners, variation selectors, Hangul parts or CR LF: nothing that forms grapheme clusters. */
const OTHERS = [..."瓦斯幸福氣【】，。：ç`’ＡＢ１２ñ一丁😀🔥🚚𠮷𩸽"];

const gsmText = fc.array(fc.constantFrom(...GSM), { maxLength: 700, size: "max" }).map((parts) => parts.join(""));
const mixedText = fc
  .array(fc.constantFrom(...GSM, ...OTHERS), { maxLength: 500, size: "max" })
  .map((parts) => parts.join(""));
const ideographs = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0x4e00, max: 0x9fff }).map((code) => String.fromCodePoint(code)),
      fc.integer({ min: 0x20000, max: 0x2a6d0 }).map((code) => String.fromCodePoint(code)),
    ),
    { maxLength: 400, size: "max" },
  )
  .map((parts) => parts.join(""));

test("segments equal those of Twilio's public calculator on 10,000 random texts without grapheme clusters", () => {
  const seen = new Map<number, number>();
  fc.assert(
    fc.property(fc.oneof(gsmText, mixedText, ideographs), (text) => {
      fc.pre(text.length > 0);
      const theirs = new SegmentedMessage(text);
      const ours = measureText(text);
      seen.set(ours.segments, (seen.get(ours.segments) ?? 0) + 1);
      expect([ours.encoding as string, ours.segments]).toEqual([theirs.getEncodingName(), theirs.segmentsCount]); // as: compared as text
    }),
    { numRuns: 10_000 },
  );
  // Short texts alone would prove nothing: every count up to seven segments came often.
  for (let segments = 1; segments <= 7; segments += 1) expect(seen.get(segments) ?? 0).toBeGreaterThan(100);
}, 120_000);

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
