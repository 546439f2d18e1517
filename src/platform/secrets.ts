import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "./secret.ts";

export const bankKeys = ["mega", "ctbc", "esun", "first", "taishin"] as const;

/** The secrets that are no SMS provider's, named as in Secret Manager. */
export const generalSecretNames = [
  "database-password",
  "jwt-secret-key",
  "first-superuser-password",
  "einvoice-api-credentials",
  "einvoice-certificate",
  "einvoice-private-key",
  ...bankKeys.map((bank) => `banking-${bank}-credentials` as const),
] as const;

/** Which SMS providers there are is known to the SMS house alone. */
export type SmsSecretName = `sms-${string}-credentials`;
export type SecretName = (typeof generalSecretNames)[number] | SmsSecretName;

/** Where secrets come from. A missing one is `undefined`: it disables one provider and nothing else. */
export interface SecretStore {
  read(name: SecretName): Promise<Secret | undefined>;
}

/** One file per secret; one line end at the end of a file is not part of the secret. */
export function createFolderSecretStore(folder: string): SecretStore {
  return {
    read: async (name) => {
      try {
        const content = await readFile(join(folder, name), "utf8");
        return new Secret(content.replace(/\r?\n$/, ""));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
  };
}

/** Fixed values, e.g. those that Cloud Run puts into the environment or that the simulators publish. */
export function createFixedSecretStore(values: Partial<Record<SecretName, string>>): SecretStore {
  return {
    read: async (name) => {
      const value = values[name];
      return value === undefined ? undefined : new Secret(value);
    },
  };
}

/** The first store that has a secret wins. */
export function layerSecretStores(...stores: SecretStore[]): SecretStore {
  return {
    read: async (name) => {
      for (const store of stores) {
        const found = await store.read(name);
        if (found) return found;
      }
      return undefined;
    },
  };
}
