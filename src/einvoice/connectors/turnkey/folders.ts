import { mkdir, open, readdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";

const FILES_MAX = 20_000;
const RESULT_BYTES_MAX = 20 * 1024 * 1024;

/** Writes a file where nobody looks for it, has it on disk, and moves it in under its name in one step. */
export async function dropFile(staging: string, folder: string, name: string, content: string): Promise<void> {
  await mkdir(staging, { recursive: true });
  const temporary = join(staging, name);
  const file = await open(temporary, "w");
  try {
    await file.writeFile(content, "utf8");
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, name));
}

/** Where a dropped file is: waiting, handled, or refused by Turnkey's own check, and when it was written. */
export interface DroppedFile {
  place: "SRC" | "BAK" | "ERR";
  writtenMs: number;
}

/** Looks for a dropped file; `undefined` when it is nowhere. BAK and ERR are divided by day and hour. */
export async function findDropped(root: string, name: string): Promise<DroppedFile | undefined> {
  for (const place of ["SRC", "ERR", "BAK"] as const) {
    const names = await readdir(join(root, place), { recursive: true }).catch(emptyWhenAbsent);
    const path = names.find((entry) => entry === name || entry.endsWith(`/${name}`));
    if (path === undefined) continue;
    const { mtimeMs } = await stat(join(root, place, path));
    return { place, writtenMs: mtimeMs };
  }
  return undefined;
}

function emptyWhenAbsent(error: unknown): string[] {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
  throw error;
}

/** A file of results with the moment of its last change. */
export interface ResultFile {
  path: string;
  changedMs: number;
}

/** All XML files below the folders. */
export async function listResultFiles(folders: readonly string[]): Promise<ResultFile[]> {
  const found: ResultFile[] = [];
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true }).catch(emptyWhenAbsent);
    for (const name of names.filter((entry) => /\.xml$/i.test(entry)).slice(0, FILES_MAX)) {
      const path = join(folder, name);
      const { mtimeMs, size } = await stat(path);
      if (size <= RESULT_BYTES_MAX) found.push({ path, changedMs: mtimeMs });
    }
  }
  return found;
}

export const readText = (path: string): Promise<string> => readFile(path, "utf8");
