/**
 * Stores the gateway's secrets in Google Secret Manager: `bun scripts/init-production-secrets.ts --project-id P
 * [--only name,…] [--from-dir DIR] [--dry-run] [--yes]`. Asks for each, checks it, shows a summary without values and
 * writes what changed. It can be run as often as needed.
 */
import { systemClock } from "../src/platform/clock.ts";
import { openSecretManagerClient } from "../src/platform/secret-manager-client.ts";
import { exitCodes, runCommand } from "./lib/secrets/command.ts";
import { createTerminalPrompt } from "./lib/secrets/terminal-prompt.ts";

const prompt = createTerminalPrompt(
  process.stdin,
  (text) => process.stdout.write(text),
  () => {
    prompt.close();
    console.error("\nInterrupted.");
    process.exit(exitCodes.interrupted);
  },
);
const code = await runCommand(process.argv.slice(2), {
  prompt,
  clock: systemClock,
  openClient: openSecretManagerClient,
  complain: (text) => console.error(text),
}).finally(() => prompt.close());
process.exit(code);
