import { collectDefaultMetrics, Registry } from "prom-client";
import { type BankConfiguration, createBanking, type LayoutEntry, readLayoutFolder } from "./banking/index.ts";
import { type Config, ConfigError } from "./config.ts";
import { createEinvoice } from "./einvoice/index.ts";
import {
  configuredSecrets,
  type OpenedDatabase,
  openConfiguredDatabase,
  rotatingKeys,
  signingKey,
} from "./foundation.ts";
import { auditHandlers } from "./http/audited-handlers.ts";
import { createHealth } from "./http/health.ts";
import { createHttpMetrics } from "./http/metrics.ts";
import { createProcedures } from "./http/procedures.ts";
import { type HttpServer, startHttpServer } from "./http/server.ts";
import { type AuditTrail, createAuditTrail } from "./platform/audit.ts";
import { createAuthenticator } from "./platform/auth.ts";
import { createBreakerFactory } from "./platform/breaker.ts";
import type { Platform } from "./platform/capability.ts";
import { systemClock } from "./platform/clock.ts";
import { createHttpClient } from "./platform/http-client.ts";
import { createJobRunner } from "./platform/jobs.ts";
import { createLeases } from "./platform/leases.ts";
import { createLineWriter } from "./platform/line-writer.ts";
import { createLog, type Log } from "./platform/log.ts";
import { createLoginGuard } from "./platform/login-guard.ts";
import { createManualChangeJob } from "./platform/manual-changes.ts";
import { migrate, missingMigrations } from "./platform/migrations.ts";
import { anyHost, createOutboundHosts } from "./platform/outbound-hosts.ts";
import { createCallerLimits } from "./platform/rate-limit.ts";
import type { Secret } from "./platform/secret.ts";
import { createFixedSecretStore, layerSecretStores, type SecretStore } from "./platform/secrets.ts";
import { createSecretsWatchJob, watchSecrets } from "./platform/watched-secrets.ts";
import { createWebhookRecord } from "./platform/webhook-record.ts";
import { secretNames } from "./secret-names.ts";
import { type SimulatedWorld, startSimulatedWorld } from "./simulators/index.ts";
import { createSms } from "./sms/index.ts";
import { createStateMetrics, type StateMetrics } from "./state-metrics.ts";
import { createSystemHandlers } from "./system.ts";

/** A running gateway. */
export interface Gateway {
  log: Log;
  /** Stops accepting, finishes what is in flight, hands the rest back, closes everything. */
  stop(): Promise<void>;
}

/** Builds every object, hands it its dependencies and starts the gateway. Throws a `ConfigError` for what an operator can mend. */
export async function compose(config: Config): Promise<Gateway> {
  const log = createLog({
    level: config.logLevel,
    clock: systemClock,
    write: createLineWriter().write,
  });
  const secrets = configuredSecrets(config, log);
  const firstKey = await signingKey(config, secrets);
  const opened = await openConfiguredDatabase(config, secrets);
  const publicBaseUrl = config.publicBaseUrl ?? `http://127.0.0.1:${config.port}`;
  let world: SimulatedWorld | undefined;
  try {
    await prepareSchema(opened);
    world = config.simulators
      ? await startSimulatedWorld({
          stateDir: `${config.dataDir}/simulators`,
          clock: systemClock,
          log,
          gatewayUrl: publicBaseUrl,
        })
      : undefined;
    const platform = createPlatform(config, { log, opened, secrets, world, publicBaseUrl });
    return await startGateway(config, { platform, opened, world, firstKey });
  } catch (error) {
    await world?.close();
    await opened.close();
    throw error;
  }
}

async function prepareSchema(opened: OpenedDatabase): Promise<void> {
  if (opened.embedded) {
    await migrate(opened.database);
    return;
  }
  const missing = await missingMigrations(opened.database);
  if (missing > 0) {
    throw new ConfigError(
      `DATABASE_URL: the database lacks ${missing} migration(s) of this version; run: bun scripts/migrate.ts`,
    );
  }
}

interface Foundation {
  log: Log;
  opened: OpenedDatabase;
  secrets: SecretStore;
  world: SimulatedWorld | undefined;
  publicBaseUrl: string;
}

