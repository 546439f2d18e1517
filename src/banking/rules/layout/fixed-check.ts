import type { FixedField, FixedLayout, FixedRecord } from "./description.ts";
import { dateWidth } from "./values.ts";

/**
 * Static checks of a fixed-width layout: fields in order without gap or overlap, widths that add up to the record, a
 * selector that every record answers to and no two share, dates that fit. Every problem names record, field and byte.
 */
export function checkFixedLayout(layout: FixedLayout): string[] {
  return [...layout.records.flatMap((record) => checkRecord(record, layout.recordBytes)), ...checkRoles(layout)];
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
  if (!selectorIsLiteral(record)) {
    say(
      `selector "${record.selector.text}" at byte ${record.selector.start} is not what the literal fields write there`,
    );
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

function selectorIsLiteral(record: FixedRecord): boolean {
  const { start, text } = record.selector;
  return record.fields.some(
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
    const { start, text } = record.selector;
    const twin = layout.records
      .slice(index + 1)
      .find(
        (other) =>
          other.selector.start !== start || other.selector.text.length !== text.length || other.selector.text === text,
      );
    if (twin) problems.push(`records "${record.name}" and "${twin.name}" cannot be told apart by their selectors`);
  }
  return problems;
}
