import { createHmac, randomBytes } from "node:crypto";
import type { Job } from "./jobs.ts";
import type { Secret } from "./secret.ts";
import type { SecretName, SecretStore } from "./secrets.ts";

/** Tells when a secret's value becomes another one while the gateway runs. */
export function watchSecrets(store: SecretStore, onChange: (name: SecretName) => void): SecretStore {
  const salt = randomBytes(32);
  const known = new Map<SecretName, string>();
  const latest = new Map<SecretName, Secret | undefined>();
  return {
    read: async (name) => {
      const secret = await store.read(name);
      // Most stores return the same object while nothing changes.
      if (known.has(name) && latest.get(name) === secret) return secret;
      latest.set(name, secret);
      // A digest, so that no value is held longer than its own store does.
      const mark = secret ? createHmac("sha256", salt).update(secret.reveal()).digest("base64") : "";
      const before = known.get(name);
      known.set(name, mark);
      if (before !== undefined && before !== mark) onChange(name);
      return secret;
    },
  };
}

/** Reads every secret from time to time, so that a change is noticed also when nobody needs the secret just then. */
export function createSecretsWatchJob(store: SecretStore, names: readonly SecretName[], intervalMs: number): Job {
  return {
    name: "secrets-watch",
    intervalMs,
    run: async (signal) => {
      for (const name of names) {
        if (signal.aborted) break;
        await store.read(name).catch(() => {}); // whoever needs it tells of it
      }
      return { more: false };
    },
  };
}
