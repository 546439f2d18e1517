/**
 * The gateway at work: starts it with the simulated outside parties on the embedded database, does the main job through
 * the typed client, prints what happened and serves until Ctrl-C. `--once` ends after the job; `--json` prints one JSON
 * object as the last line. Run it by `scripts/demo`, which brings Bun and the dependencies.
 */
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { createGatewayClient } from "@luckygas/gateway-client";
import { ConfigError, readConfig } from "../src/config.ts";
import { configuredSecrets, signingKey } from "../src/foundation.ts";
import { mintToken } from "../src/platform/auth.ts";
import { doMainJob, type JobResult } from "./lib/main-job.ts";
import { scriptLog } from "./lib/script-log.ts";

const READY_TIMEOUT_MS = 60_000;
const TOKEN_HOURS = 12;

const { values: flags } = parseArgs({
  options: { once: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
});
/** With `--json` only the last line goes to standard output. */
const tell = (line: string) => (flags.json ? console.error(line) : console.log(line));

const startedAt = performance.now();
try {
  process.exitCode = await demo();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}

async function demo(): Promise<number> {
  const port = process.env.PORT ?? String(await freePort());
  const env = { ...process.env, PORT: port, SIMULATORS: "on", LOG_LEVEL: process.env.LOG_LEVEL ?? "WARNING" };
  const url = `http://127.0.0.1:${port}`;
  tell(`Starting the gateway with simulated parties at ${url} …`);
  const gateway = Bun.spawn([process.execPath, "src/main.ts"], {
    env,
    stdout: flags.json ? "ignore" : "inherit",
    stderr: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => gateway.kill("SIGTERM"));
  if (!(await isReady(url, gateway))) {
    gateway.kill("SIGTERM");
    await gateway.exited;
    return 1;
  }
  try {
    const config = readConfig(env);
    const key = await signingKey(config, configuredSecrets(config, scriptLog(config)));
    const token = (subject: string) =>
      mintToken(key, { subject, role: "manager", validForSeconds: TOKEN_HOURS * 3600 }, new Date());
    const maker = createGatewayClient({ url, token: await token("demo-maker") });
    const approver = createGatewayClient({ url, token: await token("demo-approver") });
    const result = await doMainJob({ maker, approver, tell, now: new Date() });
    report(result);
  } catch (error) {
    gateway.kill("SIGTERM");
    await gateway.exited;
    throw error;
  }
  if (flags.once) gateway.kill("SIGTERM");
  else {
    tell(`\nServing until Ctrl-C. Health: curl ${url}/api/v1/health/`);
    tell(`Console: ${url}/console  API: ${url}/docs`);
    tell("A token for the console and for your own calls: bun scripts/mint-token.ts --role manager --sub me");
  }
  return (await gateway.exited) ?? 0;
}

function report(result: JobResult): void {
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  tell(`\nDone in ${seconds} s.`);
  if (flags.json) console.log(JSON.stringify({ ok: result.ok, seconds, ...result.summary }));
}

async function isReady(url: string, gateway: Bun.Subprocess): Promise<boolean> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (gateway.exitCode !== null) return false;
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return true;
    await Bun.sleep(100);
  }
  console.error(`The gateway was not ready within ${READY_TIMEOUT_MS / 1000} s.`);
  return false;
}

/** 8080 where it is free, else any port. */
async function freePort(): Promise<number> {
  for (const wanted of [8080, 0]) {
    const server = createServer();
    const port = await new Promise<number | undefined>((resolve) => {
      server.once("error", () => resolve(undefined));
      server.listen(wanted, "127.0.0.1", () => {
        const address = server.address();
        resolve(address !== null && typeof address !== "string" ? address.port : undefined);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    if (port !== undefined) return port;
  }
  throw new Error("no free port on 127.0.0.1");
}
