import { parseArgs } from "node:util";
import type { SecretName } from "../../../src/platform/secrets.ts";
import { secretNames } from "../../../src/secret-names.ts";

export interface InitOptions {
  projectId: string;
  /** The secrets to deal with; all of them by default. */
  names: SecretName[];
  dryRun: boolean;
  fromDir: string | undefined;
  /** No question before writing. */
  yes: boolean;
}

export const usage = `usage: bun scripts/init-production-secrets.ts --project-id PROJECT [options]
  --project-id PROJECT  the Google Cloud project
  --only NAME[,NAME…]   only these secrets
  --from-dir FOLDER     read one file per secret, named as the secret, instead of asking
  --dry-run             ask, check and compare, but write nothing
  --yes                 do not ask before writing
  --help
Secrets: ${secretNames.join(" ")}
Signs in with the application default credentials (gcloud auth application-default login); the account needs
roles/secretmanager.admin on the project.
Exit code: 0 done or nothing to do · 1 nothing or not everything written · 2 wrong usage · 3 refused by Google Cloud
· 130 interrupted`;

/** Reads the command line: the options, a problem to tell with the usage, or a wish for help. */
export function readArguments(words: string[]): InitOptions | { problem: string } | "help" {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(words);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return "help";
  const projectId = values["project-id"];
  if (!projectId || !/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(projectId)) {
    return { problem: "--project-id: must be the id of a Google Cloud project (6 to 30 of a-z, 0-9, -)" };
  }
  const wanted = (values.only ?? []).flatMap((list) => list.split(",")).map((name) => name.trim());
  const unknown = wanted.filter((name) => !secretNames.some((known) => known === name));
  if (unknown.length > 0) return { problem: `--only: no such secret: ${unknown.join(", ")}` };
  return {
    projectId,
    names: secretNames.filter((name) => values.only === undefined || wanted.includes(name)),
    dryRun: values["dry-run"] ?? false,
    fromDir: values["from-dir"],
    yes: values.yes ?? false,
  };
}

function parse(words: string[]) {
  return parseArgs({
    args: words,
    options: {
      "project-id": { type: "string" },
      only: { type: "string", multiple: true },
      "from-dir": { type: "string" },
      "dry-run": { type: "boolean" },
      yes: { type: "boolean" },
      help: { type: "boolean" },
    },
  }).values;
}
