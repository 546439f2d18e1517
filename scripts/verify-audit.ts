/**
 * Checks the audit chain: `bun scripts/verify-audit.ts [--anchor <seq>:<hash>] [--json]`. Finds entries that were changed,
 * removed or inserted, tells calls whose end was never recorded, and prints the head, to be kept elsewhere as an anchor.
 * An anchor stands in the gateway's log every ten minutes (`Audit chain`). Exit code 1 when anything is wrong.
 */
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../src/config.ts";
import { configuredSecrets, openConfiguredDatabase } from "../src/foundation.ts";
import { type AuditHead, unfinishedCalls } from "../src/platform/audit-store.ts";
import { verifyAudit } from "../src/platform/audit-verify.ts";
import { DataFolderInUse } from "../src/platform/data-folder.ts";
import { scriptLog } from "./lib/script-log.ts";

/** A call that takes longer than its limit was cut off. */
const UNFINISHED_AFTER_MS = 10 * 60_000;
const STATEMENT_MS_MAX = 15 * 60_000;

const { values } = parseArgs({ options: { anchor: { type: "string" }, json: { type: "boolean", default: false } } });

function readAnchor(text: string | undefined): AuditHead | undefined {
  if (text === undefined) return undefined;
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!seq || !hash) {
    console.error("usage: bun scripts/verify-audit.ts [--anchor <seq>:<hash>] [--json]");
    process.exit(2);
  }
  return { seq: Number(seq), hash };
}

try {
  const anchor = readAnchor(values.anchor);
  const config = readConfig(process.env);
  const secrets = configuredSecrets(config, scriptLog(config));
  const opened = await openConfiguredDatabase(config, secrets, { statementMsMax: STATEMENT_MS_MAX });
  try {
    const verdict = await verifyAudit(opened.database.db, anchor);
    const unfinished = await unfinishedCalls(opened.database.db, new Date(Date.now() - UNFINISHED_AFTER_MS));
    if (values.json) console.log(JSON.stringify({ ...verdict, unfinished }));
    else {
      for (const { seq, kind, detail } of verdict.problems) console.log(`entry ${seq}: ${kind}: ${detail}`);
      for (const { seq, action, actor, object, requestId } of unfinished) {
        console.log(
          `entry ${seq}: cut off: ${action} of ${object ?? "?"} by ${actor}, request ${requestId}; look at its state`,
        );
      }
      const { seq, hash } = verdict.head;
      const verdictText = verdict.problems.length === 0 ? "the chain is whole" : "THE CHAIN IS BROKEN";
      console.log(`${verdict.entries} entries; ${verdictText}; head ${seq}:${hash}`);
    }
    process.exitCode = verdict.problems.length === 0 ? 0 : 1;
  } finally {
    await opened.close();
  }
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof DataFolderInUse;
  console.error(expected ? error.message : error);
  process.exit(2);
}
