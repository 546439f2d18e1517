import type { z } from "zod";
import type { SecretDefinition } from "./catalog.ts";
import { CONTENT_BYTES_MAX } from "./checks.ts";

/** Contents that cannot be stored; the message names each secret and the rule it breaks, never a value. */
export class ContentProblem extends Error {
  override readonly name = "ContentProblem";
}

export type Checked = { content: string } | { problem: string };

/** Checks the text of a secret and brings it into the one form in which it is stored. A problem never quotes it. */
export function checkContent(definition: SecretDefinition, text: string): Checked {
  if (Buffer.byteLength(text) > CONTENT_BYTES_MAX) return { problem: `must have at most ${CONTENT_BYTES_MAX} bytes` };
  if (definition.shape === "text") return checkText(definition.field.check, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "must be a JSON object" };
  }
  return checkObject(definition.content, value);
}

/** The same for the answers to the single questions, or a parsed object. */
export function checkObject(schema: z.ZodType<Record<string, unknown>>, value: unknown): Checked {
  const parsed = schema.safeParse(value);
  return parsed.success ? { content: JSON.stringify(parsed.data) } : { problem: describeIssues(parsed.error) };
}

export function checkText(check: z.ZodType<unknown, string>, text: string): Checked {
  const parsed = check.safeParse(text);
  return parsed.success ? { content: String(parsed.data) } : { problem: describeIssues(parsed.error) };
}

function describeIssues(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": ")).join("; ");
}

/** For the summary: the lengths, and the field names of an object. */
export function describeLengths(definition: SecretDefinition, content: string): string {
  if (definition.shape === "text") return `${content.length} characters`;
  const fields: Record<string, unknown> = definition.content.parse(JSON.parse(content));
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${String(value).length}`)
    .join(", ");
}
