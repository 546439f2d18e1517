import type { InboundFileKind } from "@luckygas/gateway-client";
import type { NamePattern } from "./name-pattern.ts";

interface InboundNames {
  rejectionName: NamePattern | undefined;
  authorisations: { replyName: NamePattern } | undefined;
  statements: { name: NamePattern } | undefined;
  replyName: NamePattern;
}

/** What a file is about, by its name; the first pattern that fits decides. `undefined`: nothing that is wanted. */
export function inboundKind(names: InboundNames, name: string): InboundFileKind | undefined {
  if (names.rejectionName?.match(name)) return "rejection";
  if (names.authorisations?.replyName.match(name)) return "authorisation_reply";
  if (names.statements?.name.match(name)) return "statement";
  return names.replyName.match(name) ? "reply" : undefined;
}
