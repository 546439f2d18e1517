import type { SmsMessageType } from "@luckygas/gateway-client";
import { Counter, Gauge, Histogram, type Registry, Summary } from "prom-client";

/** The SMS metrics, with the names and labels of the deployment guide. */
export interface SmsMetrics {
  /** One attempt has ended; `unknown` is neither success nor failure. */
  sent(provider: string, status: "success" | "failure" | "unknown", messageType: SmsMessageType): void;
  delivered(provider: string, messageType: SmsMessageType): void;
  /** NT$ of one accepted message. */
  cost(provider: string, micros: bigint): void;
  latency(provider: string, operation: string, seconds: number): void;
  health(provider: string, isHealthy: boolean): void;
  rateLimitRemaining(provider: string, slots: number): void;
  /** What is left at a provider, and whether that is below its threshold. */
  credit(provider: string, left: number, isLow: boolean): void;
}

export function createSmsMetrics(registry: Registry): SmsMetrics {
  const registers = [registry];
  const sent = new Counter({
    name: "sms_messages_sent_total",
    help: "Attempts to hand a message to a provider, by outcome",
    labelNames: ["provider", "status", "message_type"],
    registers,
  });
  const delivered = new Counter({
    name: "sms_messages_delivered_total",
    help: "Messages delivered to the handset, by the provider's receipt",
    labelNames: ["provider", "message_type"],
    registers,
  });
  const cost = new Summary({
    name: "sms_message_cost_twd",
    help: "Cost of one message in NT$",
    labelNames: ["provider"],
    registers,
  });
  const latency = new Histogram({
    name: "sms_provider_latency_seconds",
    help: "Duration of calls to a provider",
    labelNames: ["provider", "operation"],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const health = new Gauge({
    name: "sms_provider_health",
    help: "1 when the provider can be used, else 0",
    labelNames: ["provider"],
    registers,
  });
  const remaining = new Gauge({
    name: "sms_rate_limit_remaining",
    help: "Messages the provider may still be given in the present 60 seconds",
    labelNames: ["provider"],
    registers,
  });
  const credit = new Gauge({
    name: "sms_provider_credit",
    help: "Points or money left at the provider, as it last said",
    labelNames: ["provider"],
    registers,
  });
  const creditLow = new Gauge({
    name: "sms_provider_credit_low",
    help: "1 when the credit is below the threshold of the provider's settings, else 0",
    labelNames: ["provider"],
    registers,
  });
  return {
    sent: (provider, status, messageType) => sent.inc({ provider, status, message_type: messageType }),
    delivered: (provider, messageType) => delivered.inc({ provider, message_type: messageType }),
    // Only a statistic is a floating-point number; the exact cost stands with the attempt.
    cost: (provider, micros) => cost.observe({ provider }, Number(micros) / 1_000_000),
    latency: (provider, operation, seconds) => latency.observe({ provider, operation }, seconds),
    health: (provider, isHealthy) => health.set({ provider }, isHealthy ? 1 : 0),
    rateLimitRemaining: (provider, slots) => remaining.set({ provider }, slots),
    credit: (provider, left, isLow) => {
      credit.set({ provider }, left);
      creditLow.set({ provider }, isLow ? 1 : 0);
    },
  };
}
