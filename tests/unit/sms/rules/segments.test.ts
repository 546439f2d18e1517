import { expect, test } from "bun:test";
import { SegmentedMessage } from "sms-segments-calculator";
import { measureText } from "../../../../src/sms/rules/segments.ts";
import { seededRandom } from "../../../support/random.ts";

const GSM = [..."@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€"];
/** No combining marks, joiners, variation selectors, Hangul parts or CR LF: nothing that forms grapheme clusters. */
const OTHERS = [..."瓦斯幸福氣【】，。：ç`’ＡＢ１２ñ一丁😀🔥🚚𠮷𩸽"];

const TEXTS = 10_000;
const CHARACTERS_MAX = 450;

/** A text of one of three kinds: of the GSM alphabet alone, mixed, or of ideographs in and outside the BMP. */
function randomText(random: () => number, kind: number): string {
  const below = (end: number) => Math.floor(random() * end);
  const one = (alphabet: readonly string[]) => alphabet[below(alphabet.length)] ?? "";
  const ideograph = () => String.fromCodePoint(random() < 0.5 ? 0x4e00 + below(0x5200) : 0x20000 + below(0xa6d7));
  const draw = [() => one(GSM), () => one(random() < 0.9 ? GSM : OTHERS), ideograph][kind % 3] ?? ideograph;
  return Array.from({ length: 1 + below(CHARACTERS_MAX) }, draw).join("");
}

test("segments equal those of Twilio's public calculator on 10,000 random texts without grapheme clusters", () => {
  const random = seededRandom(20251124);
  const seen = new Map<number, number>();
  for (let index = 0; index < TEXTS; index += 1) {
    const text = randomText(random, index);
    const theirs = new SegmentedMessage(text);
    const ours = measureText(text);
    seen.set(ours.segments, (seen.get(ours.segments) ?? 0) + 1);
    expect([text, ours.encoding as string, ours.segments]).toEqual([
      text,
      theirs.getEncodingName(),
      theirs.segmentsCount,
    ]); // as: compared as text
  }
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
