import type { FieldFacts, ProcedureFacts } from "./contract-lines.ts";

type Facts = Record<string, ProcedureFacts>;

/**
 * The facts as text that shows in a diff what has changed. A procedure's line holds name, kind, roles and REST address; `>` a
 * field that callers give, `<` one that they get. `?`: may be absent. What callers give has its values and limits behind it.
 */
export function writeRecord(facts: Facts): string {
  const lines = Object.entries(facts).flatMap(([id, { kind, roles, rest, input, output }]) => [
    [id, kind, roles.join(" "), rest].join("\t"),
    ...Object.entries(input).map(([path, field]) => [`> ${path}`, typeText(field), ...furtherOf(field)].join("\t")),
    ...Object.entries(output).map(([path, field]) => `< ${path}\t${typeText(field)}`),
  ]);
  return `${lines.join("\n")}\n`;
}

const typeText = ({ types, required }: FieldFacts) => `${types.join("|")}${required ? "" : "?"}`;

function furtherOf({ values, limits }: FieldFacts): string[] {
  const named = { ...(values.length > 0 && { values }), ...(Object.keys(limits).length > 0 && { limits }) };
  return Object.keys(named).length > 0 ? [JSON.stringify(named)] : [];
}

export function readRecord(text: string): Facts {
  const facts: Facts = {};
  let current: ProcedureFacts | undefined;
  for (const line of text.split("\n").filter(Boolean)) {
    const [head = "", second = "", third = "", fourth = ""] = line.split("\t");
    const [, sign, path] = /^([<>]) (.*)$/.exec(head) ?? [];
    if (path === undefined) {
      current = { kind: second, roles: third.split(" "), rest: fourth, input: {}, output: {} };
      facts[head] = current;
    } else if (current) {
      current[sign === ">" ? "input" : "output"][path] = fieldOf(second, third);
    }
  }
  return facts;
}

function fieldOf(types: string, further: string): FieldFacts {
  // as: written by `writeRecord`.
  const { values = [], limits = {} } = JSON.parse(further || "{}") as Partial<FieldFacts>;
  return { types: types.replace(/\?$/, "").split("|").filter(Boolean), required: !types.endsWith("?"), values, limits };
}
