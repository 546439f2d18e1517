import { type Contract, linkKindSchema, type SmsApprovedLink } from "@luckygas/gateway-client";
import { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { type ApprovedLinkRow, type LinkKey, listApprovedLinkRows } from "../store/rules.ts";
import { requireProvider } from "./register-link.ts";

export type ListLinksInput = z.output<Contract["sms"]["listLinks"]["input"]>;

/** The register of approved links and numbers; the cursor is the key of the last one shown. */
export async function listLinks(
  deps: SmsDependencies,
  input: ListLinksInput,
): Promise<{ items: SmsApprovedLink[]; nextCursor: string | null }> {
  const { kind, provider } = input;
  if (provider !== undefined) await requireProvider(deps, provider);
  const after = input.cursor === undefined ? undefined : keyOf(input.cursor);
  const rows = await listApprovedLinkRows(deps.platform.database.db, { kind, provider, after }, input.limit + 1);
  const shown = rows.slice(0, input.limit);
  const last = rows.length > input.limit ? shown.at(-1) : undefined;
  return { items: shown.map(linkOf), nextCursor: last ? cursorOf(last) : null };
}

function linkOf(row: ApprovedLinkRow): SmsApprovedLink {
  const { kind, value, matchesBelow, note, createdBy } = row;
  const provider = row.provider === "" ? null : row.provider;
  return { kind, value, provider, matchesBelow, note, createdBy, createdAt: row.createdAt.toISOString() };
}

const keySchema = z.tuple([linkKindSchema, z.string().max(500), z.string().max(32)]);

const cursorOf = ({ kind, value, provider }: LinkKey) =>
  Buffer.from(JSON.stringify([kind, value, provider])).toString("base64url");

function keyOf(cursor: string): LinkKey {
  try {
    const [kind, value, provider] = keySchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    return { kind, value, provider };
  } catch {
    throw invalidInput("cursor", "must be the nextCursor of an earlier page");
  }
}
