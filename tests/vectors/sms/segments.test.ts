import { expect, test } from "bun:test";
import { measureText } from "../../../src/sms/rules/segments.ts";

type Vector = [label: string, text: string, encoding: "GSM-7" | "UCS-2", units: number, segments: number];
const gsm = (label: string, text: string, units: number, segments: number): Vector => [
  label,
  text,
  "GSM-7",
  units,
  segments,
];
const ucs2 = (label: string, text: string, units: number, segments: number): Vector => [
  label,
  text,
  "UCS-2",
  units,
  segments,
];
const gas = "瓦";
const smile = "😀";

/** Greedy packing, as 3GPP TS 23.038 and 23.040 and Twilio's public calculator have it. */
const vectors: Vector[] = [
  gsm("a×160", "a".repeat(160), 160, 1),
  gsm("a×161", "a".repeat(161), 161, 2),
  gsm("a×306", "a".repeat(306), 306, 2),
  gsm("a×307", "a".repeat(307), 307, 3),
  gsm("[ + a×158", `[${"a".repeat(158)}`, 160, 1),
  gsm("[ + a×159", `[${"a".repeat(159)}`, 161, 2),
  gsm("a×152 + [ + a×152", `${"a".repeat(152)}[${"a".repeat(152)}`, 306, 3),
  gsm("€×80", "€".repeat(80), 160, 1),
  gsm("€×81", "€".repeat(81), 162, 2),
  gsm("€×152", "€".repeat(152), 304, 2),
  gsm("€×153", "€".repeat(153), 306, 3),
  gsm("é×160", "é".repeat(160), 160, 1),
  ucs2("ç", "ç", 1, 1),
  ucs2("backtick", "`", 1, 1),
  ucs2("a TAB b", "a\tb", 3, 1),
  ucs2("it’s", "it’s", 4, 1),
  ...(
    [
      [70, 1],
      [71, 2],
      [134, 2],
      [135, 3],
      [201, 3],
      [202, 4],
      [268, 4],
      [333, 5],
      [335, 5],
      [336, 6],
    ] as const
  ).map(([count, segments]) => ucs2(`瓦×${count}`, gas.repeat(count), count, segments)),
  ucs2("😀×35", smile.repeat(35), 70, 1),
  ucs2("😀×36", smile.repeat(36), 72, 2),
  ucs2("😀×66", smile.repeat(66), 132, 2),
  ucs2("😀×67", smile.repeat(67), 134, 3),
  ucs2("瓦×66 + 😀 + 瓦×65", gas.repeat(66) + smile + gas.repeat(65), 133, 2),
  ucs2("瓦×66 + 😀 + 瓦×66", gas.repeat(66) + smile + gas.repeat(66), 134, 3),
  ucs2("order confirmation", "【幸福氣】您的訂單 LG20251124001 已確認，預計配送時間：11/24 14:00-16:00", 52, 1),
];

for (const [label, text, encoding, units, segments] of vectors) {
  test(`segments of ${label}`, () => {
    expect(measureText(text)).toMatchObject({ encoding, units, segments });
  });
}

/** The whole GSM alphabet, character by character (3GPP TS 23.038 §6.2.1): 127 basic characters and 10 of the extension. */
test("every basic character costs one unit and every extension character two", () => {
  const basic =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  expect([...basic]).toHaveLength(127);
  for (const character of basic) expect(measureText(character)).toMatchObject({ encoding: "GSM-7", units: 1 });
  const extension = "\f^{}\\[~]|€";
  expect([...extension]).toHaveLength(10);
  for (const character of extension) expect(measureText(character)).toMatchObject({ encoding: "GSM-7", units: 2 });
});
