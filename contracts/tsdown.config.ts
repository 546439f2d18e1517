import { existsSync } from "node:fs";
import { copyFile, cp, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "tsdown";
import source from "./package.json" with { type: "json" };
import { passOn } from "./pass-on.ts";
import { writeReference } from "./reference.ts";
import { declarationsOf, importsOf, nameRepeatedTypes, shareTypes, withImports } from "./share-types.ts";

const compiler = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json")));

/** Entries by their name in `exports`: `./client` is `src/client.ts` here and `client.js` in the package. */
const entries = Object.entries(source.exports).map(([subpath, file]) => {
  const name = file.replace(/^\.\/src\/(.*)\.ts$/, "$1");
  return { subpath, file, name };
});

/**
 * Builds the package into `outDir`: a folder that can be packed and published as it is. One file per module, so that a
 * bundler leaves out the modules that a caller does not use, first of all the schemas.
 */
export function clientPackageConfig(outDir: string): UserConfig {
  return {
    cwd: import.meta.dirname,
    entry: Object.fromEntries(entries.map(({ name, file }) => [name, file])),
    outDir,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    unbundle: true,
    fixedExtension: false,
    // The compiler itself writes the declarations; it has no programming interface that could be called instead.
    dts: { tsgo: { path: compiler }, tsconfig: "tsconfig.json" },
    tsconfig: "tsconfig.json",
    hooks: {
      "build:done": async () => {
        await shrinkDeclarations(outDir);
        await describePackage(outDir);
      },
    },
  };
}

async function shrinkDeclarations(outDir: string): Promise<void> {
  const files = (await readdir(outDir, { recursive: true })).filter((file) => file.endsWith(".d.ts"));
  const sources = new Map<string, string>();
  for (const file of files) sources.set(file, await readFile(join(outDir, file), "utf8"));
  for (const [file, source] of sources) {
    const neighbour = (from: string) => sources.get(join(dirname(file), from.replace(/\.js$/, ".d.ts"))) ?? "";
    // The program, where there is one, imports the constants from which the compiler made the types that it writes out.
    const program = join(outDir, file.replace(/\.d\.ts$/, ".js"));
    const imports = importsOf(source + (existsSync(program) ? await readFile(program, "utf8") : ""));
    const neighbours = [...imports].map(([from, names]) => {
      return { from, declarations: [...declarationsOf(neighbour(from))].filter(({ name }) => names.has(name)) };
    });
    const shared = shareTypes(
      source,
      neighbours.flatMap(({ declarations }) => declarations),
    );
    const whole = neighbours.reduce((text, { from, declarations }) => withImports(text, from, declarations), shared);
    await writeFile(join(outDir, file), nameRepeatedTypes(passOn(whole, neighbour)));
  }
}

/** `package.json`, README, examples and reference of the built package: the same facts, with `exports` pointing at what was built. */
async function describePackage(outDir: string): Promise<void> {
  const { private: _private, scripts: _scripts, ...facts } = source;
  const built = {
    ...facts,
    exports: Object.fromEntries(
      entries.map(({ subpath, name }) => [subpath, { types: `./${name}.d.ts`, default: `./${name}.js` }]),
    ),
  };
  await writeFile(join(outDir, "package.json"), `${JSON.stringify(built, undefined, 2)}\n`);
  await copyFile(join(import.meta.dirname, "README.md"), join(outDir, "README.md"));
  await cp(join(import.meta.dirname, "examples"), join(outDir, "examples"), { recursive: true });
  await writeFile(join(outDir, "REFERENCE.md"), writeReference());
}

export default defineConfig(clientPackageConfig(join(import.meta.dirname, "dist")));
