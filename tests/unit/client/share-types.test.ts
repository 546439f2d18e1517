import { describe, expect, test } from "bun:test";
import { importsOf, nameRepeatedTypes, shareTypes, withImports } from "../../../contracts/share-types.ts";

const LINE = "z.ZodObject<{\n  description: z.ZodString;\n  quantity: z.ZodNumber;\n}, z.core.$strip>";
const SHORT_LINE = "z.ZodObject<{ description: z.ZodString; quantity: z.ZodNumber; }, z.core.$strip>";

describe("a declaration file", () => {
  test("names a part that has a name, wherever it stands and however it is broken into lines", () => {
    const source = `import { z } from "zod";
/** Lines; kept. */
declare const invoiceSchema: z.ZodObject<{
  lines: z.ZodArray<${LINE.replaceAll("\n", "\n  ")}>;
}, z.core.$strip>;
declare const lineSchema: ${LINE};
type Line = z.infer<typeof lineSchema>;
`;
    expect(shareTypes(source)).toBe(`import { z } from "zod";
/** Lines; kept. */
declare const invoiceSchema: z.ZodObject<{ lines: z.ZodArray<typeof lineSchema>; }, z.core.$strip>;
declare const lineSchema: ${SHORT_LINE};
type Line = z.infer<typeof lineSchema>;
`);
  });

  test("lets the second of two alike name the first, never each the other", () => {
    const source = `declare const one: ${LINE};\ndeclare const two: ${LINE};\n`;
    expect(shareTypes(source)).toBe(`declare const one: ${SHORT_LINE};\ndeclare const two: typeof one;\n`);
  });

  test("is left alone where there is nothing to name", () => {
    const source = `declare const a: z.ZodString;\ndeclare const text: "a; {";\ndeclare function f(x: { a: 1; }): void;\n`;
    expect(shareTypes(source)).toBe(source);
  });

  test("names what it imports from a neighbour, and its own constant before a twin of another name is written out", () => {
    const imported = [{ name: "lineSchema", type: LINE }];
    const source = `declare const linesSchema: z.ZodArray<${LINE}>;\ndeclare const alias: ${LINE};\n`;
    expect(shareTypes(source, imported)).toBe(
      "declare const linesSchema: z.ZodArray<typeof lineSchema>;\ndeclare const alias: typeof lineSchema;\n",
    );
  });

  test("imports what it mentions of a neighbour, and nothing twice", () => {
    const constants = [
      { name: "a", type: "1" },
      { name: "b", type: "2" },
      { name: "c", type: "3" },
    ];
    const source = `import { a } from "./one.js";\ndeclare const d: [typeof a, typeof b];\n`;
    expect(withImports(source, "./one.js", constants)).toBe(`import { b } from "./one.js";\n${source}`);
    expect(withImports(source, "./two.js", constants.slice(2))).toBe(source);
  });

  test("tells what it imports from its neighbours, leaving out what it renames and what comes from packages", () => {
    const source = `import { a, b as c, d } from "./common.js";\nimport { z } from "zod";\n`;
    expect(importsOf(source)).toEqual(new Map([["./common.js", new Set(["a", "d"])]]));
  });
});

describe("types without a name that stand several times", () => {
  const NULLABLE = "z.ZodNullable<z.ZodString>";

  test("get one at the end of the file, the ones inside others too", () => {
    const fields = (names: string) => [...names].map((name) => `${name}: ${NULLABLE};`).join(" ");
    const source = `declare const a: z.ZodObject<{ ${fields("abcd")} }>;\ndeclare const b: ${NULLABLE};\n`;
    const named = nameRepeatedTypes(source);
    expect(named).toBe(
      `declare const a: z.ZodObject<{ a: S1; b: S1; c: S1; d: S1; }>;\ndeclare const b: S1;\ntype S1 = ${NULLABLE};\n`,
    );
  });

  test("stay as they are where a name saves nothing, or is taken", () => {
    const once = `declare const a: ${NULLABLE};\n`;
    expect(nameRepeatedTypes(once)).toBe(once);
    const taken = `${once.repeat(5)}declare const S1: string;\n`;
    expect(nameRepeatedTypes(taken)).toBe(taken);
  });
});
