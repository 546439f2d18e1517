import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { z } from "zod";

/** What a simulated party has done, so that it remembers after a restart. */
export interface Journal<Entry> {
  /** Everything appended before this process, oldest first. */
  readonly earlier: readonly Entry[];
  append(entry: Entry): void;
}

/** One JSON line per entry in `path`; without a path nothing is kept. A last line cut by a kill is left out. */
export function openJournal<Entry>(schema: z.ZodType<Entry>, path?: string): Journal<Entry> {
  if (path === undefined) return { earlier: [], append: () => {} };
  mkdirSync(dirname(path), { recursive: true });
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const cut = lines.pop();
  if (cut) appendFileSync(path, "\n");
  return {
    earlier: lines.flatMap((line) => {
      const entry = schema.safeParse(parseJson(line));
      return entry.success ? [entry.data] : [];
    }),
    append: (entry) => appendFileSync(path, `${JSON.stringify(entry)}\n`),
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
