import type { FixedField, FixedLayout, FixedRecord } from "./description.ts";
import { dateWidth } from "./values.ts";

/**
 * Static checks of a fixed-width layout: fields in order without gap or overlap, widths that add up to the record, a
 * selector that every record answers to and no two share, dates that fit. Every problem names record, field and byte.
 */
export function checkFixedLayout(layout: FixedLayout): string[] {
  return [
    ...layout.records.flatMap((record) => checkRecord(record, record.bytes ?? layout.recordBytes)),
    ...checkRoles(layout),
  ];
}

function checkRecord(record: FixedRecord, recordBytes: number): string[] {
  const problems: string[] = [];
  const say = (text: string) => problems.push(`record "${record.name}": ${text}`);
  let next = 1;
  for (const field of record.fields) {
    if (field.start > next)
      say(`gap of ${field.start - next} bytes before field "${field.name}" at byte ${field.start}`);
    if (field.start < next)
      say(`field "${field.name}" at byte ${field.start} overlaps the field before it, which ends at byte ${next - 1}`);
    next = field.start + field.length;
    problems.push(...checkField(field).map((text) => `record "${record.name}", field "${field.name}": ${text}`));
  }
  if (next - 1 !== recordBytes) say(`fields end at byte ${next - 1}, but the record has ${recordBytes} bytes`);
  const values = record.fields.flatMap((field) => ("value" in field ? [field.value] : []));
  for (const value of new Set(values)) {
    if (values.filter((other) => other === value).length > 1) say(`value "${value}" stands in more than one field`);
  }
  const { selector } = record;
  if (selector && !selectorIsLiteral(record.fields, selector)) {
    say(`selector "${selector.text}" at byte ${selector.start} is not what the literal fields write there`);
  }
  return problems;
}

function checkField(field: FixedField): string[] {
  if (field.kind === "literal" && field.text.length !== field.length) {
    return [`literal "${field.text}" has ${field.text.length} characters instead of ${field.length}`];
  }
  if (field.kind === "date" && dateWidth(field.style) !== field.length) {
    return [`a date ${field.style} has ${dateWidth(field.style)} characters, the field has ${field.length}`];
  }
  if (field.kind === "amount" && field.length <= field.decimals) {
    return [`${field.length} digits cannot hold ${field.decimals} decimals`];
  }
  return [];
}

type Selector = NonNullable<FixedRecord["selector"]>;

function selectorIsLiteral(fields: readonly FixedField[], { start, text }: Selector): boolean {
  return fields.some(
    (field) =>
      field.kind === "literal" &&
      start >= field.start &&
      field.text.slice(start - field.start, start - field.start + text.length) === text,
  );
}

function checkRoles(layout: FixedLayout): string[] {
  const problems: string[] = [];
  const count = (role: FixedRecord["role"]) => layout.records.filter((record) => record.role === role).length;
  if (count("header") > 1) problems.push("more than one header record");
  if (count("trailer") > 1) problems.push("more than one trailer record");
  if (count("detail") === 0) problems.push("no detail record");
  for (const [index, record] of layout.records.entries()) {
    const { selector } = record;
    if (!selector && layout.records.length > 1) {
      problems.push(`record "${record.name}" needs a selector, since there are others`);
    }
    // The first record whose selector fits is taken, so no later one may ever answer to it.
    const twin = selector && layout.records.slice(index + 1).find((other) => canHold(other, selector));
    if (twin) problems.push(`records "${record.name}" and "${twin.name}" cannot be told apart by their selectors`);
  }
  return problems;
}

/** Whether a record of this kind may have these characters at this place. */
function canHold(record: FixedRecord, { start, text }: Selector): boolean {
  return [...text].every((character, index) => {
    const at = start + index;
    const field = record.fields.find((candidate) => at >= candidate.start && at < candidate.start + candidate.length);
    if (!field) return false;
    if (field.kind === "literal") return field.text[at - field.start] === character;
    const isNumeric = field.kind !== "filler" && (field.kind !== "text" || field.charset === "digits");
    return !isNumeric || /[0-9/ ]/.test(character);
  });
}
