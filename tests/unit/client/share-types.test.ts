import { describe, expect, test } from "bun:test";
import { shareTypes } from "../../../contracts/share-types.ts";

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
});
