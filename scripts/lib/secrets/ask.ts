import type { Answers, Field, SecretDefinition } from "./catalog.ts";
import { ContentProblem, checkObject, checkText } from "./check-content.ts";
import type { Prompt } from "./prompt.ts";

const TRIES_MAX = 5;

/** A rule over other secrets, e.g. that a key fits its certificate: the problem, or nothing. */
export type ContentRule = (content: string) => string | undefined;

/**
 * Asks for one secret. `undefined`: skipped with an empty first answer, or there is no more input. Throws a
 * `ContentProblem` after several unusable answers in a row.
 */
export async function askSecret(
  prompt: Prompt,
  definition: SecretDefinition,
  rule: ContentRule,
): Promise<string | undefined> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const checked = await askOnce(prompt, definition);
    if (checked === undefined) return undefined;
    const problem = "problem" in checked ? checked.problem : rule(checked.content);
    if (problem === undefined && "content" in checked) return checked.content;
    prompt.say(`  ${definition.name}: ${problem}`);
  }
  throw new ContentProblem(`${definition.name}: no usable answer in ${TRIES_MAX} tries`);
}

async function askOnce(prompt: Prompt, definition: SecretDefinition) {
  if (definition.shape === "text") {
    const answer = await askField(prompt, definition.field, true);
    return answer === undefined ? undefined : checkText(definition.field.check, answer);
  }
  const answers: Answers = {};
  for (const [index, field] of definition.fields.entries()) {
    if (field.when && !field.when(answers)) continue;
    const answer = await askUsable(prompt, field, index === 0);
    if (answer === undefined && index === 0) return undefined;
    if (answer !== undefined) answers[field.name] = answer;
  }
  return checkObject(definition.content, answers);
}

/** Asks until the answer keeps the field's own rule, so that a slip does not cost the whole secret. */
async function askUsable(prompt: Prompt, field: Field, isFirst: boolean): Promise<string | undefined> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const answer = await askField(prompt, field, isFirst);
    if (answer === undefined && (isFirst || field.optional)) return undefined;
    const checked = answer === undefined ? { problem: "must not be empty" } : checkText(field.check, answer);
    if ("content" in checked) return checked.content;
    prompt.say(`  ${field.name}: ${checked.problem}`);
  }
  throw new ContentProblem(`${field.name}: no usable answer in ${TRIES_MAX} tries`);
}

async function askField(prompt: Prompt, field: Field, isFirst: boolean): Promise<string | undefined> {
  const hints = [
    ...(isFirst ? ["empty: skip"] : []),
    ...(field.optional && !field.question.includes("empty") ? ["empty: none"] : []),
    ...(field.generate ? ["generate: make one"] : []),
    ...(field.multiline ? ["end with a line of a single dot"] : []),
  ];
  const question = `  ${field.question}${hints.length > 0 ? ` [${hints.join("; ")}]` : ""}: `;
  const answer = field.multiline ? await prompt.lines(question) : await prompt.line(question, { hidden: field.hidden });
  if (answer === undefined || answer.trim() === "") return undefined;
  return answer === "generate" && field.generate ? field.generate() : answer;
}