function createPlatform(config: Config, { log, opened, secrets, world, publicBaseUrl }: Foundation): Platform {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { database } = opened;
  const isProduction = config.environment === "production";
  const owner = crypto.randomUUID();
  const outbound = isProduction ? createOutboundHosts({ allowed: config.outboundPrivateAllowed }) : anyHost;
  return {
    environment: config.environment,
    clock: systemClock,
    database,
    log,
    registry,
    secrets: world ? layerSecretStores(createFixedSecretStore(world.secrets), secrets) : secrets,
    breakers: createBreakerFactory(database.db, owner),
    leases: createLeases(database.db, owner),
    jobs: createJobRunner({ clock: systemClock, log }),
    http: createHttpClient({ log, httpsOnly: isProduction, hosts: outbound }),
    outbound,
    publicBaseUrl,
  };
}

interface Parts {
  platform: Platform;
  opened: OpenedDatabase;
  world: SimulatedWorld | undefined;
  /** Signs tokens at first; others may take its place. */
  firstKey: Secret;
}

/**
 * Of the 10 s that Cloud Run gives: notice to load balancers and the requests in flight together, beside the jobs' own 4 s;
 * but for requests always the least. Then what capabilities and audit take; and closing the database takes 2 s at most.
 */
const REQUESTS_MS = 4_000;
const REQUESTS_MS_MIN = 1_000;
const WIND_UP_MS = 1_500;

async function startGateway(config: Config, parts: Parts): Promise<Gateway> {
  const { opened, world, firstKey } = parts;
  const audit = createAuditTrail(parts.platform);
  const platform = auditSecretChanges(parts.platform, audit);
  const { log, jobs, clock, registry, secrets } = platform;
  const keys = rotatingKeys(config, { initial: firstKey, secrets, log });
  const einvoice = createEinvoice(platform, einvoiceOptions(world));
  const banking = createBanking(platform, { ...bankingOptions(world), layoutFiles: await bankLayouts(config) });
  const sms = createSms(platform, {
    keepDays: config.smsKeepDays,
    ...(world && { defaultProviders: simulatedProviders }),
  });
  const capabilities = [einvoice, banking, sms];
  const health = createHealth({ clock, database: opened.database, capabilities });
  let metrics: StateMetrics | undefined;
  const limits = createCallerLimits({
    callsPerSecond: config.callerCallsPerSecond,
    onRefused: (caller) => {
      log.warn("A caller makes too many calls and is refused for now", { ...caller });
      metrics?.refused(caller);
    },
  });
  metrics = createStateMetrics(registry, { health, platform, limits });
  const stopping = new AbortController();
  const { jwtIssuer: issuer, jwtAudience: audience } = config;
  const system = createSystemHandlers({
    ...{ health, platform, audit, keys, issuer, audience, onRefused: metrics.loginRefused },
    loginGuard: createLoginGuard(platform.database.db),
  });
  const handlers = { einvoice: einvoice.handlers, banking: banking.handlers, sms: sms.handlers, system };
  const procedures = createProcedures(auditHandlers(handlers, audit), { limits, stopping: stopping.signal });
  jobs.add(audit.anchorJob);
  jobs.add(createSecretsWatchJob(secrets, secretNames, config.secretsRefreshSeconds * 1000));
  const webhooks = createWebhookRecord(sms.receipts, { audit, clock });
  jobs.add(webhooks.job);
  jobs.add(createManualChangeJob({ database: opened.database, leases: platform.leases, audit }));
  await Promise.all(capabilities.map((capability) => capability.start()));
  if (config.run.jobs) jobs.start();
  const server = listen(config, {
    procedures,
    authenticator: createAuthenticator({ key: keys, clock, issuer, audience }),
    webhooks: webhooks.handlers,
    health,
    registry,
    metrics: createHttpMetrics(registry),
    log,
    metricsToken: config.metricsToken,
    corsOrigins: config.corsOrigins,
    publicBaseUrl: platform.publicBaseUrl,
    gcpProjectId: config.gcpProjectId,
  });
  log.info(`The gateway listens at ${server.url}`, { environment: config.environment, run: config.run });
  return {
    log,
    stop: async () => {
      health.startDraining();
      server.startDraining();
      const noticeMs = config.drainSeconds * 1000;
      const stopServing = async () => {
        // Load balancers need a moment to see it; whatever they still send is served.
        await clock.sleep(noticeMs);
        stopping.abort();
        await server.stop(Math.max(REQUESTS_MS_MIN, REQUESTS_MS - noticeMs));
      };
      await Promise.all([stopServing(), jobs.stop()]);
      const windUp = Promise.all([webhooks.flush(), ...capabilities.map((capability) => capability.stop())]).then(() =>
        audit.drain(),
      );
      // With a database that says nothing this would take as long as its statements may.
      await Promise.race([windUp, clock.sleep(WIND_UP_MS)]);
      await world?.close();
      await opened.close();
    },
  };
}

