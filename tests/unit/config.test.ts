import { describe, expect, test } from "bun:test";
import { ConfigError, readConfig } from "../../src/config.ts";

function problemOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

test("an empty environment is a development machine on loopback with the embedded database", () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    environment: "development",
    host: "127.0.0.1",
    port: 8080,
    database: undefined,
    run: { api: true, jobs: true },
    simulators: false,
  });
});

describe("a bad value is refused by the variable's name", () => {
  for (const [variable, value] of [
    ["ENVIRONMENT", "staging"],
    ["PORT", "eighty"],
    ["PORT", "70000"],
    ["DATABASE_URL", "mysql://host/db"],
    ["LOG_LEVEL", "verbose"],
    ["RUN", "web"],
    ["SIMULATORS", "yes"],
    ["PUBLIC_BASE_URL", "ftp://gateway"],
    ["JWT_SECRET_KEY", "short"],
    ["METRICS_TOKEN", "short"],
    ["CORS_ORIGINS", "not an address"],
    ["GCP_PROJECT_ID", "No Such Project"],
  ] as const) {
    test(`${variable}=${value}`, () => expect(problemOf({ [variable]: value })).toStartWith(`${variable}: `));
  }
});

test("a refused value is not repeated in the message: it may be a secret", () => {
  expect(problemOf({ JWT_SECRET_KEY: "hunter2" })).not.toContain("hunter2");
  expect(problemOf({ DATABASE_URL: "mysql://u:hunter2@h/d" })).not.toContain("hunter2");
});

test("all wrong variables are told at once", () => {
  const problem = problemOf({ PORT: "x", LOG_LEVEL: "y" });
  expect(problem).toContain("PORT: ");
  expect(problem).toContain("LOG_LEVEL: ");
});

test("production needs a database and a public https address, and has no simulators and no secrets folder", () => {
  const problem = problemOf({ ENVIRONMENT: "production", SIMULATORS: "on", SECRETS_DIR: "/secrets" });
  for (const variable of ["DATABASE_URL", "SIMULATORS", "SECRETS_DIR", "PUBLIC_BASE_URL"]) {
    expect(problem).toContain(`${variable}: `);
  }
});

test("a database given in parts needs all of them; a Cloud SQL socket folder is a host", () => {
  expect(problemOf({ DATABASE_HOST: "db" })).toContain("DATABASE_NAME");
  const config = readConfig({
    DATABASE_HOST: "/cloudsql/p:asia-east1:db",
    DATABASE_NAME: "gateway",
    DATABASE_USER: "gateway",
    DATABASE_PASSWORD: "secret",
  });
  expect(config.database).toMatchObject({ host: "/cloudsql/p:asia-east1:db", password: "secret" });
});

test("secrets of the configuration do not print", () => {
  const config = readConfig({
    JWT_SECRET_KEY: "a-very-secret-key-of-32-characters!",
    METRICS_TOKEN: "metrics-token-123456",
  });
  const printed = `${JSON.stringify(config)} ${Bun.inspect(config)}`;
  expect(printed).not.toContain("very-secret");
  expect(printed).not.toContain("metrics-token");
});
