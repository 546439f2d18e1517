import { isValidUbn } from "@luckygas/gateway-client";
import { ZodError } from "zod";
import type { Breaker } from "../../platform/breaker.ts";
import type { Platform } from "../../platform/capability.ts";
import { OperationError } from "../../platform/errors.ts";
import type { EinvoiceMetrics } from "../metrics.ts";
import type { InvoiceSeller } from "../rules/content.ts";
import { readActiveSellers, type SellerConfiguration } from "../store/sellers.ts";
import {
  type EinvoiceCredentials,
  type EinvoiceSecrets,
  isSameSecrets,
  parseCredentials,
  readSecrets,
} from "./credentials.ts";
import { type GuardedConnector, guardConnector } from "./guard.ts";
import type { EinvoiceFeature, SellerOptions } from "./port.ts";
import { type ConfiguredTransport, transports } from "./registry.ts";

/** Everything needed to issue for a seller and to upload for it. */
export interface ActiveSeller {
  /** As written on invoices. */
  seller: InvoiceSeller;
  options: SellerOptions;
  supports: ReadonlySet<EinvoiceFeature>;
  /** Day of the odd month after a period to which its provider still cancels; the law's 15th when undefined. */
  cancelLastDay: number | undefined;
  credentials: EinvoiceCredentials;
  connector: GuardedConnector;
}

/** The seller of this gateway, or why there is none and the remedy. */
export type SellerState = { active: ActiveSeller } | { missing: string };

export interface ActiveSellers {
  /** Read anew every few seconds, so that a changed row needs no restart. */
  current(): Promise<SellerState>;
  /** As `current`; throws `provider_misconfigured` naming what is missing. */
  required(): Promise<ActiveSeller>;
}

export interface ActiveSellersOptions {
  /** Serves where the table has no row. */
  defaultSeller?: SellerConfiguration;
  /** Replaces every configured address of the platform. */
  overrideBaseUrl?: string;
}

interface Deps extends ActiveSellersOptions {
  platform: Platform;
  breaker: Breaker;
  metrics: EinvoiceMetrics;
}

const KEEP_MS = 5_000;

export function createActiveSellers(deps: Deps): ActiveSellers {
  let kept: { state: SellerState; fingerprint: string; secrets: EinvoiceSecrets; untilMs: number } | undefined;
  let loading: Promise<SellerState> | undefined;

  async function configuration(): Promise<SellerConfiguration | { missing: string }> {
    const sellers = await readActiveSellers(deps.platform.database.db);
    const seller = sellers[0] ?? deps.defaultSeller;
    if (sellers.length > 1) return { missing: "einvoice_sellers has several active rows; leave one active" };
    if (!seller) return { missing: "einvoice_sellers has no active row; insert one with ubn, name and address" };
    return seller;
  }

  /** A rotated secret makes a new connector for the next call; calls under way end with the old one. */
  async function load(): Promise<SellerState> {
    const seller = await configuration();
    if ("missing" in seller) return seller;
    const fingerprint = JSON.stringify(seller);
    const secrets = await readSecrets(deps.platform.secrets);
    if ("missing" in secrets) return secrets;
    if (kept && kept.fingerprint === fingerprint && isSameSecrets(kept.secrets, secrets)) return kept.state;
    const credentials = parseCredentials(secrets);
    if ("missing" in credentials) return credentials;
    const state = build(deps, seller, credentials);
    kept = { state, fingerprint, secrets, untilMs: 0 };
    return state;
  }

  async function reload(): Promise<SellerState> {
    const state = await load();
    // What is missing may be mended at any moment: only a complete seller is kept.
    if ("active" in state && kept) kept.untilMs = performance.now() + KEEP_MS;
    return state;
  }

  function current(): Promise<SellerState> {
    if (kept && performance.now() < kept.untilMs) return Promise.resolve(kept.state);
    loading ??= reload().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  return {
    current,
    required: async () => {
      const state = await current();
      if ("active" in state) return state.active;
      throw new OperationError("provider_misconfigured", `e-invoices cannot be issued: ${state.missing}`, {
        reason: "seller_not_configured",
      });
    },
  };
}

function build(deps: Deps, configured: SellerConfiguration, credentials: EinvoiceCredentials): SellerState {
  const problem = sellerProblem(configured);
  if (problem) return { missing: `einvoice_sellers row ${configured.ubn}: ${problem}` };
  const transport = readTransport(configured);
  if ("missing" in transport) return transport;
  const { platform } = deps;
  const connector = transport.create({
    http: platform.http,
    environment: platform.environment,
    credentials,
    tls: credentials.tls,
    overrideBaseUrl: deps.overrideBaseUrl,
    now: () => platform.clock.now(),
  });
  if ("missing" in connector) return { missing: `einvoice_sellers row ${configured.ubn}: ${connector.missing}` };
  const { ubn, name, address } = configured;
  const { sellerPhone = null, sellerEmail = null } = transport.options;
  return {
    active: {
      seller: { ubn, name, address, phone: sellerPhone, email: sellerEmail },
      options: transport.options,
      supports: transport.supports,
      cancelLastDay: transport.cancelLastDay,
      credentials,
      connector: guardConnector({ connector, breaker: deps.breaker, metrics: deps.metrics, log: platform.log }),
    },
  };
}

const isText = (text: string, charactersMax: number) =>
  text.trim() !== "" && [...text].length <= charactersMax && !/\p{Cc}/u.test(text);

function sellerProblem({ ubn, name, address }: SellerConfiguration): string | undefined {
  if (!isValidUbn(ubn)) return "ubn must be a valid 統一編號";
  if (!isText(name, 60)) return "name must have 1 to 60 characters";
  return isText(address, 100) ? undefined : "address must have 1 to 100 characters";
}

function readTransport(configured: SellerConfiguration): ConfiguredTransport | { missing: string } {
  const row = `einvoice_sellers row ${configured.ubn}`;
  const read = transports.get(configured.transport);
  if (!read) return { missing: `${row}: transport must be one of: ${[...transports.keys()].join(", ")}` };
  try {
    return read(configured.config);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const problems = error.issues.map((issue) => `config.${issue.path.join(".")} ${issue.message}`);
    return { missing: `${row}: ${problems.join("; ")}` };
  }
}
