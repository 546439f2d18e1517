import { readFileSync } from "node:fs";
import { freePort } from "../../../tests/support/postgres.ts";

export interface ServerProcess {
  url: string;
  pid: number;
  /** From the start of the process to its first "ready". */
  readyAfterMs: number;
  stop(): Promise<void>;
}

/** Starts a server program on a free port and waits for `/readyz`. */
export async function startServerProcess(command: string[], env: Record<string, string>): Promise<ServerProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = Bun.spawn(command, {
    env: { PATH: process.env.PATH, ...env, PORT: String(port) },
    stdout: "ignore",
    stderr: "inherit",
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended with ${child.exitCode}`);
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) break;
    await Bun.sleep(2);
  }
  const readyAfterMs = performance.now() - started;
  return {
    url,
    pid: child.pid,
    readyAfterMs,
    stop: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, in microseconds (user and system, fields 14 and 15 of Linux' /proc/<pid>/stat). */
export function cpuMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS_PER_SECOND;
}
