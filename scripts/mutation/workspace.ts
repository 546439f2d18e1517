import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Mutant } from "@stryker-mutator/api/core";
import type { Logger } from "@stryker-mutator/api/logging";
import { Instrumenter } from "@stryker-mutator/instrumenter";

const root = join(import.meta.dir, "../..");

export interface Workspace {
  path: string;
  mutants: Mutant[];
  remove(): Promise<void>;
}

/**
 * A copy of the project whose rules hold every mutant at once, each asleep until the environment names it
 * (`__STRYKER_ACTIVE_MUTANT__`), so that nothing is written between two runs.
 */
export async function createWorkspace(files: string[]): Promise<Workspace> {
  const path = await mkdtemp(join(tmpdir(), "gateway-mutants-"));
  for (const name of [
    "src",
    "tests",
    "scripts",
    "drizzle",
    "contracts",
    "package.json",
    "tsconfig.json",
    "bunfig.toml",
  ]) {
    await cp(join(root, name), join(path, name), { recursive: true, filter: (from) => !from.includes("node_modules") });
  }
  await symlink(join(root, "node_modules"), join(path, "node_modules"));
  const mutants = await instrument(path, files);
  return { path, mutants, remove: () => rm(path, { recursive: true, force: true }) };
}

async function instrument(path: string, files: string[]): Promise<Mutant[]> {
  const sources = await Promise.all(
    files.map(async (name) => ({ name, mutate: true, content: await Bun.file(join(root, name)).text() })),
  );
  // Texts are left alone: tests hold errors to their field and rule, not to their wording.
  const options = { plugins: null, excludedMutations: ["StringLiteral"], ignorers: [] };
  const result = await new Instrumenter(silent).instrument(sources, options);
  for (const { name, content } of result.files) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return result.mutants.filter(({ status }) => status !== "Ignored");
}

const no = () => false;
const nothing = () => {};
const silent: Logger = {
  ...{ isTraceEnabled: no, isDebugEnabled: no, isInfoEnabled: no, isWarnEnabled: no, isErrorEnabled: no },
  ...{
    isFatalEnabled: no,
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    fatal: nothing,
  },
};
