import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLayoutLibrary, readLayoutFolder } from "../../../src/banking/layout-library.ts";
import { loadLayout } from "../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../src/banking/rules/layouts/index.ts";

test("layouts of a folder stand beside the built-in ones; a broken file is listed and cannot be loaded", async () => {
  const folder = await mkdtemp(join(tmpdir(), "layouts-"));
  const own = { ...builtInLayouts.get("luckygas-csv-payment"), id: "own-csv" };
  await writeFile(join(folder, "own.json"), JSON.stringify(own));
  await writeFile(join(folder, "broken.json"), "{");
  await writeFile(join(folder, "notes.txt"), "no layout");
  const files = await readLayoutFolder(folder);
  await rm(folder, { recursive: true });
  const library = await createLayoutLibrary({ list: async () => [], write: async () => {} }, files).all();
  expect(library.size).toBe(builtInLayouts.size + 2);
  expect(library.get("own-csv")?.source).toBe("file");
  expect(loadLayout(library.get("own-csv")?.description).ok).toBe(true);
  expect(loadLayout(library.get("broken")?.description).ok).toBe(false);
});
