/**
 * Builds `@luckygas/gateway-client` into a temporary folder and checks what its users would get: valid exports and types,
 * the size of both, that it loads where it is promised to, and that nothing of the server is in it. Prints every problem;
 * exits 1 when there is one.
 */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { build } from "tsdown";
import { clientPackageConfig } from "../../contracts/tsdown.config.ts";

const DECLARATION_BYTES_MAX = 120_000;
const CLIENT_BYTES_MAX = 15_000;
const root = join(import.meta.dir, "../..");
const scratch = await mkdtemp(join(tmpdir(), "gateway-client-"));
const packageFolder = join(scratch, "node_modules/@luckygas/gateway-client");

const checks: [name: string, check: () => Promise<string[]>][] = [
  ["publint", checkExports],
  ["are the types wrong", checkTypes],
  ["declarations", checkDeclarations],
  ["a caller compiles", checkCaller],
  ["client alone, bundled", checkBundle],
  ["loads without the schemas' package", checkLoading],
  ["no word of the server", checkWords],
];

try {
  await mkdir(packageFolder, { recursive: true });
  await build({ ...clientPackageConfig(packageFolder), config: false, logLevel: "error" });
  let failed = false;
  for (const [name, check] of checks) {
    const problems = await check();
    failed ||= problems.length > 0;
    for (const problem of problems) console.error(`client package: ${name}: ${problem}`);
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function checkExports(): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: packageFolder, strict: true, pack: false });
  return messages.map((message) => formatMessage(message, pkg ?? {}) ?? message.code);
}

async function checkTypes(): Promise<string[]> {
  const packed = run(
    [process.execPath, "pm", "pack", "--destination", scratch, "--quiet", "--ignore-scripts"],
    packageFolder,
  );
  if (packed.problem) return [packed.problem];
  const archive = join(scratch, packed.output.trim().split("/").at(-1) ?? "");
  const attw = join(root, "node_modules/.bin/attw");
  const { problem } = run([
    process.execPath,
    "--bun",
    attw,
    archive,
    "--profile",
    "esm-only",
    "--format",
    "ascii",
    "--no-emoji",
  ]);
  return problem ? [problem] : [];
}

async function checkDeclarations(): Promise<string[]> {
  let bytes = 0;
  for await (const file of new Glob("**/*.d.ts").scan(packageFolder)) bytes += Bun.file(join(packageFolder, file)).size;
  console.log(`client package: ${bytes} bytes of declarations, at most ${DECLARATION_BYTES_MAX}`);
  return bytes > DECLARATION_BYTES_MAX ? [`${bytes} bytes, at most ${DECLARATION_BYTES_MAX}`] : [];
}

/** The tests' own callers, compiled against the built package, without the server's types and without Node's. */
async function checkCaller(): Promise<string[]> {
  await installBeside(["@trpc/client", "@trpc/server", "zod"]);
  for (const file of ["caller.ts", "client-caller.ts", "callers-v0.1.ts"])
    await cp(join(root, "tests/types", file), join(scratch, file));
  const compilerOptions = {
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "bundler",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  await writeFile(join(scratch, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const started = performance.now();
  const { problem } = run([process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", scratch]);
  console.log(`client package: a caller's type check takes ${Math.round(performance.now() - started)} ms here`);
  return problem ? [problem] : [];
}

/** From the root export: a bundler must be able to leave the schemas and zod out. */
async function checkBundle(): Promise<string[]> {
  const entry = join(scratch, "client-only.js");
  await writeFile(entry, `export { createGatewayClient, isGatewayError, isNoAnswer } from "@luckygas/gateway-client";`);
  const bundle = await Bun.build({ entrypoints: [entry], minify: true, external: ["@trpc/*", "zod"] });
  const text = (await bundle.outputs[0]?.text()) ?? "";
  console.log(`client package: ${text.length} bytes of client, minified, at most ${CLIENT_BYTES_MAX}`);
  const problems: string[] = [];
  if (text.length > CLIENT_BYTES_MAX) problems.push(`${text.length} bytes, at most ${CLIENT_BYTES_MAX}`);
  if (/["']zod["']/.test(text)) problems.push("zod is in it");
  return problems;
}

/** On Bun, and on Node where there is one; a bundler that does not drop unused modules needs `/client` to be light. */
async function checkLoading(): Promise<string[]> {
  await installBeside(["@trpc/client", "@trpc/server"]);
  const program = join(scratch, "load.mjs");
  await writeFile(
    program,
    `import { createGatewayClient } from "@luckygas/gateway-client/client";
     const client = createGatewayClient({ url: "http://127.0.0.1:9" });
     if (typeof client.system.health.query !== "function") throw new Error("no procedure");`,
  );
  const runtimes = [process.execPath, Bun.which("node")].filter((path) => path !== null);
  return runtimes.flatMap((runtime) => run([runtime, program]).problem ?? []);
}

async function checkWords(): Promise<string[]> {
  const words = /drizzle|postgres|ssh2|elysia|prom-client|node:|\bBun\b|\bprocess\.|\bBuffer\b|\brequire\(/i;
  const problems: string[] = [];
  for await (const file of new Glob("**/*.{js,ts}").scan(packageFolder)) {
    const word = words.exec(await Bun.file(join(packageFolder, file)).text());
    if (word) problems.push(`${file}: ${word[0]}`);
  }
  return problems;
}

/** The package's folder gets these packages of ours beside it, and no others. */
async function installBeside(names: string[]): Promise<void> {
  for (const name of ["@trpc/client", "@trpc/server", "zod"]) {
    const link = join(scratch, "node_modules", name);
    await rm(link, { force: true });
    if (!names.includes(name)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, "node_modules", name), link);
  }
}

function run(command: string[], cwd = scratch): { output: string; problem?: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd, env: { ...process.env, NODE_PATH: "" } });
  const output = stdout.toString();
  return exitCode === 0 ? { output } : { output, problem: `${command.join(" ")}\n${output}${stderr.toString()}` };
}
