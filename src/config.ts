import { z } from "zod";
import type { Environment } from "./platform/capability.ts";
import type { DatabaseAddress } from "./platform/database.ts";
import { type LogLevel, logLevels } from "./platform/log.ts";
import { Secret } from "./platform/secret.ts";

/** Everything the environment decides, read once. */
export interface Config {
  environment: Environment;
  host: string;
  port: number;
  /** Absent: the embedded database in `dataDir`. Never absent in production. */
  database: DatabaseAddress | undefined;
  dataDir: string;
  secretsDir: string | undefined;
  /** A folder of bank file layouts, one JSON file each. */
  bankLayoutsDir: string | undefined;
  gcpProjectId: string | undefined;
  /** How old a secret may be before it is asked for again. */
  secretsRefreshSeconds: number;
  /** Values that the environment gives directly, as Cloud Run's `--set-secrets` does; they win over any store. */
  jwtSecretKey: Secret | undefined;
  /** The key before the present one; tokens signed with it are still accepted. */
  jwtPreviousSecretKey: Secret | undefined;
  jwtIssuer: string | undefined;
  jwtAudience: string | undefined;
  publicBaseUrl: string | undefined;
  logLevel: LogLevel;
  run: { api: boolean; jobs: boolean };
  simulators: boolean;
  metricsToken: Secret | undefined;
  corsOrigins: string[];
  /** Calls a second that one caller may make of this process. */
  callerCallsPerSecond: number;
  /** Hosts and addresses that providers may have although they are private. */
  outboundPrivateAllowed: string[];
  /** Days after which messages that have ended are forgotten. */
  smsKeepDays: number;
  /** How long a stopping process still serves while `readyz` already says no. */
  drainSeconds: number;
}

/** The environment holds something that cannot be used; the message names each variable and the remedy. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const blankIsAbsent = (value: unknown) => (value === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsAbsent, schema.optional());
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of: ${values.join(", ")}`);
const address = z
  .url({ protocol: /^https?$/, error: "must be an address such as https://gateway.example.tw" })
  .transform((url) => url.replace(/\/+$/, ""));

const wholeNumber = (rule: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
const list = z.string().transform((text) => text.split(",").map((item) => item.trim()));

const environmentSchema = z.object({
  ENVIRONMENT: optional(oneOf(["development", "test", "production"])),
  PORT: optional(wholeNumber("must be a port number, 0 to 65535", 0, 65_535)),
  HOST: optional(z.string()),
  DATABASE_URL: optional(
    z.url({ protocol: /^postgres(ql)?$/, error: "must be an address such as postgres://user@host:5432/name" }),
  ),
  DATABASE_HOST: optional(z.string()),
  DATABASE_NAME: optional(z.string()),
  DATABASE_USER: optional(z.string()),
  DATABASE_PASSWORD: optional(z.string()),
  DATA_DIR: optional(z.string()),
  SECRETS_DIR: optional(z.string()),
  BANK_LAYOUTS_DIR: optional(z.string()),
  GCP_PROJECT_ID: optional(z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "must be a project id of Google Cloud")),
  SECRETS_REFRESH_SECONDS: optional(wholeNumber("must be seconds, 10 to 86400", 10, 86_400)),
  JWT_SECRET_KEY: optional(z.string().min(32, "must have at least 32 characters")),
  JWT_PREVIOUS_SECRET_KEY: optional(z.string().min(32, "must have at least 32 characters")),
  JWT_ISSUER: optional(z.string()),
  JWT_AUDIENCE: optional(z.string()),
  PUBLIC_BASE_URL: optional(address),
  LOG_LEVEL: optional(oneOf(logLevels)),
  RUN: optional(oneOf(["api,jobs", "jobs,api", "api", "jobs"])),
  SIMULATORS: optional(oneOf(["on", "off"])),
  METRICS_TOKEN: optional(z.string().min(16, "must have at least 16 characters")),
  CORS_ORIGINS: optional(list.pipe(z.array(address))),
  CALLER_CALLS_PER_SECOND: optional(wholeNumber("must be calls a second, 1 to 1000000", 1, 1_000_000)),
  OUTBOUND_PRIVATE_ALLOWED: optional(list.pipe(z.array(z.string().min(1, "must be hosts or addresses, with commas")))),
  SMS_KEEP_DAYS: optional(wholeNumber("must be days, 7 to 3650", 7, 3_650)),
  DRAIN_SECONDS: optional(wholeNumber("must be seconds, 0 to 4", 0, 4)),
});

/** For a person's or a program's honest use; other environments are for tests and measurements. */
const PRODUCTION_CALLS_PER_SECOND = 200;
const OTHER_CALLS_PER_SECOND = 20_000;
/** A year and a month, so that a month can still be compared with the same one of the year before. */
const SMS_KEEP_DAYS = 400;

