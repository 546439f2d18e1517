import type { LegacyAlgorithms } from "./config.ts";
import { type ProbeResult, probeCiphers, probeLegacy } from "./probe.ts";

/** What was found out about the algorithms of this runtime. */
export interface AlgorithmReport {
  /** Makes a handshake with every usual cipher. */
  tryCiphers(): Promise<ProbeResult>;
  /** What `tryCiphers` found; `undefined` before it has ended. */
  ciphers(): ProbeResult | undefined;
  /** The old algorithms of a bank that do not work here. */
  tryLegacy(legacy: LegacyAlgorithms): Promise<string[]>;
  /** The same as far as it is known already; what is not known yet is tried. */
  missing(legacy: LegacyAlgorithms): string[];
}

export function createAlgorithmReport(): AlgorithmReport {
  let ciphers: ProbeResult | undefined;
  const legacyTried = new Map<string, Promise<string[]>>();
  const legacyMissing = new Map<string, string[]>();

  function tryLegacy(legacy: LegacyAlgorithms): Promise<string[]> {
    const key = JSON.stringify(legacy);
    const tried = legacyTried.get(key) ?? probeLegacy(legacy);
    legacyTried.set(key, tried);
    return tried.then((missing) => {
      legacyMissing.set(key, missing);
      return missing;
    });
  }

  return {
    tryCiphers: async () => {
      ciphers = await probeCiphers();
      return ciphers;
    },
    ciphers: () => ciphers,
    tryLegacy,
    missing: (legacy) => {
      const known = legacyMissing.get(JSON.stringify(legacy));
      if (!known) tryLegacy(legacy).catch(() => {});
      return known ?? [];
    },
  };
}
