import type { Clock } from "../../../src/platform/clock.ts";
import type { SecretName } from "../../../src/platform/secrets.ts";
import type { InitOptions } from "./arguments.ts";
import { askSecret } from "./ask.ts";
import { catalog, type SecretDefinition } from "./catalog.ts";
import { ContentProblem, checkContent } from "./check-content.ts";
import { readSecretsFolder } from "./folder.ts";
import { type Contents, counterpart, createPairRules, type PairRules } from "./pair.ts";
import { describePlan, describeStored, isWrite, type PlannedWrite, planSecret } from "./plan.ts";
import { confirm, type Prompt } from "./prompt.ts";
import type { SecretVault, Stored } from "./vault.ts";

export interface InitDeps {
  prompt: Prompt;
  vault: SecretVault;
  clock: Clock;
}

/** `declined`: the operator said no, or there was nobody to say yes. */
export type InitResult = "done" | "declined";

/**
 * Looks at what is stored, takes new contents from the operator or a folder, checks them, shows what would be written
 * and writes it. Run again with the same contents it writes nothing. Throws a `SecretManagerError`, a `ContentProblem`
 * or `Interrupted`; what was written before is told.
 */
export async function initSecrets(options: InitOptions, { prompt, vault, clock }: InitDeps): Promise<InitResult> {
  const definitions = catalog.filter(({ name }) => options.names.includes(name));
  // Before the first question: who may not write, or named a wrong project, learns it now.
  const stored = await readStored(definitions, vault);
  const rules = createPairRules(clock.now(), stored);
  const contents = options.fromDir
    ? await takeFromFolder(options.fromDir, definitions, rules)
    : await takeFromOperator(prompt, definitions, stored, rules);
  const problem = rules.atTheEnd(contents);
  if (problem) throw new ContentProblem(problem);

  const planned = definitions.map((definition) =>
    planSecret(definition, stored.get(definition.name) ?? "missing", contents.get(definition.name)),
  );
  const writes = planned.filter(isWrite);
  prompt.say(`\nProject ${options.projectId}:\n${describePlan(planned, clock.now())}\n`);
  if (writes.length === 0) return tell(prompt, "Nothing to write.", "done");
  if (options.dryRun) return tell(prompt, "Dry run: nothing was written.", "done");
  if (!options.yes && !(await confirm(prompt, `Write these ${writes.length}?`))) {
    return tell(prompt, "Nothing was written: not confirmed.", "declined");
  }
  await write(writes, prompt, vault);
  return tell(prompt, AFTERWARDS, "done");
}

const AFTERWARDS = `Running gateways take the new versions up within five minutes. What Cloud Run passes on with --set-secrets
(database-password, jwt-secret-key) is read when an instance starts: deploy a new revision for those.`;

function tell(prompt: Prompt, text: string, result: InitResult): InitResult {
  prompt.say(text);
  return result;
}

async function readStored(definitions: SecretDefinition[], vault: SecretVault): Promise<Map<SecretName, Stored>> {
  const names = new Set(definitions.flatMap(({ name }) => [name, counterpart(name) ?? name]));
  return new Map(await Promise.all([...names].map(async (name) => [name, await vault.stored(name)] as const)));
}

async function takeFromFolder(folder: string, definitions: SecretDefinition[], rules: PairRules): Promise<Contents> {
  const texts = await readSecretsFolder(folder);
  const contents: Contents = new Map();
  const problems: string[] = [];
  for (const definition of definitions) {
    const { name } = definition;
    const text = texts.get(name);
    if (text === undefined) continue;
    const checked = checkContent(definition, text);
    const problem = "problem" in checked ? checked.problem : rules.whenGiven(name, checked.content, contents);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
    else if ("content" in checked) contents.set(name, checked.content);
  }
  if (problems.length > 0) throw new ContentProblem(problems.join("\n"));
  return contents;
}

async function takeFromOperator(
  prompt: Prompt,
  definitions: SecretDefinition[],
  stored: ReadonlyMap<SecretName, Stored>,
  rules: PairRules,
): Promise<Contents> {
  const contents: Contents = new Map();
  for (const [index, definition] of definitions.entries()) {
    const { name, title } = definition;
    const state = describeStored(stored.get(name) ?? "missing");
    prompt.say(`\n[${index + 1}/${definitions.length}] ${name}: ${title} (${state})`);
    const content = await askSecret(prompt, definition, (given) => rules.whenGiven(name, given, contents));
    if (content !== undefined) contents.set(name, content);
  }
  return contents;
}

/** One after the other; the first failure ends it, and what it leaves undone is named. */
async function write(writes: PlannedWrite[], prompt: Prompt, vault: SecretVault): Promise<void> {
  for (const [index, { definition, content, stored }] of writes.entries()) {
    try {
      const version = await vault.add(definition.name, content, stored);
      prompt.say(`  written  ${definition.name}, version ${version}`);
    } catch (error) {
      const left = writes.slice(index).map((one) => one.definition.name);
      prompt.say(
        `  NOT WRITTEN  ${left.join(", ")}: run the same command again, what is stored already stays as it is`,
      );
      throw error;
    }
  }
}
