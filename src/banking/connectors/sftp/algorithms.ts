import type { ConnectConfig } from "ssh2";
import type { LegacyAlgorithms } from "./config.ts";

type Algorithms = NonNullable<ConnectConfig["algorithms"]>;

/**
 * Algorithms in the library's terms: `added` behind the usual ones, so that a server that has better ones uses them, or
 * `alone` in the place of the usual ones of their kind.
 */
export function algorithmsOf(named: LegacyAlgorithms, place: "added" | "alone" = "added"): Algorithms {
  const entries = (["kex", "serverHostKey", "cipher", "hmac"] as const).flatMap((kind) => {
    const names = named[kind] ?? [];
    if (names.length === 0) return [];
    return [[kind, place === "alone" ? names : { append: names, prepend: [], remove: [] }] as const];
  });
  // as: names come from configuration; the library refuses those that it does not know.
  return Object.fromEntries(entries) as Algorithms;
}
