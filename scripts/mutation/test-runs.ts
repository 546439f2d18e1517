import { join } from "node:path";
import { z } from "zod";
import { environment } from "./areas.ts";

/** How a test file does without any mutant. */
export interface Baseline {
  test: string;
  ms: number;
  /** Ids of the mutants whose place it passes. */
  passes: Set<string>;
  /** Mutants that it noticed, by the file they are in. */
  kills: Map<string, number>;
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
    baselines.push({ test, ms: performance.now() - started, passes, kills: new Map() });
  }
  return baselines.sort((one, other) => one.ms - other.ms);
}

export type Fate = "killed" | "survived" | "timeout" | "uncovered";

/**
 * Runs the test files that pass the mutant's place until one notices: first those that noticed most mutants of its file,
 * among equals the quickest.
 */
export async function tryMutant(
  path: string,
  { id, fileName }: { id: string; fileName: string },
  baselines: Baseline[],
): Promise<Fate> {
  const killsOf = ({ kills }: Baseline) => kills.get(fileName) ?? 0;
  const asked = baselines.filter(({ passes }) => passes.has(id)).sort((one, other) => killsOf(other) - killsOf(one));
  if (asked.length === 0) return "uncovered";
  for (const baseline of asked) {
    const { test, ms } = baseline;
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
    if (code === 0) continue;
    baseline.kills.set(fileName, killsOf(baseline) + 1);
    return late ? "timeout" : "killed";
  }
  return "survived";
}

function spawnTests(cwd: string, args: string[], env: Record<string, string>) {
  return Bun.spawn([process.execPath, "test", "--timeout", "60000", ...args], {
    cwd,
    env: { ...process.env, ...environment, ...env },
    stdout: "ignore",
    stderr: "ignore",
  });
}
