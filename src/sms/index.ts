import type { Contract } from "@luckygas/gateway-client";
import type { Capability, Platform } from "../platform/capability.ts";
import { createGroupCommit } from "../platform/group-commit.ts";
import type { WebhookHandler } from "../platform/webhook.ts";
import { createBreakerReports } from "./breaker-reports.ts";
import { createChangeFeed } from "./change-feed.ts";
import type { ConnectorDefinition } from "./connectors/port.ts";
import { connectorDefinitions } from "./connectors/registry.ts";
import type { SmsDependencies } from "./dependencies.ts";
import { addSmsJobs } from "./jobs.ts";
import { createLinkRegister } from "./link-register.ts";
import { createSmsMetrics } from "./metrics.ts";
import { acceptReceipt } from "./operations/accept-receipt.ts";
import { providersHealth } from "./operations/list-providers.ts";
import { createProviders } from "./providers.ts";
import { createSmsHandlers } from "./router.ts";
import { quietUntil } from "./rules/quiet-hours.ts";
import { type ThrottleRule, usualThrottle } from "./rules/throttle.ts";
import type { ProviderConfiguration } from "./settings.ts";
import { insertMessages } from "./store/accept.ts";
import { insertReceipts } from "./store/receipts.ts";
import { settleAttempts } from "./store/settle.ts";
import { createTotals } from "./totals.ts";

export interface SmsOptions {
  /** Providers used where `provider_configs` has no row for them. */
  defaultProviders?: readonly ProviderConfiguration[];
  /** The providers that can be used. Default those of the registry. */
  connectors?: readonly ConnectorDefinition[];
  /** What one driver may send in an hour. Default 60. */
  driverMessagesPerHour?: number;
  /** The end of the quiet hours for promotions that hold at an instant. Default Taiwan's. */
  quietUntil?(at: Date): Date | undefined;
  /** What one recipient gets at most. */
  throttle?: ThrottleRule | "none";
  /** Days since its last change after which a message is forgotten, with its attempts and receipts. Default never. */
  keepDays?: number | undefined;
  /** Calls to providers at the same time, in this process. Default 64. */
  inFlightMax?: number;
  /** Window in which a provider's limit holds. Default 60,000 ms. */
  rateWindowMs?: number;
  /** Ids that rise with time. Default UUID version 7. */
  newId?(): string;
}

export interface SmsCapability extends Capability<Contract["sms"]> {
  /** One handler per provider for its delivery receipts. */
  receipts: Readonly<Record<string, WebhookHandler>>;
}

const BATCH_ITEMS_MAX = 200;
const WATCH_POLL_MS = 500;
const QUEUE_ITEMS_MAX = 20_000;
/** The runtime keeps 64 connections open for the next request; more calls than that at once would each connect anew. */
const IN_FLIGHT_MAX = 64;
/** Nobody waits for the record of an outcome, and more of them at once cost less. */
const SETTLE_GATHER_MS = 10;
/** Within the time that Cloud Run leaves after SIGTERM. */
const DRAIN_MS = 5_000;

/** The SMS house: takes messages, sends each by the best route once, and follows its fate by receipts. */
export function createSms(platform: Platform, options: SmsOptions = {}): SmsCapability {
  const log = platform.log.child({ service: "sms" });
  const metrics = createSmsMetrics(platform.registry);
  const { hot } = platform.database;
  const definitions = options.connectors ?? connectorDefinitions;
  const rateWindowMs = options.rateWindowMs ?? 60_000;
  const batches = { batchItemsMax: BATCH_ITEMS_MAX, queueItemsMax: QUEUE_ITEMS_MAX };
  const deps: SmsDependencies = {
    platform,
    log,
    metrics,
    totals: createTotals(hot),
    breakerReports: createBreakerReports(),
    providers: createProviders({
      platform,
      metrics,
      definitions,
      defaults: options.defaultProviders ?? [],
    }),
    links: createLinkRegister(platform.database.db),
    changes: createChangeFeed({ sql: hot, clock: platform.clock, log, pollMs: WATCH_POLL_MS }),
    throttle: options.throttle === "none" ? undefined : (options.throttle ?? usualThrottle),
    newId: options.newId ?? (() => Bun.randomUUIDv7()),
    rateWindowMs,
    inFlightMax: options.inFlightMax ?? IN_FLIGHT_MAX,
    driverMessagesPerHour: options.driverMessagesPerHour ?? 60,
    keepDays: options.keepDays,
    quietUntil: options.quietUntil ?? quietUntil,
    accepting: createGroupCommit({ ...batches, commit: (messages) => insertMessages(hot, messages) }),
    settling: createGroupCommit({
      ...batches,
      gatherMs: SETTLE_GATHER_MS,
      commit: (settlements) => settleAttempts(hot, settlements, { now: platform.clock.now(), rateWindowMs }),
    }),
    storingReceipts: createGroupCommit({
      ...batches,
      commit: async (receipts) => {
        await insertReceipts(hot, receipts);
        return receipts.map(() => undefined);
      },
    }),
  };
  const dispatcher = addSmsJobs(deps);

  return {
    handlers: createSmsHandlers(deps),
    health: () => providersHealth(deps),
    receipts: Object.fromEntries(
      definitions.map(({ provider }) => [
        provider,
        (request: Parameters<WebhookHandler>[0]) => acceptReceipt(deps, provider, request),
      ]),
    ),
    start: async () => {},
    stop: async () => {
      // What is still on the wire then is found again as abandoned, when its lease has run out.
      await Promise.race([dispatcher.drain(), platform.clock.sleep(DRAIN_MS)]);
      await Promise.all([deps.accepting.drain(), deps.settling.drain(), deps.storingReceipts.drain()]);
      await deps.totals.flush();
    },
  };
}
