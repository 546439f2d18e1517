import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "./benchmark.ts";
import { createSftpWorld, randomFile, type SftpWorld, submit } from "./sftp-world.ts";

const SIZE_BYTES = 64 * 1024 * 1024;

/** One large file, written and read back with its hash, beside OpenSSH's client doing put, then get. */
const largeFile = (name: string, delayMs: number): Benchmark => ({
  name,
  unit: "MB/s",
  better: "more",
  yardstick: `OpenSSH sftp -b, put + get of the same file${delayMs > 0 ? `, ${delayMs} ms added` : ""}`,
  target: 1,
  prepare: async () => {
    const world = await createSftpWorld({ delayMs });
    await submit(world.transport, randomFile(await world.freshFolder(), "warm.txt", 100_000));
    return {
      measure: async () => ({ value: await ours(world), yardstickValue: await theirs(world) }),
      close: world.close,
    };
  },
});

export const benchmark = largeFile("sftp-large-file", 0);
export const delayedBenchmark = largeFile("sftp-large-file-50ms", 50);

async function ours(world: SftpWorld): Promise<number> {
  const file = randomFile(await world.freshFolder(), "PAY.txt", SIZE_BYTES);
  const startMs = performance.now();
  await submit(world.transport, file);
  return SIZE_BYTES / 1e6 / ((performance.now() - startMs) / 1000);
}

async function theirs(world: SftpWorld): Promise<number> {
  const folder = await world.freshFolder();
  const path = join(world.home, "large");
  await writeFile(path, randomFile(folder, "", SIZE_BYTES).bytes);
  const seconds = await world.sftpBatch([`put ${path} ${folder}/PAY.txt`, `get ${folder}/PAY.txt ${path}.back`]);
  return SIZE_BYTES / 1e6 / seconds;
}
