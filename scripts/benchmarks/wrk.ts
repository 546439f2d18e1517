import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Unavailable } from "./benchmark.ts";
import { runProgram } from "./sms-world.ts";

export interface WrkRun {
  url: string;
  /** Lua that defines `request()`. */
  script: string;
  folder: string;
  connections: number;
  seconds: number;
}

/** Successful requests a second of wrk. Throws when any answer was not 2xx, or a connection failed. */
export async function requestsPerSecond(run: WrkRun): Promise<number> {
  const wrk = Bun.which("wrk");
  if (!wrk) throw new Unavailable("wrk is not installed (package wrk)");
  const script = join(run.folder, `wrk-${crypto.randomUUID()}.lua`);
  await writeFile(script, run.script);
  const output = await runProgram(wrk, [
    ...["-t", "2", "-c", String(run.connections), "-d", `${run.seconds}s`, "--timeout", "10s", "-s", script, run.url],
  ]);
  const rate = /Requests\/sec:\s+([0-9.]+)/.exec(output)?.[1];
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1];
  if (rate === undefined || refused !== undefined) throw new Error(`wrk said: ${output.slice(0, 800)}`);
  return Number(rate);
}
