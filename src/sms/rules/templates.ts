import type { SmsPlaceholder } from "@luckygas/gateway-client";
import { invalidInput } from "../../platform/errors.ts";

/** `{name}`; a `$` before it is an ordinary character. */
const PLACEHOLDER = /\{([a-z][a-z0-9_]{0,39})\}/g;

export type TemplateValues = Readonly<Record<string, string | number>>;

/** Names of the placeholders of a text, each once. */
export function placeholderNames(content: string): string[] {
  return [...new Set([...content.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))];
}

/** Refuses a text whose braces are no placeholders, and placeholders that do not fit the text. */
export function checkTemplate(content: string, placeholders: readonly SmsPlaceholder[]): void {
  if (/[{}]/.test(content.replace(PLACEHOLDER, ""))) {
    throw invalidInput("content", "braces must enclose the name of a placeholder, e.g. {order_id}", "bad_placeholder");
  }
  const declared = placeholders.map(({ name }) => name);
  if (new Set(declared).size < declared.length) throw invalidInput("placeholders", "names must differ");
  const used = placeholderNames(content);
  const missing = used.find((name) => !declared.includes(name));
  if (missing !== undefined) throw invalidInput("placeholders", `must declare {${missing}} of the text`);
  const surplus = declared.find((name) => !used.includes(name));
  if (surplus !== undefined) throw invalidInput("placeholders", `{${surplus}} is not in the text`);
  for (const one of placeholders) {
    if (one.type === "integer" && one.min > one.max) throw invalidInput("placeholders", "min must not exceed max");
  }
}

/**
 * The text with its values in place, in one pass: braces inside a value stay as they are. Every placeholder needs a value
 * of its type, and every value a placeholder; else `invalid_input` names `values.<name>` and the rule.
 */
export function renderTemplate(
  content: string,
  placeholders: readonly SmsPlaceholder[],
  values: TemplateValues,
): string {
  const surplus = Object.keys(values).find((name) => !placeholders.some((one) => one.name === name));
  if (surplus !== undefined) throw invalidInput(`values.${surplus}`, "the template has no such placeholder");
  const texts = new Map(placeholders.map((one) => [one.name, valueText(one, values[one.name])]));
  return content.replace(PLACEHOLDER, (whole, name: string) => texts.get(name) ?? whole);
}

function valueText(placeholder: SmsPlaceholder, value: string | number | undefined): string {
  const path = `values.${placeholder.name}`;
  if (value === undefined) throw invalidInput(path, "must be given", "missing_value");
  switch (placeholder.type) {
    case "text":
      return lineOf(path, String(value), placeholder.maxLength);
    case "integer":
      return integerOf(path, value, placeholder);
    case "date":
      return dateOf(path, String(value));
    case "time":
      if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(String(value))) throw invalidInput(path, "must be a time of day, HH:MM");
      return String(value);
  }
}

function lineOf(path: string, value: string, maxLength: number): string {
  if (value.trim() === "") throw invalidInput(path, "must not be empty");
  if (value.length > maxLength) throw invalidInput(path, `at most ${maxLength} UTF-16 units`);
  if (/[\r\n]/.test(value)) throw invalidInput(path, "must be one line");
  return value;
}

function integerOf(path: string, value: string | number, limits: { min: number; max: number }): string {
  const isWhole = typeof value === "number" ? Number.isSafeInteger(value) : /^-?(0|[1-9]\d{0,14})$/.test(value);
  if (!isWhole) throw invalidInput(path, "must be a whole number");
  const number = Number(value);
  if (number < limits.min) throw invalidInput(path, `at least ${limits.min}`);
  if (number > limits.max) throw invalidInput(path, `at most ${limits.max}`);
  return String(number);
}

function dateOf(path: string, value: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  const day = match && new Date(`${value}T00:00:00Z`);
  if (!day || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== value) {
    throw invalidInput(path, "must be a calendar day, YYYY-MM-DD");
  }
  return `${day.getUTCMonth() + 1}/${day.getUTCDate()}`;
}
