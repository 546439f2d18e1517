import type { Contract } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { parseLink } from "../rules/links.ts";
import { deleteApprovedLink, writeApprovedLink } from "../store/rules.ts";

export type RegisterLinkInput = z.output<Contract["sms"]["registerLink"]["input"]>;
export type RegisterLinkOutput = z.output<Contract["sms"]["registerLink"]["output"]>;

/** Enters a link or number that the provider has registered with the carriers, or removes it. Used within two seconds by every process. */
export async function registerLink(
  deps: SmsDependencies,
  input: RegisterLinkInput,
  caller: Caller,
): Promise<RegisterLinkOutput> {
  const link = parseLink(input.kind, input.value);
  if (!link) throw invalidInput("value", input.kind === "url" ? "must be one link" : "must be one telephone number");
  const { provider } = input;
  if (provider !== undefined) await requireProvider(deps, provider);
  const entry = { ...link, provider: provider ?? "", matchesBelow: input.kind === "url" && input.matchesBelow };
  const { db } = deps.platform.database;
  if (input.remove) await deleteApprovedLink(db, entry);
  else {
    const createdAt = deps.platform.clock.now();
    await writeApprovedLink(db, { ...entry, note: input.note, createdBy: caller.subject, createdAt });
  }
  deps.links.forget();
  const { kind, value, matchesBelow } = entry;
  return { kind, value, provider: provider ?? null, matchesBelow, isApproved: !input.remove };
}

/** Refuses the name of a provider that the gateway does not know. */
export async function requireProvider(deps: SmsDependencies, provider: string): Promise<void> {
  const names = (await deps.providers.list()).map(({ name }) => name);
  if (names.includes(provider)) return;
  throw invalidInput("provider", `must be one of ${names.join(", ")}`, "no_such_provider");
}
