import type { z } from "zod";

const kinds: Partial<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  void: "absent",
  undefined: "absent",
};

const units: Partial<Record<string, string>> = { string: "characters", array: "items", record: "entries" };

/**
 * The rule that an input breaks, in the gateway's own words. It is asked where the schema itself names none, so that the same
 * mistake is called the same in every field.
 */
export function ruleText(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return issue.input === undefined ? "is required" : `must be ${choice(issue.values)}`;
    case "too_small":
      if (issue.origin === "string" && issue.minimum === 1) return "must not be empty";
      return `${issue.inclusive === false ? "above" : "at least"} ${amount(issue.minimum, issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "below" : "at most"} ${amount(issue.maximum, issue.origin)}`;
    case "invalid_format":
      return issue.format === "regex" ? `must match ${String(issue.pattern)}` : `must be in the form ${issue.format}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return "unknown field";
    case "invalid_union":
      return issue.input === undefined ? "is required" : "has none of the allowed forms";
    default:
      return "is not valid";
  }
}

/** `a`, or `one of a, b, c`. */
const choice = (values: readonly z.core.util.Primitive[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(", ")}`;

const amount = (limit: number | bigint, origin: string): string =>
  [String(limit), units[origin]].filter((part) => part !== undefined).join(" ");
