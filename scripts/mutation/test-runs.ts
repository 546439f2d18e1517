import { join } from "node:path";
import { z } from "zod";

/** How a test file does without any mutant. */
export interface Baseline {
  test: string;
  ms: number;
  /** Ids of the mutants whose place it passes. */
  passes: Set<string>;
}

/** A run that takes this many times its baseline is taken for one that would never end. */
const SLOWER_TIMES_MAX = 5;
const GRACE_MS = 10_000;

/** Runs each test file once without a mutant. Throws when one fails: nothing could be said about mutants then. */
export async function takeBaselines(path: string, tests: string[]): Promise<Baseline[]> {
  const baselines: Baseline[] = [];
  for (const test of tests) {
    const coverage = join(path, "coverage.json");
    await Bun.write(coverage, "[]");
    const started = performance.now();
    const preload = ["--preload", "./scripts/mutation/write-coverage.ts"];
    const child = spawnTests(path, [...preload, test], { COVERAGE_FILE: coverage });
    if ((await child.exited) !== 0) throw new Error(`${test} fails without any mutant`);
    const passes = new Set(z.array(z.string()).parse(await Bun.file(coverage).json()));
    baselines.push({ test, ms: performance.now() - started, passes });
  }
  return baselines.sort((one, other) => one.ms - other.ms);
}

export type Fate = "killed" | "survived" | "timeout" | "uncovered";

/** Runs the test files that pass the mutant's place, the quickest first, until one notices. */
export async function tryMutant(path: string, id: string, baselines: Baseline[]): Promise<Fate> {
  const asked = baselines.filter(({ passes }) => passes.has(id));
  if (asked.length === 0) return "uncovered";
  for (const { test, ms } of asked) {
    const child = spawnTests(path, ["--bail", test], { __STRYKER_ACTIVE_MUTANT__: id });
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        child.kill("SIGKILL");
      },
      ms * SLOWER_TIMES_MAX + GRACE_MS,
    );
    const code = await child.exited;
    clearTimeout(timer);
    if (late) return "timeout";
    if (code !== 0) return "killed";
  }
  return "survived";
}

function spawnTests(cwd: string, args: string[], env: Record<string, string>) {
  return Bun.spawn([process.execPath, "test", "--timeout", "60000", ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdout: "ignore",
    stderr: "ignore",
  });
}
