import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

export interface DataFolder {
  path: string;
  release(): Promise<void>;
}

export class DataFolderInUse extends Error {
  override readonly name = "DataFolderInUse";
}

interface Holder {
  pid: number;
  /** Distinguishes the process from a later one with the same number; empty where the system does not tell. */
  startMark: string;
}

/**
 * Takes a folder for this process alone. The embedded database would let two processes open it and lose committed
 * rows. Throws `DataFolderInUse` naming the holder.
 *
 * The folder holds numbered lock files, and the highest number says who has it. A dead or released lock is never
 * changed or moved, since two processes could do that at once: it is outbid by creating the next number, which the file
 * system grants to one process only.
 */
export async function lockDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const own = { pid: process.pid, startMark: await startMark(process.pid) } satisfies Holder;
  for (let tries = 0; tries < 10; tries += 1) {
    const highest = await highestLock(path);
    const holder = highest === 0 ? undefined : await readHolder(lockFile(path, highest));
    if (holder && (await isAlive(holder, own))) {
      throw new DataFolderInUse(
        `the data folder ${path} is in use by process ${holder.pid}; stop that process or set DATA_DIR to another folder`,
      );
    }
    const mine = highest + 1;
    if (!(await createWhole(lockFile(path, mine), JSON.stringify(own)))) continue;
    if ((await highestLock(path)) > mine) {
      // Others went by while this process looked; their numbers were cleared away below theirs, so ours was free again.
      await rm(lockFile(path, mine), { force: true });
      continue;
    }
    await removeLocksBelow(path, mine);
    return { path, release: () => replaceWhole(lockFile(path, mine), "{}") };
  }
  throw new DataFolderInUse(`the data folder ${path} is being taken by another process; start again in a moment`);
}

const lockName = /^lock\.([0-9]{1,15})$/;

const lockFile = (path: string, number: number) => join(path, `lock.${number}`);

async function lockNumbers(path: string): Promise<number[]> {
  return (await readdir(path)).flatMap((name) => lockName.exec(name)?.[1] ?? []).map(Number);
}

async function highestLock(path: string): Promise<number> {
  return Math.max(0, ...(await lockNumbers(path)));
}

async function removeLocksBelow(path: string, number: number): Promise<void> {
  const older = (await lockNumbers(path)).filter((each) => each < number);
  await Promise.all(older.map((each) => rm(lockFile(path, each), { force: true })));
}

/** Creates a file that is never seen empty or half-written; false if it exists already. */
async function createWhole(file: string, content: string): Promise<boolean> {
  const draft = await writeDraft(file, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replaceWhole(file: string, content: string): Promise<void> {
  await rename(await writeDraft(file, content), file);
}

async function writeDraft(file: string, content: string): Promise<string> {
  const draft = `${file}.${crypto.randomUUID()}`;
  await writeFile(draft, content, { flag: "wx", mode: 0o600 });
  return draft;
}

/** Undefined for a released lock, and for one that was outbid and cleared away meanwhile. */
async function readHolder(file: string): Promise<Holder | undefined> {
  return parseHolder(await readFile(file, "utf8").catch(() => ""));
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    if (!("pid" in value) || typeof value.pid !== "number") return undefined;
    return { pid: value.pid, startMark: "startMark" in value ? String(value.startMark) : "" };
  } catch {
    return undefined;
  }
}

async function isAlive(holder: Holder, own: Holder): Promise<boolean> {
  // Without a start mark an equal number is taken for an earlier life's: a container's first process is always number 1.
  if (holder.pid === own.pid) return own.startMark !== "" && holder.startMark === own.startMark;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
  }
  return holder.startMark === "" || holder.startMark === (await startMark(holder.pid));
}

/** Start time of a process in clock ticks since boot (field 22 of Linux' /proc/<pid>/stat); empty elsewhere. */
async function startMark(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
