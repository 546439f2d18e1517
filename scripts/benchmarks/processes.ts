import { createGatewayClient } from "@luckygas/gateway-client";
import type { GatewayProcess } from "../../tests/support/gateway-process.ts";
import type { Benchmark, Figure } from "./benchmark.ts";
import { type CountingProvider, startCountingProvider } from "./counting-provider.ts";
import { issueInvoices } from "./invoice-issue.ts";
import { addSeller, CREDENTIALS } from "./invoice-world.ts";
import { queueMessages } from "./sms-backlog.ts";
import { createSmsWorld, type SmsWorld } from "./sms-world.ts";

const PROCESSES = [1, 2, 4] as const;
const MESSAGES = 20_000;
/** Until the runtime has compiled what is called often; not counted in the rate. */
const WARM_UP_MESSAGES = 4_000;
const SECONDS = 5;
const WARM_UP_SECONDS = 3;
const LOOK_MS = 5;
const DRAIN_MS_MAX = 300_000;

type Rates = Map<number, number>;

/** A round measures all numbers of processes; four are set beside one. On two cores, which the database shares, more cannot be expected than no loss. */
const figureOf = (rates: Rates): Figure => ({ value: rates.get(4) ?? 0, yardstickValue: rates.get(1) ?? 0 });

/** A backlog of messages handed over by one, two and four processes, limits off. Throws when any recipient gets a second copy. */
export const dispatchByProcesses: Benchmark = {
  name: "processes-dispatch",
  unit: "messages/s by 4",
  better: "more",
  yardstick: "1 process on the same database",
  target: 0.9,
  prepare: async () => {
    const provider = startCountingProvider();
    const world = await createSmsWorld({ run: "api", apiUrl: provider.urlOf(0) });
    return {
      measure: async () => {
        const rates: Rates = new Map();
        for (const count of PROCESSES) rates.set(count, await drainBy(count, world, provider));
        return figureOf(rates);
      },
      close: async () => {
        await world.close();
        await provider.close();
      },
    };
  },
};

async function drainBy(count: number, world: SmsWorld, provider: CountingProvider): Promise<number> {
  await queueMessages(createGatewayClient({ url: world.gateway.url, token: world.token }), WARM_UP_MESSAGES + MESSAGES);
  provider.clear();
  const senders = await startMany(count, (index) => world.startGateway("jobs", provider.urlOf(index)));
  try {
    const begunMs = await reach(provider, WARM_UP_MESSAGES);
    const seconds = ((await reach(provider, WARM_UP_MESSAGES + MESSAGES)) - begunMs) / 1_000;
    // A second copy would come after the first ones.
    await Bun.sleep(1_000);
    const doubled = provider.doubled();
    if (doubled.length > 0) throw new Error(`${doubled.length} recipients got a message twice`);
    if (provider.taken() !== WARM_UP_MESSAGES + MESSAGES)
      throw new Error(`${provider.taken()} messages were handed over`);
    tell("messages", count, MESSAGES / seconds, [...provider.byProcess().values()]);
    return MESSAGES / seconds;
  } finally {
    await Promise.all(senders.map((sender) => sender.terminate()));
  }
}

async function reach(provider: CountingProvider, count: number): Promise<number> {
  const deadlineMs = performance.now() + DRAIN_MS_MAX;
  while (provider.taken() < count) {
    if (performance.now() > deadlineMs) throw new Error(`only ${provider.taken()} were handed over`);
    await Bun.sleep(LOOK_MS);
  }
  return performance.now();
}

/** Invoices issued by 64 callers through one, two and four processes. Throws when a number was given twice or left out. */
export const issueByProcesses: Benchmark = {
  name: "processes-invoice-issue",
  unit: "invoices/s by 4",
  better: "more",
  yardstick: "1 process on the same database",
  target: 0.9,
  prepare: async () => {
    const secrets = { "einvoice-api-credentials": CREDENTIALS };
    const world = await createSmsWorld({ run: "api", apiUrl: "http://127.0.0.1:9", secrets });
    await addSeller(world.sql);
    const others = await startMany(Math.max(...PROCESSES) - 1, () => world.startGateway("api"));
    const urls = [world.gateway, ...others].map(({ url }) => url);
    await issueInvoices(urls, world.token, WARM_UP_SECONDS);
    return {
      measure: async () => {
        const rates: Rates = new Map();
        for (const count of PROCESSES) {
          const { perSecond, issued } = await issueInvoices(urls.slice(0, count), world.token, SECONDS);
          await checkNumbers(world);
          tell("invoices", count, perSecond, issued);
          rates.set(count, perSecond);
        }
        return figureOf(rates);
      },
      close: async () => {
        await Promise.all(others.map((other) => other.terminate()));
        await world.close();
      },
    };
  },
};

const startMany = (count: number, start: (index: number) => Promise<GatewayProcess>) =>
  Promise.all(Array.from({ length: count }, (_, index) => start(index + 1)));

/** Every number from the first to the last given out belongs to exactly one invoice. */
async function checkNumbers({ sql }: SmsWorld): Promise<void> {
  const [row] = await sql`
    SELECT count(*)::int AS invoices, count(DISTINCT number)::int AS numbers,
      coalesce(max(substr(number, 3)::int) + 1, 0) AS after_last, (SELECT current_number FROM invoice_sequences) AS next
    FROM invoices`;
  const told = JSON.stringify(row);
  if (row?.invoices !== row?.numbers || row?.invoices !== row?.next || row?.after_last !== row?.next) {
    throw new Error(`numbers are doubled or left out: ${told}`);
  }
}

/** Speed and fairness: what each process did of the whole. */
function tell(what: string, count: number, rate: number, shares: readonly number[]): void {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const percent = [...shares].sort((a, b) => b - a).map((share) => `${((100 * share) / total).toFixed(1)} %`);
  console.error(`${what} by ${count}: ${Math.round(rate)}/s, shares ${percent.join(", ")}; none twice`);
}
