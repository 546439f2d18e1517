/** Runs the benchmarks: `scripts/bench [name…] [--json] [--rounds 3]`. Prints a table, and with `--json` an array as the last line. */
import { parseArgs } from "node:util";
import { type Benchmark, type BenchmarkResult, type Figure, Unavailable } from "./benchmark.ts";
import { benchmarks } from "./index.ts";

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: "3" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0 || !(Number.isInteger(rounds) && rounds >= 1 && rounds <= 20)) {
  console.error(
    `usage: scripts/bench [name…] [--json] [--rounds 1-20]\nnames: ${benchmarks.map(({ name }) => name).join(" ")}`,
  );
  process.exit(2);
}
const chosen = positionals.length === 0 ? benchmarks : benchmarks.filter(({ name }) => positionals.includes(name));
const results: BenchmarkResult[] = [];
for (const benchmark of chosen) {
  const result = await run(benchmark);
  if (result) results.push(result);
}
if (values.json) console.log(JSON.stringify(results));
process.exit(0);

async function run(benchmark: Benchmark): Promise<BenchmarkResult | undefined> {
  try {
    const prepared = await benchmark.prepare();
    const figures: Figure[] = [];
    try {
      const wanted = Math.min(rounds, benchmark.roundsMax ?? rounds);
      for (let round = 0; round < wanted; round += 1) figures.push(await prepared.measure());
    } finally {
      await prepared.close();
    }
    const result = summarise(benchmark, figures);
    tell(result);
    return result;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.error(`${benchmark.name}: not measured: ${error.message}`);
    return undefined;
  }
}

/** The median of the rounds' ratios decides: ours and the yardstick of one round share the machine's mood. */
function summarise(benchmark: Benchmark, figures: Figure[]): BenchmarkResult {
  const ratioOf = ({ value, yardstickValue }: Figure) =>
    benchmark.better === "more" ? value / yardstickValue : yardstickValue / value;
  const middle = [...figures].sort((a, b) => ratioOf(a) - ratioOf(b))[Math.floor((figures.length - 1) / 2)];
  if (!middle) throw new Error("no rounds");
  const { name, unit, yardstick, target } = benchmark;
  return {
    name,
    value: round3(middle.value),
    unit,
    yardstick,
    yardstickValue: round3(middle.yardstickValue),
    ratio: round3(ratioOf(middle)),
    target,
  };
}

function tell(result: BenchmarkResult): void {
  const { name, value, unit, yardstick, yardstickValue, ratio, target } = result;
  const verdict = ratio >= target ? "reached" : "NOT reached";
  console.error(
    `${name}: ${value} ${unit}; ${yardstick}: ${yardstickValue} ${unit}; ratio ${ratio}, target ${target}: ${verdict}`,
  );
}

function round3(value: number): number {
  return Number(value.toPrecision(4));
}
