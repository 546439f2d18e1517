import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Mutant } from "@stryker-mutator/api/core";
import { areas } from "./areas.ts";
import { type Baseline, type Fate, takeBaselines, tryMutant } from "./test-runs.ts";
import { createWorkspace } from "./workspace.ts";

/** Share of mutants that the tests of an area must notice. */
const KILLED_MIN = 0.85;
const root = join(import.meta.dir, "../..");

interface Result {
  area: string;
  mutants: number;
  killed: number;
  /** Mutants that no test noticed: place and what was written there. */
  survivors: string[];
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const unknown = positionals.filter((name) => !(name in areas));
if (unknown.length > 0) {
  console.error(`unknown area: ${unknown.join(", ")}; there are: ${Object.keys(areas).join(", ")}`);
  process.exit(2);
}

const results: Result[] = [];
for (const [name, area] of Object.entries(areas)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  results.push(await tryArea(name, find(area.files), find(area.tests)));
}
if (values.json) console.log(JSON.stringify(results));
process.exitCode = results.every(({ mutants, killed }) => killed >= KILLED_MIN * mutants) ? 0 : 1;

function find(globs: string[]): string[] {
  const found = globs.map((glob) => [...new Bun.Glob(glob).scanSync(root)]);
  const empty = globs.find((_, place) => found[place]?.length === 0);
  if (empty) throw new Error(`no file matches ${empty}`);
  return found.flat().sort();
}

async function tryArea(area: string, files: string[], tests: string[]): Promise<Result> {
  const workspace = await createWorkspace(files);
  try {
    const baselines = await takeBaselines(workspace.path, tests);
    const fates = await tryAll(workspace.path, workspace.mutants, baselines);
    const survivors = workspace.mutants.filter(({ id }) => isAlive(fates.get(id)));
    const killed = workspace.mutants.length - survivors.length;
    const told = survivors.map((mutant) => describe(mutant, fates.get(mutant.id)));
    report(area, killed, workspace.mutants.length, told);
    return { area, mutants: workspace.mutants.length, killed, survivors: told };
  } finally {
    await workspace.remove();
  }
}

/** As many at once as the machine has cores. */
async function tryAll(path: string, mutants: Mutant[], baselines: Baseline[]): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>();
  const waiting = [...mutants];
  const work = async () => {
    for (let mutant = waiting.pop(); mutant !== undefined; mutant = waiting.pop()) {
      fates.set(mutant.id, await tryMutant(path, mutant, baselines));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return fates;
}

function isAlive(fate: Fate | undefined): boolean {
  return fate === "survived" || fate === "uncovered";
}

function describe({ fileName, location, mutatorName, replacement }: Mutant, fate: Fate | undefined): string {
  const written = replacement.replace(/\s+/g, " ").slice(0, 100);
  return `${fileName}:${location.start.line + 1} ${mutatorName}: ${written}${fate === "uncovered" ? " (not covered)" : ""}`;
}

function report(area: string, killed: number, all: number, survivors: string[]): void {
  if (values.json) return;
  for (const line of survivors) console.log(`  survived  ${line}`);
  const share = ((100 * killed) / all).toFixed(1);
  console.log(`${area}: ${killed} of ${all} mutants killed, ${share} % (at least ${100 * KILLED_MIN} %)`);
}
