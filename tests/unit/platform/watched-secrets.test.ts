import { expect, test } from "bun:test";
import { Secret } from "../../../src/platform/secret.ts";
import type { SecretName, SecretStore } from "../../../src/platform/secrets.ts";
import { createSecretsWatchJob, watchSecrets } from "../../../src/platform/watched-secrets.ts";

function world() {
  const values = new Map<SecretName, string>([["jwt-secret-key", "one"]]);
  const store: SecretStore = {
    read: async (name) => {
      const value = values.get(name);
      if (value === "unreadable") throw new Error("not now");
      return value === undefined ? undefined : new Secret(value);
    },
  };
  const told: SecretName[] = [];
  return { values, told, watched: watchSecrets(store, (name) => told.push(name)) };
}

test("a change is told once, and so are the first appearance after an absence and a withdrawal; the first read tells nothing", async () => {
  const { values, told, watched } = world();
  const read = () => watched.read("jwt-secret-key");
  await read();
  await read();
  expect(told).toEqual([]);
  values.set("jwt-secret-key", "two");
  expect((await read())?.reveal()).toBe("two");
  await read();
  expect(told.length).toBe(1);
  values.delete("jwt-secret-key");
  await read();
  values.set("jwt-secret-key", "two");
  await read();
  expect(told.length).toBe(3);
});

test("the watch reads all, whichever cannot be read just then", async () => {
  const { values, told, watched } = world();
  const job = createSecretsWatchJob(watched, ["database-password", "jwt-secret-key"], 1_000);
  await job.run(new AbortController().signal);
  values.set("database-password", "unreadable");
  values.set("jwt-secret-key", "two");
  expect(await job.run(new AbortController().signal)).toEqual({ more: false });
  expect(told).toEqual(["jwt-secret-key"]);
});
