import type { Benchmark } from "./benchmark.ts";
import { createInvoiceWorld } from "./invoice-world.ts";

const CALLERS = 64;
const SECONDS = 5;
export const INVOICE_WARM_UP_SECONDS = 2;

let serial = 0;

/** Single durable issues through HTTP and tRPC: 64 callers, each with one call in flight, beside pgbench with the plain transaction. */
export const benchmark: Benchmark = {
  name: "invoice-issue",
  unit: "invoices/s",
  better: "more",
  yardstick: "pgbench, row lock + invoice + line + outbox, prepared, 16 clients",
  target: 3,
  prepare: async () => {
    const world = await createInvoiceWorld();
    const ours = async (seconds: number) => (await issueInvoices([world.url], world.token, seconds)).perSecond;
    await ours(INVOICE_WARM_UP_SECONDS); // warm: compiled, connected, prepared
    return {
      measure: async () => ({ value: await ours(SECONDS), yardstickValue: await world.plainTransactionsPerSecond() }),
      close: world.close,
    };
  },
};

/** Issues through some gateways for so long, 64 callers shared out among them; counts what each has answered. */
export async function issueInvoices(
  urls: readonly string[],
  token: string,
  seconds: number,
): Promise<{ perSecond: number; issued: number[] }> {
  const run = crypto.randomUUID().slice(0, 8);
  const issued = urls.map(() => 0);
  const startMs = performance.now();
  const caller = async (index: number) => {
    const gateway = index % urls.length;
    while (performance.now() < startMs + seconds * 1000) {
      serial += 1;
      await issueOne(urls[gateway] ?? "", token, `${run}-${serial}`);
      issued[gateway] = (issued[gateway] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, index) => caller(index)));
  const total = issued.reduce((sum, count) => sum + count, 0);
  return { perSecond: total / ((performance.now() - startMs) / 1000), issued };
}

async function issueOne(url: string, token: string, idempotencyKey: string): Promise<void> {
  const response = await fetch(`${url}/trpc/einvoice.issueInvoice`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({
      idempotencyKey,
      buyer: { kind: "consumer" },
      lines: [{ description: "桶裝瓦斯 20 公斤", quantity: 1, unitPrice: 850 }],
    }),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`issueInvoice answered ${response.status}: ${body.slice(0, 300)}`);
}
