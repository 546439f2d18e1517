import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { builtInLayouts } from "./rules/layouts/index.ts";
import type { StoredLayouts } from "./store/layouts.ts";

export type LayoutSource = "built_in" | "file" | "table";

/** A layout as it is described somewhere; it is checked by `loadLayout`. */
export interface LayoutEntry {
  id: string;
  source: LayoutSource;
  description: unknown;
}

/** Every layout by its id: those of the table win over files, files over built-in ones. */
export interface LayoutLibrary {
  all(): Promise<ReadonlyMap<string, LayoutEntry>>;
}

export function createLayoutLibrary(table: StoredLayouts, files: readonly LayoutEntry[]): LayoutLibrary {
  const fixed = [
    ...[...builtInLayouts].map(([id, description]): LayoutEntry => ({ id, source: "built_in", description })),
    ...files,
  ];
  return {
    all: async () => {
      const rows = await table.list();
      const stored = rows.map(({ id, description }): LayoutEntry => ({ id, source: "table", description }));
      return new Map([...fixed, ...stored].map((entry) => [entry.id, entry]));
    },
  };
}

/** Reads every `*.json` of a folder as a layout. A file that is no JSON object with an id is listed under its name, and refused. */
export async function readLayoutFolder(folder: string): Promise<LayoutEntry[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name): Promise<LayoutEntry> => {
      const description = parseJson(await readFile(join(folder, name), "utf8"));
      const isObject = typeof description === "object" && description !== null && "id" in description;
      const id = isObject && typeof description.id === "string" ? description.id : name.slice(0, -".json".length);
      return { id, source: "file", description };
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
