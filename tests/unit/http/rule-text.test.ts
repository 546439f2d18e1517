import { describe, expect, test } from "bun:test";
import { contract } from "@luckygas/gateway-client";
import { z } from "zod";
import { ruleText } from "../../../src/http/rule-text.ts";

const rulesOf = (schema: z.ZodType, given: unknown) =>
  schema.safeParse(given, { error: ruleText }).error?.issues.map(({ message }) => message);

describe("what a field's rule is called where its schema names none", () => {
  const cases: [title: string, schema: z.ZodType, given: unknown, rule: string][] = [
    ["absent", z.string(), undefined, "is required"],
    ["absent, of a list of values", z.enum(["a", "b"]), undefined, "is required"],
    ["absent, of two forms", z.union([z.string(), z.number()]), undefined, "is required"],
    ["a number for a text", z.string(), 1, "must be a text"],
    ["a text for a number", z.int(), "1", "must be a number"],
    ["a part of a whole", z.int(), 1.5, "must be a whole number"],
    ["null for an object", z.object({}), null, "must be an object"],
    ["a text for true or false", z.boolean(), "yes", "must be true or false"],
    ["something for nothing", z.void(), {}, "must be absent"],
    ["another value", z.enum(["a", "b"]), "c", "must be one of a, b"],
    ["not the one value", z.literal("a"), "c", "must be a"],
    ["empty", z.string().min(1), "", "must not be empty"],
    ["short", z.string().min(2), "a", "at least 2 characters"],
    ["long", z.string().max(2), "abc", "at most 2 characters"],
    ["many", z.array(z.int()).max(1), [1, 2], "at most 1 items"],
    ["small", z.int().min(0), -1, "at least 0"],
    ["not above", z.number().positive(), 0, "above 0"],
    ["unknown field", z.strictObject({}), { a: 1 }, "unknown field"],
    ["neither form", z.union([z.string(), z.number()]), true, "has none of the allowed forms"],
  ];
  test.each(cases)("%s", (_, schema, given, rule) => {
    expect(rulesOf(schema, given)).toEqual([rule]);
  });

  test("a rule of the schema's own stands", () => {
    expect(rulesOf(z.string().max(2, "at most two"), "abc")).toEqual(["at most two"]);
  });

  test("no procedure's input is refused in zod's words", () => {
    const inputs = Object.values(contract).flatMap((procedures) => Object.values(procedures).map(({ input }) => input));
    for (const input of inputs)
      for (const given of [undefined, null, 1, "x", [], {}])
        expect(rulesOf(input, given)?.join() ?? "").not.toMatch(/Invalid|Too (big|small)|Unrecognized|expected/);
  });
});
