import { createHash } from "node:crypto";
import type { Breaker } from "../platform/breaker.ts";
import type { Platform } from "../platform/capability.ts";
import type { Secret } from "../platform/secret.ts";
import { SecretManagerError } from "../platform/secret-manager-errors.ts";
import type { SmsSecretName } from "../platform/secrets.ts";
import { type ConnectorDefinition, CredentialsError, type SmsConnector } from "./connectors/port.ts";
import type { SmsMetrics } from "./metrics.ts";
import {
  type CommonSettings,
  type ParsedSettings,
  type ProviderConfiguration,
  parseSettings,
  priceMicros,
} from "./settings.ts";
import { readProviderConfigurations } from "./store/provider-configs.ts";

/** One provider as it can be used now. */
export interface Provider {
  name: string;
  definition: ConnectorDefinition;
  priority: number;
  rateLimit: number;
  dailyLimit: number | undefined;
  /** Millionths of NT$. */
  costPerMessage: bigint | undefined;
  costPerSegment: bigint | undefined;
  settings: CommonSettings;
  textUnitsMax: number;
  segmentsMax: number;
  /** Calls at the same time, over all processes. */
  inFlightMax: number;
  breaker: Breaker;
  /** Also there for a provider that is switched off: its receipts still come. Absent without usable settings or credentials. */
  connector: SmsConnector | undefined;
  /** Why nothing may be sent through it. */
  problem: ProviderProblem | undefined;
}

export interface ProviderProblem {
  /** `disabled`: switched off or not set up. `misconfigured`: set up wrongly. */
  kind: "disabled" | "misconfigured";
  /** What is wrong, and the remedy; no secret. */
  detail: string;
}

interface Connection {
  connector?: SmsConnector;
  problem?: ProviderProblem;
}

export interface Providers {
  definitions: readonly ConnectorDefinition[];
  /** The next `list` reads the configuration anew. */
  forget(): void;
  /** Every provider of the registry, by descending priority; at most two seconds old. */
  list(): Promise<readonly Provider[]>;
  find(name: string): Promise<Provider | undefined>;
}

export interface ProvidersDeps {
  platform: Platform;
  definitions: readonly ConnectorDefinition[];
  /** Used for a provider without a row. */
  defaults: readonly ProviderConfiguration[];
  metrics: SmsMetrics;
  /** How long a secret is used before it is read again. Default a minute. */
  secretMs?: number;
}

const CONFIGURATION_MS = 2_000;
const SECRET_MS = 60_000;
const UNCONFIGURED: Omit<ProviderConfiguration, "provider"> = { priority: 0, rateLimit: 0, isActive: false };

