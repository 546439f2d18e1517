import type { SecretDefinition } from "./catalog.ts";
import { describeCertificate } from "./certificate.ts";
import { checkContent, describeLengths } from "./check-content.ts";
import { describeSshKey } from "./ssh-key.ts";
import type { Stored } from "./vault.ts";

/** What happens with one secret. */
export type PlannedSecret = { definition: SecretDefinition; stored: Stored } & (
  | { action: "create" | "new version" | "unchanged"; content: string }
  | { action: "skipped" }
);

export type PlannedWrite = PlannedSecret & { action: "create" | "new version" };

export const isWrite = (planned: PlannedSecret): planned is PlannedWrite =>
  planned.action === "create" || planned.action === "new version";

/** Compares in the form in which contents are stored, so that spaces in JSON or PEM make no new version. */
export function planSecret(definition: SecretDefinition, stored: Stored, content: string | undefined): PlannedSecret {
  if (content === undefined) return { definition, stored, action: "skipped" };
  if (stored === "missing") return { definition, stored, content, action: "create" };
  const before = stored === "disabled" ? undefined : checkContent(definition, stored.content);
  const isSame = before !== undefined && "content" in before && before.content === content;
  return { definition, stored, content, action: isSame ? "unchanged" : "new version" };
}

/** The summary: one line for each secret with names, lengths and public facts; never a value. */
export function describePlan(planned: PlannedSecret[], now: Date): string {
  const nameWidth = Math.max(...planned.map(({ definition }) => definition.name.length));
  return planned
    .map((one) => {
      const facts = one.action === "skipped" ? "" : describeContent(one.definition, one.content, now);
      return `  ${one.action.padEnd(11)}  ${one.definition.name.padEnd(nameWidth)}  ${describeStored(one.stored)}${facts}`;
    })
    .join("\n");
}

export function describeStored(stored: Stored): string {
  if (stored === "missing") return "not stored yet";
  return stored === "disabled" ? "stored, latest version disabled" : `stored, version ${stored.version}`;
}

function describeContent(definition: SecretDefinition, content: string, now: Date): string {
  const facts = publicFacts(definition, content, now);
  return `; given: ${describeLengths(definition, content)}${facts && ` (${facts})`}`;
}

function publicFacts(definition: SecretDefinition, content: string, now: Date): string {
  if (definition.name === "einvoice-certificate") return describeCertificate(content, now);
  if (definition.shape === "text" || !definition.name.startsWith("banking-")) return "";
  const { sftp_private_key: key, sftp_passphrase: passphrase } = definition.content.parse(JSON.parse(content));
  return typeof key === "string" ? describeSshKey(key, typeof passphrase === "string" ? passphrase : undefined) : "";
}
