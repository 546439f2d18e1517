import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "./benchmark.ts";
import { createSftpWorld, randomFile, type SftpWorld, submit } from "./sftp-world.ts";

const FILES = 100;
const SIZE_BYTES = 20_000;

/**
 * Bank files of usual size over warm connections: looked for, written exclusively, flushed, read back and hashed, renamed;
 * beside OpenSSH's own client, which writes and renames only, over one connection that it opens first.
 */
export const benchmark: Benchmark = {
  name: "sftp-small-files",
  unit: "files/s",
  better: "more",
  yardstick: "OpenSSH sftp -b, put + rename of the same files",
  target: 3,
  prepare: async () => {
    const world = await createSftpWorld();
    await ours(world);
    return {
      measure: async () => ({ value: await ours(world), yardstickValue: await theirs(world) }),
      close: world.close,
    };
  },
};

async function ours(world: SftpWorld): Promise<number> {
  const folder = await world.freshFolder();
  const files = Array.from({ length: FILES }, (_, index) => randomFile(folder, `PAY_${index}.txt`, SIZE_BYTES));
  const startMs = performance.now();
  await Promise.all(files.map((file) => submit(world.transport, file)));
  return FILES / ((performance.now() - startMs) / 1000);
}

async function theirs(world: SftpWorld): Promise<number> {
  const folder = await world.freshFolder();
  const local = join(world.home, "small");
  await mkdir(local, { recursive: true });
  const commands: string[] = [];
  for (let index = 0; index < FILES; index += 1) {
    const path = join(local, `PAY_${index}.txt`);
    await writeFile(path, randomFile(folder, "", SIZE_BYTES).bytes);
    commands.push(
      `put ${path} ${folder}/PAY_${index}.tmp`,
      `rename ${folder}/PAY_${index}.tmp ${folder}/PAY_${index}.txt`,
    );
  }
  return FILES / (await world.sftpBatch(commands));
}