export function createProviders(deps: ProvidersDeps): Providers {
  const { platform } = deps;
  const secrets = createSecretCache(platform, deps.secretMs ?? SECRET_MS);
  const connectors = new Map<string, { fingerprint: string; connector: SmsConnector }>();
  let cached: { at: number; providers: Promise<readonly Provider[]> } | undefined;

  async function load(): Promise<readonly Provider[]> {
    const rows = await readProviderConfigurations(platform.database.db);
    const configurationOf = (provider: string) =>
      rows.find((row) => row.provider === provider) ?? deps.defaults.find((entry) => entry.provider === provider);
    const providers = await Promise.all(
      deps.definitions.map((definition) => build(definition, configurationOf(definition.provider))),
    );
    return providers.sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  }

  async function build(definition: ConnectorDefinition, given: ProviderConfiguration | undefined): Promise<Provider> {
    const name = definition.provider;
    const configuration = given ?? { ...UNCONFIGURED, provider: name };
    const parsed = parseSettings(definition, configuration.config ?? {});
    const settings = "problem" in parsed ? parseDefaults(definition) : parsed;
    const connection: Connection =
      "problem" in parsed
        ? { problem: { kind: "misconfigured", detail: parsed.problem } }
        : await connect(definition, parsed);
    const off: ProviderProblem | undefined = !given
      ? { kind: "disabled", detail: `no row in provider_configs for ${name}` }
      : given.isActive === false
        ? { kind: "disabled", detail: "provider_configs.is_active is false" }
        : undefined;
    return {
      name,
      definition,
      priority: configuration.priority,
      rateLimit: configuration.rateLimit,
      dailyLimit: configuration.dailyLimit,
      costPerMessage: priceMicros(configuration.costPerMessage),
      costPerSegment: priceMicros(configuration.costPerSegment),
      settings: settings.common,
      ...limitsOf(definition, settings.common),
      breaker: breakerOf(name, settings.common),
      connector: connection.connector,
      problem: off ?? connection.problem,
    };
  }

  async function connect(definition: ConnectorDefinition, settings: ParsedSettings): Promise<Connection> {
    const { provider } = definition;
    const secretName = `sms-${provider}-credentials` as const;
    const credentials = await readCredentials(secretName);
    if (credentials instanceof SecretManagerError) {
      const known = connectors.get(provider);
      // The connector of before goes on working: a manager that is away must not stop what is running.
      if (known) return { connector: known.connector };
      return { problem: { kind: "misconfigured", detail: `secret ${secretName}: ${credentials.message}` } };
    }
    if (!credentials) return { problem: { kind: "disabled", detail: `the secret ${secretName} is missing` } };
    const fingerprint = fingerprintOf(credentials, settings.own);
    const known = connectors.get(provider);
    if (known?.fingerprint === fingerprint) return { connector: known.connector };
    try {
      const { http, publicBaseUrl, clock } = platform;
      const connector = definition.create({ credentials, http, publicBaseUrl, now: () => clock.now() }, settings.own);
      connectors.set(provider, { fingerprint, connector });
      return { connector };
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      return { problem: { kind: "misconfigured", detail: `secret ${secretName}: ${error.message}` } };
    }
  }

  async function readCredentials(name: SmsSecretName): Promise<Secret | undefined | SecretManagerError> {
    try {
      return await secrets.read(name);
    } catch (error) {
      if (error instanceof SecretManagerError) return error;
      throw error;
    }
  }

  function breakerOf(provider: string, settings: CommonSettings): Breaker {
    return platform.breakers.create({
      name: `sms-${provider}`,
      ...settings.breaker,
      onOpen: () => {
        deps.metrics.health(provider, false);
        const fields = { service: "sms", provider, error_type: "CircuitBreakerOpen" };
        platform.log.error("An SMS provider is left alone for a while", fields);
        // Without any field: Cloud Logging keeps such a line as textPayload, where operators' queries look for it.
        platform.log.error(`Circuit breaker opened for SMS provider ${provider}`);
      },
    });
  }

  function list(): Promise<readonly Provider[]> {
    const now = performance.now();
    if (cached && now - cached.at < CONFIGURATION_MS) return cached.providers;
    const providers = load();
    cached = { at: now, providers };
    // A failed reading must not be remembered.
    providers.catch(() => {
      if (cached?.providers === providers) cached = undefined;
    });
    return providers;
  }

  return {
    definitions: deps.definitions,
    forget: () => {
      cached = undefined;
    },
    list,
    find: async (name) => (await list()).find((provider) => provider.name === name),
  };
}

function limitsOf({ supports }: ConnectorDefinition, settings: CommonSettings) {
  return {
    textUnitsMax: Math.min(settings.textUnitsMax ?? supports.textUnitsMax, supports.textUnitsMax),
    segmentsMax: settings.segmentsMax ?? supports.segmentsMax,
    inFlightMax: settings.inFlightMax ?? supports.inFlightMax ?? Number.POSITIVE_INFINITY,
  };
}

function parseDefaults(definition: ConnectorDefinition): ParsedSettings {
  const parsed = parseSettings(definition, {});
  if ("problem" in parsed) throw new Error(`the defaults of ${definition.provider} do not fit its own schema`);
  return parsed;
}

function fingerprintOf(credentials: Secret, settings: unknown): string {
  return createHash("sha256").update(credentials.reveal()).update("\0").update(JSON.stringify(settings)).digest("hex");
}

/** Secrets are read again after a minute, so that a changed one is used without a restart. */
function createSecretCache(platform: Platform, keptMs: number) {
  const known = new Map<string, { at: number; secret: Secret | undefined }>();
  return {
    read: async (name: SmsSecretName): Promise<Secret | undefined> => {
      const found = known.get(name);
      if (found && performance.now() - found.at < keptMs) return found.secret;
      const secret = await platform.secrets.read(name);
      known.set(name, { at: performance.now(), secret });
      return secret;
    },
  };
}