type Variables = z.output<typeof environmentSchema>;

/** Reads the environment. Throws a `ConfigError` that lists every wrong variable at once. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path[0]?.toString()}: ${issue.message}`).join("\n"),
    );
  }
  const variables = parsed.data;
  const environment = variables.ENVIRONMENT ?? "development";
  const problems = productionProblems(environment, variables);
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  const run = (variables.RUN ?? "api,jobs").split(",");
  return {
    environment,
    host: variables.HOST ?? (environment === "production" ? "0.0.0.0" : "127.0.0.1"),
    port: variables.PORT ?? 8080,
    database: databaseAddress(variables),
    dataDir: variables.DATA_DIR ?? ".data",
    secretsDir: variables.SECRETS_DIR,
    bankLayoutsDir: variables.BANK_LAYOUTS_DIR,
    gcpProjectId: variables.GCP_PROJECT_ID,
    secretsRefreshSeconds: variables.SECRETS_REFRESH_SECONDS ?? 300,
    jwtSecretKey: secretOrNone(variables.JWT_SECRET_KEY),
    jwtPreviousSecretKey: secretOrNone(variables.JWT_PREVIOUS_SECRET_KEY),
    jwtIssuer: variables.JWT_ISSUER,
    jwtAudience: variables.JWT_AUDIENCE,
    publicBaseUrl: variables.PUBLIC_BASE_URL,
    logLevel: variables.LOG_LEVEL ?? "INFO",
    run: { api: run.includes("api"), jobs: run.includes("jobs") },
    simulators: variables.SIMULATORS === "on",
    metricsToken: secretOrNone(variables.METRICS_TOKEN),
    corsOrigins: variables.CORS_ORIGINS ?? [],
    callerCallsPerSecond:
      variables.CALLER_CALLS_PER_SECOND ??
      (environment === "production" ? PRODUCTION_CALLS_PER_SECOND : OTHER_CALLS_PER_SECOND),
    outboundPrivateAllowed: variables.OUTBOUND_PRIVATE_ALLOWED ?? [],
    smsKeepDays: variables.SMS_KEEP_DAYS ?? SMS_KEEP_DAYS,
    drainSeconds: variables.DRAIN_SECONDS ?? (environment === "production" ? 1 : 0),
  };
}

const secretOrNone = (text: string | undefined) => (text === undefined ? undefined : new Secret(text));

function databaseAddress(variables: Variables): DatabaseAddress | undefined {
  if (variables.DATABASE_URL) return { url: variables.DATABASE_URL };
  const { DATABASE_HOST: host, DATABASE_NAME: database, DATABASE_USER: username } = variables;
  if (!host && !database && !username) return undefined;
  if (!host || !database || !username) {
    throw new ConfigError("DATABASE_HOST, DATABASE_NAME, DATABASE_USER: all three are needed when one of them is set");
  }
  return { host, database, username, password: variables.DATABASE_PASSWORD };
}

function productionProblems(environment: Environment, variables: Variables): string[] {
  if (environment !== "production") return [];
  const problems: string[] = [];
  if (!variables.DATABASE_URL && !variables.DATABASE_HOST) {
    problems.push(
      "DATABASE_URL: production needs a PostgreSQL server; set DATABASE_URL, or DATABASE_HOST, DATABASE_NAME and DATABASE_USER",
    );
  }
  if (variables.SIMULATORS === "on") problems.push("SIMULATORS: must not be on in production; remove it");
  if (variables.SECRETS_DIR)
    problems.push("SECRETS_DIR: is for other environments; production reads Secret Manager (GCP_PROJECT_ID)");
  if (!variables.PUBLIC_BASE_URL) {
    problems.push("PUBLIC_BASE_URL: providers call back to it; set the public https address of this gateway");
  } else if (!variables.PUBLIC_BASE_URL.startsWith("https:")) {
    problems.push("PUBLIC_BASE_URL: must be https in production");
  }
  return problems;
}
