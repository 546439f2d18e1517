import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import type { Clock } from "../../../src/platform/clock.ts";
import type { SecretManagerLimits } from "../../../src/platform/secret-manager-calls.ts";
import { SecretManagerError, type SecretManagerReason } from "../../../src/platform/secret-manager-errors.ts";
import { readArguments, usage } from "./arguments.ts";
import { ContentProblem } from "./check-content.ts";
import { Interrupted, type Prompt } from "./prompt.ts";
import { initSecrets } from "./run.ts";
import { createSecretVault } from "./vault.ts";

export interface CommandDeps {
  prompt: Prompt;
  clock: Clock;
  openClient(projectId: string): Promise<SecretManagerServiceClient>;
  /** Takes the text of a failure, for stderr. */
  complain(text: string): void;
  limits?: SecretManagerLimits;
}

export const exitCodes = { done: 0, incomplete: 1, usage: 2, refused: 3, interrupted: 130 } as const;

const refusals: ReadonlySet<SecretManagerReason> = new Set([
  "permission_denied",
  "project_not_found",
  "api_disabled",
  "unauthenticated",
]);

/** The whole command; gives the exit code. */
export async function runCommand(words: string[], deps: CommandDeps): Promise<number> {
  const options = readArguments(words);
  if (options === "help") {
    deps.prompt.say(usage);
    return exitCodes.done;
  }
  if ("problem" in options) {
    deps.complain(`${options.problem}\n${usage}`);
    return exitCodes.usage;
  }
  const vault = createSecretVault(options.projectId, () => deps.openClient(options.projectId), deps.limits);
  try {
    const result = await initSecrets(options, { prompt: deps.prompt, vault, clock: deps.clock });
    return result === "done" ? exitCodes.done : exitCodes.incomplete;
  } catch (error) {
    if (error instanceof Interrupted) return exitCodes.interrupted;
    if (!(error instanceof ContentProblem || error instanceof SecretManagerError)) throw error;
    deps.complain(error.message);
    return error instanceof SecretManagerError && refusals.has(error.reason) ? exitCodes.refused : exitCodes.incomplete;
  }
}
