import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");

/**
 * Compiles the TypeScript in a folder as a caller outside of this repository does: strictly, for browsers, with the
 * repository's packages beside it. What the compiler says; empty when nothing is wrong.
 */
export async function compileAsCaller(folder: string): Promise<string> {
  const compilerOptions = {
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "bundler",
    lib: ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const compiler = Bun.spawn([process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", folder], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const parts = [compiler.stdout, compiler.stderr].map((stream) => new Response(stream).text());
  const told = (await Promise.all(parts)).join("");
  const exitCode = await compiler.exited;
  return exitCode === 0 ? "" : told || `the compiler ended with ${exitCode}`;
}
