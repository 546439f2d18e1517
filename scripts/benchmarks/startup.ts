import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTestDatabase } from "../../tests/support/postgres.ts";
import type { Benchmark } from "./benchmark.ts";
import { startServerProcess } from "./support/server-process.ts";

const root = join(import.meta.dir, "../..");
const STARTS = 5;

/** From process start to ready, bundled, on an external database. The target of 3 × the bare server is a ratio of 1 / 3. */
export const startup: Benchmark = {
  name: "startup",
  unit: "ms to ready",
  better: "less",
  yardstick: "bare Elysia with the same packages imported, bundled",
  target: 0.333,
  prepare: async () => {
    // Inside the repository: the bundle looks upward for the migrations, as in the image.
    await mkdir(join(root, ".data"), { recursive: true });
    const folder = await mkdtemp(join(root, ".data", "startup-"));
    const database = await createTestDatabase();
    const ours = await bundle(join(root, "src/main.ts"), join(folder, "gateway"));
    const bare = await bundle(join(import.meta.dir, "peers/bare-start.ts"), join(folder, "bare"));
    const env = {
      ENVIRONMENT: "test",
      DATABASE_URL: database.url,
      JWT_SECRET_KEY: "benchmark-key-0123456789abcdef-0123456789",
      LOG_LEVEL: "WARNING",
    };
    return {
      measure: async () => ({ yardstickValue: await readyAfter(bare, {}), value: await readyAfter(ours, env) }),
      close: async () => {
        await database.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

/** Median of several starts. */
async function readyAfter(program: string, env: Record<string, string>): Promise<number> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const server = await startServerProcess([process.execPath, program], env);
    times.push(server.readyAfterMs);
    await server.stop();
  }
  return times.sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? Number.NaN;
}

async function bundle(entry: string, outdir: string): Promise<string> {
  const built = await Bun.build({ entrypoints: [entry], outdir, target: "bun", minify: true });
  const [main] = built.outputs;
  if (!built.success || !main) throw new Error(`the bundle of ${entry} failed`);
  return main.path;
}
