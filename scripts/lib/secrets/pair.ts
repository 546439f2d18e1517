import type { SecretName } from "../../../src/platform/secrets.ts";
import { certificateDateProblem, isPair } from "./certificate.ts";
import type { Stored } from "./vault.ts";

/** The new contents, by name. */
export type Contents = Map<SecretName, string>;

const CERTIFICATE: SecretName = "einvoice-certificate";
const PRIVATE_KEY: SecretName = "einvoice-private-key";

/** The secret that has to fit this one: what is stored there is needed for the check. */
export function counterpart(name: SecretName): SecretName | undefined {
  if (name === CERTIFICATE) return PRIVATE_KEY;
  return name === PRIVATE_KEY ? CERTIFICATE : undefined;
}

/** Rules beyond the form of a single secret. Each gives a problem, or nothing. */
export interface PairRules {
  /** What can be said when this secret is given: the date of a certificate, the fit of a key to its certificate. */
  whenGiven(name: SecretName, content: string, contents: Contents): string | undefined;
  /** What can be said when everything is given. */
  atTheEnd(contents: Contents): string | undefined;
}

export function createPairRules(now: Date, stored: ReadonlyMap<SecretName, Stored>): PairRules {
  const storedText = (name: SecretName) => {
    const found = stored.get(name);
    return typeof found === "object" ? found.content : undefined;
  };
  return {
    whenGiven: (name, content, contents) => {
      if (name === CERTIFICATE) return certificateDateProblem(content, now);
      const certificate = contents.get(CERTIFICATE) ?? storedText(CERTIFICATE);
      if (name !== PRIVATE_KEY || certificate === undefined || isPair(certificate, content)) return undefined;
      return `does not belong to the ${contents.has(CERTIFICATE) ? "given" : "stored"} ${CERTIFICATE}`;
    },
    atTheEnd: (contents) => {
      const certificate = contents.get(CERTIFICATE);
      const key = contents.get(PRIVATE_KEY) ?? storedText(PRIVATE_KEY);
      if (certificate === undefined || key === undefined || isPair(certificate, key)) return undefined;
      return `${CERTIFICATE}: the ${PRIVATE_KEY} that is stored does not belong to it; give both`;
    },
  };
}
