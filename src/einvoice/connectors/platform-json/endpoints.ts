import type { Environment } from "../../../platform/capability.ts";
import type { PlatformJsonConfig } from "./config.ts";

/** Production addresses; the platform publishes none for tests. */
const PRODUCTION = {
  business: "https://einvoice.nat.gov.tw/B2BInvoice",
  consumer: "https://einvoice.nat.gov.tw/Invoice",
} as const;

/** The dialect names operations only; these are the paths under the base address unless configured. */
const PATHS = {
  issue: "/issue",
  query: "/query",
  test: "/test",
  // The dialect calls the cancellation (作廢) "void".
  cancel: "/void",
  allowance: "/allowance",
  cancelAllowance: "/allowance-void",
  void: "/withdraw",
} as const;

export type PlatformJsonOperation = keyof typeof PATHS;

/** The address of an operation, by the kind of buyer. */
export type Endpoints = (operation: PlatformJsonOperation, buyerKind: "consumer" | "business") => string;

/** All addresses, or what is missing. `overrideBaseUrl` wins over everything configured. */
export function createEndpoints(
  config: PlatformJsonConfig,
  environment: Environment,
  overrideBaseUrl: string | undefined,
): Endpoints | { missing: string } {
  const one = overrideBaseUrl ?? config.baseUrl;
  const fallback = environment === "production" ? PRODUCTION : undefined;
  const business = one ?? config.businessBaseUrl ?? fallback?.business;
  const consumer = one ?? config.consumerBaseUrl ?? fallback?.consumer;
  if (business === undefined || consumer === undefined) {
    return { missing: "set baseUrl in the seller's config: there is no default address outside production" };
  }
  return (operation, buyerKind) => {
    const base = buyerKind === "business" ? business : consumer;
    return `${base}${config.paths[operation] ?? PATHS[operation]}`;
  };
}