/** A secret that changes while the gateway runs is a matter of record; its value is not. */
function auditSecretChanges(platform: Platform, audit: AuditTrail): Platform {
  const secrets = watchSecrets(platform.secrets, (name) => {
    const entry = { actor: "system", role: null, action: "secret.changed", object: name, before: null, after: null };
    const ids = { callId: crypto.randomUUID(), requestId: "(none)" };
    audit.record({ ...entry, ...ids, phase: "applied" }).catch((error: unknown) => {
      platform.log.error("A change of a secret could not be recorded", { service: "audit", error });
    });
  });
  return { ...platform, secrets };
}

/** A process that only runs jobs listens as well: for health and metrics, and its procedures do no harm. */
function listen(config: Config, deps: Parameters<typeof startHttpServer>[0]): HttpServer {
  try {
    return startHttpServer(deps, { host: config.host, port: config.port });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw new ConfigError(`PORT: ${config.port} is in use on ${config.host}; stop the other program or set PORT`);
    }
    throw error;
  }
}

function einvoiceOptions(world: SimulatedWorld | undefined): Parameters<typeof createEinvoice>[1] {
  if (!world) return {};
  const { seller, url } = world.einvoicePlatform;
  const config = { paths: { void: "/withdraw" } };
  return { defaultSeller: { ...seller, transport: "platform-json", config }, overrideBaseUrl: url };
}

async function bankLayouts({ bankLayoutsDir }: Config): Promise<LayoutEntry[]> {
  if (bankLayoutsDir === undefined) return [];
  try {
    return await readLayoutFolder(bankLayoutsDir);
  } catch {
    throw new ConfigError(`BANK_LAYOUTS_DIR: the folder ${bankLayoutsDir} cannot be read`);
  }
}

function bankingOptions(world: SimulatedWorld | undefined): Parameters<typeof createBanking>[1] {
  if (!world) return {};
  const defaultBanks: BankConfiguration[] = world.banks.map((bank) => ({
    bankCode: bank.key,
    bankName: bank.name,
    sftpHost: bank.simulator.host,
    sftpPort: bank.simulator.port,
    uploadPath: bank.uploadPath,
    downloadPath: bank.downloadPath,
    fileFormat: bank.fileFormat,
    encoding: bank.encoding,
    clearingCode: bank.clearingCode,
    pollIntervalSeconds: 2,
    stableAfterSeconds: 0,
  }));
  const overrides = Object.fromEntries(
    world.banks.map(({ key, simulator }) => [
      key,
      { host: simulator.host, port: simulator.port, hostKeyPins: [simulator.hostKeyPin] },
    ]),
  );
  return { defaultBanks, overrides };
}

/** As the deployment guide's rows, with Twilio on as well and with usual prices, so that costs are seen; none is real money. */
const simulatedProviders = [
  { provider: "every8d", priority: 100, rateLimit: 100, isActive: true, costPerSegment: "0.85" },
  {
    provider: "mitake",
    priority: 90,
    rateLimit: 200,
    isActive: true,
    costPerSegment: "0.7",
    config: { segmentsMax: 5 },
  },
  { provider: "twilio", priority: 80, rateLimit: 100, isActive: true, costPerSegment: "1.5" },
];
