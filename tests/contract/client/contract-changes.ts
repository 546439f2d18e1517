import type { FieldFacts, ProcedureFacts } from "./contract-lines.ts";

type Facts = Record<string, ProcedureFacts>;

/**
 * What callers of the recorded contract would feel, each as one sentence. New procedures, optional inputs, answers with
 * more fields and wider limits are none of it; a value more in an answer's list is allowed too, as the README tells callers.
 */
export function breakingChanges(recorded: Facts, present: Facts): string[] {
  return Object.entries(recorded).flatMap(([id, old]) => {
    const now = present[id];
    if (!now) return [`${id} is gone`];
    return [
      ...procedureChanges(old, now),
      ...inputChanges(old.input, now.input),
      ...outputChanges(old.output, now.output),
    ].map((change) => `${id}: ${change}`);
  });
}

function procedureChanges(old: ProcedureFacts, now: ProcedureFacts): string[] {
  const changes: string[] = [];
  if (old.kind !== now.kind) changes.push(`was a ${old.kind}, is a ${now.kind}`);
  if (old.rest !== "" && old.rest !== now.rest) changes.push(`was at ${old.rest}, is at ${now.rest || "no address"}`);
  for (const role of missing(old.roles, now.roles)) changes.push(`role ${role} may not call it any more`);
  return changes;
}

function inputChanges(old: ProcedureFacts["input"], now: ProcedureFacts["input"]): string[] {
  const changes = Object.entries(old).flatMap(([path, field]) => {
    const present = now[path];
    if (!present) return [`input ${path} is gone`];
    return narrowed(field, present).map((change) => `input ${path}: ${change}`);
  });
  for (const [path, field] of Object.entries(now)) {
    if (!old[path] && field.required && parentOf(path) in old) changes.push(`input ${path} is new and must be given`);
  }
  return changes;
}

/** The field that a field stands in: the object, the list, or one variant of a union. */
function parentOf(path: string): string {
  const inner = path.replace(/(\.[^.[\]{}<>]+|\[\]|\{\})$/, "");
  if (inner === path) return ".";
  return inner.replace(/<[^<>]*>$/, "") || ".";
}

const lower = ["minimum", "exclusiveMinimum", "minLength", "minItems"];
const upper = ["maximum", "exclusiveMaximum", "maxLength", "maxItems"];

function narrowed(old: FieldFacts, now: FieldFacts): string[] {
  const changes: string[] = [];
  if (!old.required && now.required) changes.push("must be given now");
  if (!now.types.includes("any")) {
    for (const type of missing(old.types, now.types)) changes.push(`takes no ${type} any more`);
  }
  if (now.values.length > 0) {
    if (old.values.length === 0) changes.push("takes a closed list only now");
    for (const value of missing(old.values, now.values)) changes.push(`does not take ${value} any more`);
  }
  for (const [name, limit] of Object.entries(now.limits)) {
    const before = old.limits[name];
    if (before === limit || isWider(name, before, limit)) continue;
    changes.push(`${name} was ${before ?? "not limited"}, is ${limit}`);
  }
  return changes;
}

function isWider(name: string, before: string | number | undefined, limit: string | number): boolean {
  if (typeof before !== "number" || typeof limit !== "number") return false;
  return (lower.includes(name) && limit <= before) || (upper.includes(name) && limit >= before);
}

function outputChanges(old: ProcedureFacts["output"], now: ProcedureFacts["output"]): string[] {
  return Object.entries(old).flatMap(([path, field]) => {
    const present = now[path];
    if (!present) return [`answer ${path} is gone`];
    const changes: string[] = [];
    if (field.required && !present.required) changes.push(`answer ${path} may be absent now`);
    if (!field.types.includes("any")) {
      for (const type of missing(present.types, field.types)) changes.push(`answer ${path} may be ${type} now`);
    }
    return changes;
  });
}

/** What the first list has and the second has not; a number's whole ones are numbers. */
const missing = (wanted: string[], there: string[]): string[] =>
  wanted.filter((one) => !there.includes(one) && !(one === "integer" && there.includes("number")));
