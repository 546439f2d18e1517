import type { Benchmark } from "./benchmark.ts";
import { createInvoiceWorld } from "./invoice-world.ts";

const PER_CALL = 1_000;
const CALLERS = 2;
const SECONDS = 5;

/** Bulk durable issues through HTTP and tRPC: 1,000 invoices a call, beside pgbench with the plain transaction. */
export const benchmark: Benchmark = {
  name: "invoice-bulk",
  unit: "invoices/s",
  better: "more",
  yardstick: "pgbench, row lock + invoice + line + outbox, prepared, 16 clients",
  target: 10,
  prepare: async () => {
    const world = await createInvoiceWorld();
    const run = crypto.randomUUID().slice(0, 8);
    let serial = 0;
    let issued = 0;

    async function call(): Promise<void> {
      const invoices = Array.from({ length: PER_CALL }, () => {
        serial += 1;
        return {
          idempotencyKey: `${run}-${serial}`,
          buyer: { kind: "consumer" },
          lines: [{ description: "桶裝瓦斯 20 公斤", quantity: 1, unitPrice: 850 }],
        };
      });
      const response = await fetch(`${world.url}/trpc/einvoice.issueInvoices`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${world.token}` },
        body: JSON.stringify({ invoices }),
      });
      const body = await response.text();
      if (!response.ok) throw new Error(`issueInvoices answered ${response.status}: ${body.slice(0, 300)}`);
      const count = body.split('"invoiceNumber"').length - 1;
      if (count !== PER_CALL) throw new Error(`only ${count} of ${PER_CALL} were issued`);
      issued += count;
    }

    async function ours(seconds: number): Promise<number> {
      issued = 0;
      const startMs = performance.now();
      const caller = async () => {
        while (performance.now() < startMs + seconds * 1000) await call();
      };
      await Promise.all(Array.from({ length: CALLERS }, caller));
      return issued / ((performance.now() - startMs) / 1000);
    }

    await ours(2); // warm: compiled, connected, prepared
    return {
      measure: async () => ({ value: await ours(SECONDS), yardstickValue: await world.plainTransactionsPerSecond() }),
      close: world.close,
    };
  },
};
