import { isIP } from "node:net";
import type { SmsMessageType } from "@luckygas/gateway-client";
import { z } from "zod";
import type { ConnectorDefinition } from "./connectors/port.ts";
import { parseMicros } from "./rules/cost.ts";

/** A provider without a row in `provider_configs`, as the composition may give it. */
export interface ProviderConfiguration {
  provider: string;
  priority: number;
  /** Messages in any 60 seconds, over all processes. */
  rateLimit: number;
  isActive?: boolean;
  dailyLimit?: number;
  /** NT$, decimal. */
  costPerMessage?: string;
  costPerSegment?: string;
  config?: unknown;
}

/** An address or a range, e.g. `203.0.113.7` or `203.0.113.0/24`. */
const addressSchema = z.string().refine((text) => {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}, "must be an IP address or range");

/** Types whose text is of so little use later that a possible second copy may be preferred to a possible loss. */
export const resendableTypes = ["otp", "delivery_arrived"] as const satisfies readonly SmsMessageType[];

/** Keys of `provider_configs.config` that every provider has. */
const commonShape = {
  /** From connecting to the last byte of the reply. */
  timeoutMs: z.int().min(1_000).max(60_000).default(10_000),
  /** Calls of this provider at the same time, over all processes. */
  inFlightMax: z.int().min(1).max(1_000).optional(),
  /** Longest text handed to it, where that is less than its documents say. */
  textUnitsMax: z.int().min(70).max(1_600).optional(),
  /** Segments handed to it at most, where that is more or less than its documents promise every account. */
  segmentsMax: z.int().min(1).max(10).optional(),
  /** Share of the slots that promotional messages must leave free. */
  promotionalReservePercent: z.int().min(0).max(90).default(20),
  /** Points (or money) below which the credit counts as low. */
  lowCredit: z.int().min(0).max(100_000_000).default(500),
  /** Types that are sent again when nobody can tell whether this provider took them; none unless they are named. */
  resendUnknown: z.array(z.enum(resendableTypes)).max(resendableTypes.length).default([]),
  breaker: z
    .strictObject({
      failuresToOpen: z.int().min(1).max(100).default(5),
      openForMs: z.int().min(1_000).max(3_600_000).default(180_000),
      /** How long the half-open state waits for its one probe. */
      probeTimeoutMs: z.int().min(1_000).max(600_000).default(30_000),
    })
    .prefault({}),
  /** Where receipts may come from; empty: anywhere that knows the secret path. */
  receiptAddresses: z.array(addressSchema).max(50).default([]),
};

const commonSchema = z.object(commonShape);
export type CommonSettings = z.output<typeof commonSchema>;

export interface ParsedSettings {
  common: CommonSettings;
  /** The provider's own keys, parsed by its shape. */
  own: unknown;
}

/** What is wrong with settings: the key and the rule it breaks, and both in one sentence for operators. */
export interface SettingsProblem {
  problem: string;
  /** Dotted; empty when it is the whole. */
  path: string;
  rule: string;
}

/** Reads `provider_configs.config`. Unknown keys are refused. */
export function parseSettings(definition: ConnectorDefinition, config: unknown): ParsedSettings | SettingsProblem {
  const whole = z.strictObject({ ...commonShape, ...definition.configShape }).safeParse(config);
  if (!whole.success) {
    const [issue] = whole.error.issues;
    const [path, rule] = [issue?.path.join(".") ?? "", issue?.message ?? "does not fit"];
    return { problem: `provider_configs.config: ${path || "keys"}: ${rule}`, path, rule };
  }
  return { common: commonSchema.parse(config), own: z.object(definition.configShape).parse(config) };
}

/** A price in NT$ as millionths; `undefined` when none is set. */
export function priceMicros(decimal: string | null | undefined): bigint | undefined {
  return decimal === null || decimal === undefined ? undefined : parseMicros(decimal);
}
