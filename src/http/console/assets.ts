import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { consolePage } from "./page.ts";

/** One file of the console. Its name holds a hash of its content, so it may be kept for ever. */
export interface ConsoleFile {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The console as it is served: the page and what it loads. */
export interface ConsoleAssets {
  page: string;
  /** By name, e.g. `main-1a2b3c4d.js`. */
  files: ReadonlyMap<string, ConsoleFile>;
}

const PAGE_NAME = "index.html";
const types: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

const typeOf = (name: string) => types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";

/** Bundles the console from its sources. Throws with the bundler's messages when they do not compile. */
export async function bundleConsole(sourceFolder: string): Promise<ConsoleAssets> {
  const entrypoints = ["main.tsx", "console.css", "icon.svg"].map((name) => join(sourceFolder, name));
  const bundle = await Bun.build({
    entrypoints,
    target: "browser",
    minify: true,
    naming: { entry: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    loader: { ".svg": "file" },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const files = new Map<string, ConsoleFile>();
  for (const output of bundle.outputs) {
    const name = basename(output.path);
    // What a bundler writes beside a file that it only copies is not loaded by the page.
    if (name.startsWith("icon") && name.endsWith(".js")) continue;
    files.set(name, { type: typeOf(name), bytes: new Uint8Array(await output.arrayBuffer()) });
  }
  const named = (beginning: string, ending: string) =>
    [...files.keys()].find((name) => name.startsWith(beginning) && name.endsWith(ending)) ?? "";
  const page = consolePage({
    script: named("main-", ".js"),
    style: named("console-", ".css"),
    icon: named("icon-", ".svg"),
  });
  return { page, files };
}

/** Writes a built console into a folder, for `loadConsole`. */
export async function writeConsole(assets: ConsoleAssets, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, PAGE_NAME), assets.page);
  for (const [name, { bytes }] of assets.files) await writeFile(join(folder, name), bytes);
}

/** The console that was built into this folder; `undefined` when there is none. */
export async function loadConsole(folder: string): Promise<ConsoleAssets | undefined> {
  if (!existsSync(join(folder, PAGE_NAME))) return undefined;
  const files = new Map<string, ConsoleFile>();
  for (const name of await readdir(folder)) {
    if (name === PAGE_NAME) continue;
    files.set(name, { type: typeOf(name), bytes: new Uint8Array(await Bun.file(join(folder, name)).arrayBuffer()) });
  }
  return { page: await Bun.file(join(folder, PAGE_NAME)).text(), files };
}
