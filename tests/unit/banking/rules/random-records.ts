import type {
  Column,
  DelimitedLayout,
  FixedField,
  FixedLayout,
  FixedRecord,
  LayoutDescription,
  RecordValues,
} from "../../../../src/banking/rules/layout/description.ts";
import { decodeBig5 } from "../../../../src/platform/big5.ts";

/** Numbers from 0 to below `limit`, the same for the same seed. */
export type Random = (limit: number) => number;

export function seededRandom(seed: number): Random {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

type AnyField = FixedField | Column;

/** Random values for every field of a record; whatever a layout may be silent about is sometimes left out. */
export function randomValues(fields: readonly AnyField[], layout: LayoutDescription, random: Random): RecordValues {
  const values: RecordValues = {};
  for (const field of fields) {
    if (field.kind === "literal" || field.kind === "filler") continue;
    if (mayBeAbsent(field) && random(4) === 0) continue;
    if (field.kind === "text") values[field.value] = randomText(field, layout, random);
    else if (field.kind === "date") values[field.value] = randomDay(field.style, random);
    else if (field.kind === "amount") values[field.value] = random(10) === 0 ? 0 : random(5_000_000);
    else if (field.value !== "sequence") values[field.value] = random(1_000_000);
  }
  return values;
}

const mayBeAbsent = (field: Exclude<AnyField, { kind: "literal" | "filler" }>): boolean => {
  if ("optional" in field && field.optional) return true;
  return field.kind !== "amount" && !field.required && !(field.kind === "number" && "optional" in field);
};

const charsets = {
  digits: [..."0123456789"],
  ascii: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:+"],
};
/** Second bytes 5C and 7C, quotation marks, delimiters and blanks inside. */
const troublesome = [..."許功蓋四坑尚A\"|,\\' x"];

function randomText(field: Extract<AnyField, { kind: "text" }>, layout: LayoutDescription, random: Random): string {
  const codes = Object.keys(layout.responseCodes);
  if (field.value === "responseCode" && codes.length > 0) {
    return random(20) === 0 ? "?".repeat(Math.min(field.length, 1)) : (codes[random(codes.length)] ?? "");
  }
  const characters = Array.from({ length: 1 + random(field.length) }, () => randomCharacter(field.charset, random));
  let text = "";
  let bytes = 0;
  for (const character of characters) {
    const size = layout.encoding === "UTF-8" ? Buffer.byteLength(character) : character > "~" ? 2 : 1;
    if (bytes + size > field.length) break;
    text += character;
    bytes += size;
  }
  return text.trim() || "A";
}

function randomCharacter(charset: "any" | "ascii" | "digits", random: Random): string {
  if (charset !== "any") return charsets[charset][random(charsets[charset].length)] ?? "0";
  if (random(3) === 0) return troublesome[random(troublesome.length)] ?? "A";
  return decodeBig5(Uint8Array.of(0xa4 + random(0x21), 0xa1 + random(0x5d))).text;
}

function randomDay(style: string, random: Random): string {
  const start = style === "ROC6" ? Date.UTC(1950, 0, 1) : Date.UTC(1990, 0, 1);
  return new Date(start + random(style === "ROC6" ? 15_000 : 36_000) * 86_400_000).toISOString().slice(0, 10);
}

const fixedDetails = (layout: FixedLayout): FixedRecord[] => layout.records.filter(({ role }) => role === "detail");

/** A file's worth of random details, and header and trailer where the layout has them. */
export function randomFile(layout: FixedLayout | DelimitedLayout, count: number, random: Random) {
  if (layout.format === "csv") {
    const details = Array.from({ length: count }, () => randomValues(layout.columns, layout, random));
    return { header: {}, details, trailer: {} };
  }
  const kinds = fixedDetails(layout);
  const fieldsOf = (role: FixedRecord["role"]) => layout.records.find((record) => record.role === role)?.fields ?? [];
  const details = Array.from({ length: count }, () => {
    const kind = kinds[random(kinds.length)];
    const values = randomValues(kind?.fields ?? [], layout, random);
    return kinds.length > 1 && kind ? { ...values, recordName: kind.name } : values;
  });
  const header = randomValues(fieldsOf("header"), layout, random);
  const trailer = { ...randomValues(fieldsOf("trailer"), layout, random), ...header };
  // A reply without amounts in its lines: success and failure must make the total.
  if ("successAmount" in trailer) Object.assign(trailer, { successAmount: 4, failAmount: 5, totalAmount: 9 });
  return { header, details, trailer };
}

/** What a reader must find where `values` were written: defaults filled in, zeros in front where they belong to the value. */
export function expectedValues(fields: readonly AnyField[], values: RecordValues): RecordValues {
  const expected: RecordValues = { ...values };
  for (const field of fields) {
    if (field.kind !== "text") continue;
    const text = values[field.value] ?? field.default;
    if (text === undefined) continue;
    expected[field.value] = "pad" in field && field.pad === "zero" ? text.padStart(field.length, "0") : text;
  }
  return expected;
}
