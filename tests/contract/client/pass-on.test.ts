import { describe, expect, test } from "bun:test";
import { passOn } from "../../../contracts/pass-on.ts";

describe("declarations that only pass names on", () => {
  test("name each once; what is not exported is left out", () => {
    const source = `import { A, b } from "./one.js";\nimport { C } from "./two.js";\nexport { A, C, b as d };`;
    expect(passOn(source)).toBe(`export { A, b as d } from "./one.js";\nexport { C } from "./two.js";\n`);
  });

  test("a whole neighbour is passed on whole, and the neighbour loses its list", () => {
    const source = `import { shop_d_exports } from "./shop.js";\nexport { shop_d_exports as shop };`;
    expect(passOn(source)).toBe(`export * as shop from "./shop.js";\n`);
    const neighbour = `import { z } from "zod";\ndeclare namespace shop_d_exports {\n  export { a, b };\n}\ndeclare const a: 1;\ndeclare const b: 2;\nexport { a, b, shop_d_exports };`;
    expect(passOn(neighbour)).toBe(
      `import { z } from "zod";\ndeclare const a: 1;\ndeclare const b: 2;\nexport { a, b };`,
    );
  });

  test("all that a neighbour exports is passed on without a list", () => {
    const source = `import { a, B } from "./one.js";\nimport { c } from "./two.js";\nexport { B, a, c };`;
    const neighbours: Record<string, string> = { "./one.js": "export { B, a };", "./two.js": "export { c, d };" };
    expect(passOn(source, (from) => neighbours[from] ?? "")).toBe(
      `export * from "./one.js";\nexport { c } from "./two.js";\n`,
    );
  });

  test("a file that declares something itself keeps importing what it uses", () => {
    const source = `import { a, b, C } from "./one.js";\ndeclare const d: typeof a;\nexport { a, b, type C, d };`;
    expect(passOn(source)).toBe(
      `import { a } from "./one.js";\nexport { b, type C } from "./one.js";\ndeclare const d: typeof a;\nexport { a, d };`,
    );
  });

  test("other files stay as they are", () => {
    for (const source of [`declare const a: 1;\nexport { a };`, `export type A = 1;\n`])
      expect(passOn(source)).toBe(source);
  });
});
