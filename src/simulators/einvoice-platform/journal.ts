import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Message } from "./message.ts";

const entrySchema = z.object({
  at: z.iso.datetime(),
  operation: z.enum(["issue", "void", "allowance", "allowance-void", "withdraw"]),
  message: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  rtnCode: z.string(),
});

export type JournalOperation = z.infer<typeof entrySchema>["operation"];

/** One message with a right signature, and how it was answered. */
export interface JournalEntry {
  at: string;
  operation: JournalOperation;
  message: Message;
  rtnCode: string;
}

/** What the platform was told, in order; kept in a file where there is a folder for it. */
export interface Journal {
  entries(): JournalEntry[];
  append(entry: JournalEntry): void;
}

/** Opens the journal and reads what it holds. A last line that was cut by a crash is left out. */
export function openJournal(stateDir: string | undefined): Journal {
  const entries: JournalEntry[] = [];
  const file = stateDir === undefined ? undefined : join(stateDir, "einvoice-platform.jsonl");
  if (file !== undefined && stateDir !== undefined) {
    mkdirSync(stateDir, { recursive: true });
    if (existsSync(file)) entries.push(...readEntries(readFileSync(file, "utf8")));
  }
  return {
    entries: () => entries,
    append: (entry) => {
      // On disk before it is answered: what the platform has accepted it never forgets.
      if (file !== undefined) appendFileSync(file, `\n${JSON.stringify(entry)}`);
      entries.push(entry);
    },
  };
}

function readEntries(text: string): JournalEntry[] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      return [entrySchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}
