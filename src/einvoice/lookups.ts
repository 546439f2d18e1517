import type { LookupResult } from "@luckygas/gateway-client";
import type { Breaker } from "../platform/breaker.ts";
import type { Platform } from "../platform/capability.ts";
import type { Job } from "../platform/jobs.ts";
import type { Log } from "../platform/log.ts";
import type { ActiveSellers } from "./connectors/active-seller.ts";
import { createLookupClient, type LookupAnswer, type LookupKind } from "./connectors/mof-lookup/client.ts";
import type { LookupStore } from "./store/lookups.ts";

/** Asks whether carriers, donation codes and businesses exist. Never throws: what cannot be found out is `unknown`. */
export interface Lookups {
  ask(kind: LookupKind, value: string): Promise<LookupResult>;
}

interface Deps {
  platform: Platform;
  sellers: ActiveSellers;
  store: LookupStore;
  breaker: Breaker;
  /** Replaces the configured address. */
  overrideBaseUrl: string | undefined;
  newId(): string;
}

const PRODUCTION_URL = "https://www-vc.einvoice.nat.gov.tw/BIZAPIVAN/biz";
const TIMEOUT_MS = 10_000;

export function createLookups(deps: Deps): Lookups {
  const { platform, store, breaker } = deps;
  const log = platform.log.child({ service: "einvoice" });

  async function call(kind: LookupKind, value: string): Promise<LookupAnswer> {
    const state = await deps.sellers.current();
    const notAsked = (reason: string): LookupAnswer => ({
      kind: "unknown",
      reason,
      isTransportFault: false,
      isOurFault: false,
    });
    if ("missing" in state) return notAsked("seller_not_configured");
    const { credentials, options } = state.active;
    const fallback = platform.environment === "production" ? PRODUCTION_URL : undefined;
    const override = deps.overrideBaseUrl === undefined ? undefined : `${deps.overrideBaseUrl}/BIZAPIVAN/biz`;
    const url = override ?? options.lookupUrl ?? fallback;
    if (url === undefined) return notAsked("no_address");
    const entry = await breaker.enter();
    if ("refusedUntil" in entry) return notAsked("circuit_open");
    const client = createLookupClient({
      http: platform.http,
      url,
      credentials,
      timeoutMs: TIMEOUT_MS,
      signsAll: options.lookupSignsAll,
      now: () => platform.clock.now(),
      nextSerial: store.nextSerial,
      newId: deps.newId,
    });
    try {
      const answer = await client.ask(kind, value);
      const isFault = answer.kind === "unknown" && answer.isTransportFault;
      await (isFault ? entry.permit.failure() : entry.permit.success());
      return answer;
    } catch (error) {
      await entry.permit.neutral();
      throw error;
    }
  }

  return {
    ask: async (kind, value) => {
      if (await store.isKnown(kind, value)) return { exists: "yes", reason: null, isFromCache: true };
      const answer = await call(kind, value);
      switch (answer.kind) {
        case "exists":
          await store.keepPositive(kind, value);
          return { exists: "yes", reason: null, isFromCache: false };
        case "absent":
          await store.forget(kind, value);
          return { exists: "no", reason: null, isFromCache: false };
        case "unknown":
          if (answer.isOurFault) log.error(`Look-ups are refused: ${answer.reason}`, { error_type: "LookupRefused" });
          await store.askAgain(kind, value);
          return { exists: "unknown", reason: answer.reason, isFromCache: false };
      }
    },
  };
}

const INTERVAL_MS = 60_000;
const PER_ROUND = 20;

/** Asks again about what nobody could say before. What turns out not to exist is told of with the invoices that have it; its value is a person's. */
export function createLookupJob(deps: { lookups: Lookups; store: LookupStore; log: Log }): Job {
  const tell = async (kind: LookupKind, value: string) => {
    const numbers = await deps.store.usedBy(kind, value);
    deps.log.warn(`A ${kind} that could not be looked up before does not exist`, {
      ...{ service: "einvoice", error_type: "LookupNegativeLater", invoices: numbers },
    });
  };
  return {
    name: "einvoice-lookups",
    intervalMs: INTERVAL_MS,
    run: async (signal) => {
      const pending = await deps.store.takePending(PER_ROUND);
      for (const { kind, value } of pending) {
        if (signal.aborted) break;
        const { exists } = await deps.lookups.ask(kind, value);
        if (exists === "no") await tell(kind, value);
      }
      return { more: pending.length === PER_ROUND };
    },
  };
}
