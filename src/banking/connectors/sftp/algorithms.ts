import type { ConnectConfig } from "ssh2";
import type { LegacyAlgorithms } from "./config.ts";

type Algorithms = NonNullable<ConnectConfig["algorithms"]>;

/** Usual in the library, signed with SHA-1: used only where a bank has it switched on. */
const NOT_BY_DEFAULT = ["ssh-rsa"];

/**
 * Algorithms in the library's terms: `added` behind the usual ones, so that a server that has better ones uses them, or
 * `alone` in the place of the usual ones of their kind.
 */
export function algorithmsOf(named: LegacyAlgorithms, place: "added" | "alone" = "added"): Algorithms {
  const kinds = ["kex", "serverHostKey", "cipher", "hmac"] as const;
  const entries = kinds.map((kind): [string, unknown] => {
    const names = named[kind] ?? [];
    if (place === "alone") return [kind, names.length === 0 ? undefined : names];
    const remove = kind === "serverHostKey" ? NOT_BY_DEFAULT.filter((name) => !names.includes(name)) : [];
    return [kind, { append: names, prepend: [], remove }];
  });
  // as: names come from configuration; the library refuses those that it does not know.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Algorithms;
}
