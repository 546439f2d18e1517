import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolderInUse, lockDataFolder } from "../../../src/platform/data-folder.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-data-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Another living process that takes the folder and keeps it until it is killed. */
async function otherProcess(path: string) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "../../support/hold-data-folder.ts"), path], {
    stdout: "pipe",
  });
  const first = await child.stdout.getReader().read();
  return { child, said: new TextDecoder().decode(first.value) };
}

test("a folder held by a living process is refused with the process and the remedy", async () => {
  const path = join(folder, "held");
  const { child, said } = await otherProcess(path);
  expect(said).toContain("locked");
  const refused = await lockDataFolder(path).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DataFolderInUse);
  expect(String(refused)).toContain(`process ${child.pid}`);
  expect(String(refused)).toContain("DATA_DIR");
  child.kill("SIGKILL");
  await child.exited;
  const taken = await lockDataFolder(path);
  await taken.release();
});

test("a lock whose process number now belongs to another program is taken over", async () => {
  const path = join(folder, "reused");
  await mkdir(path);
  await writeFile(join(path, "lock.7"), JSON.stringify({ pid: 1, startMark: "not the start of process 1" }));
  const taken = await lockDataFolder(path);
  await taken.release();
});

test("of several processes that find a dead lock one gets the folder, every time", async () => {
  for (let round = 0; round < 8; round += 1) {
    const path = join(folder, `race-${round}`);
    await mkdir(path);
    await writeFile(join(path, "lock.1"), JSON.stringify({ pid: 2 ** 22 + 1, startMark: "" }));
    const others = await Promise.all(Array.from({ length: 4 }, () => otherProcess(path)));
    expect(others.filter(({ said }) => said.includes("locked")).length).toBe(1);
    for (const { child } of others) child.kill("SIGKILL");
    await Promise.all(others.map(({ child }) => child.exited));
  }
});

test("a process cannot take the folder twice; once released, it can", async () => {
  const path = join(folder, "twice");
  const first = await lockDataFolder(path);
  await expect(lockDataFolder(path)).rejects.toBeInstanceOf(DataFolderInUse);
  await first.release();
  await (await lockDataFolder(path)).release();
  expect((await readdir(path)).filter((name) => name.startsWith("lock"))).toHaveLength(1);
});
