import type { Benchmark } from "./benchmark.ts";
import { createInvoiceWorld } from "./invoice-world.ts";

const CALLERS = 64;
const SECONDS = 5;

/** Single durable issues through HTTP and tRPC: 64 callers, each with one call in flight, beside pgbench with the plain transaction. */
export const benchmark: Benchmark = {
  name: "invoice-issue",
  unit: "invoices/s",
  better: "more",
  yardstick: "pgbench, row lock + invoice + line + outbox, prepared, 16 clients",
  target: 3,
  prepare: async () => {
    const world = await createInvoiceWorld();
    const run = crypto.randomUUID().slice(0, 8);
    let serial = 0;
    let issued = 0;

    async function call(untilMs: number): Promise<void> {
      while (performance.now() < untilMs) {
        serial += 1;
        const response = await fetch(`${world.url}/trpc/einvoice.issueInvoice`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${world.token}` },
          body: JSON.stringify({
            idempotencyKey: `${run}-${serial}`,
            buyer: { kind: "consumer" },
            lines: [{ description: "桶裝瓦斯 20 公斤", quantity: 1, unitPrice: 850 }],
          }),
        });
        const body = await response.text();
        if (!response.ok) throw new Error(`issueInvoice answered ${response.status}: ${body.slice(0, 300)}`);
        issued += 1;
      }
    }

    async function ours(seconds: number): Promise<number> {
      issued = 0;
      const startMs = performance.now();
      await Promise.all(Array.from({ length: CALLERS }, () => call(startMs + seconds * 1000)));
      return issued / ((performance.now() - startMs) / 1000);
    }

    await ours(2); // warm: compiled, connected, prepared
    return {
      measure: async () => ({ value: await ours(SECONDS), yardstickValue: await world.plainTransactionsPerSecond() }),
      close: world.close,
    };
  },
};
