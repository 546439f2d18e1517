import postgres from "postgres";
import { createTestDatabase, postgresPrograms, type TestDatabase } from "../../tests/support/postgres.ts";
import { type Benchmark, Unavailable } from "./benchmark.ts";
import { type FastProvider, startFastProvider } from "./fast-provider.ts";
import { fillHistory, type HistorySize } from "./history.ts";
import { issueInvoices } from "./invoice-issue.ts";
import { addSeller, CREDENTIALS } from "./invoice-world.ts";
import { readsPerSecond } from "./reads.ts";
import { takeReceipts } from "./receipts.ts";
import { accept } from "./sms-accept.ts";
import { takeAndHandOver } from "./sms-dispatch.ts";
import { createSmsWorld, type SmsWorld } from "./sms-world.ts";

/** Messages that are stored before, with commas between the sizes; a short form is `TABLE_SIZES=50000`. */
export const SIZES = (process.env.TABLE_SIZES ?? "1000000,5000000").split(",").map(Number);
const INVOICES_MAX = 500_000;
/** Over which they are spread. */
export const DAYS = 90;
const SECONDS = 5;
const WARM_UP_SECONDS = 5;

interface SizedFigure {
  name: string;
  unit: string;
  run: "api" | "api,jobs";
  /** Days that the small database holds, at the same number of rows a day; 0: it is empty. */
  smallDays: number;
  measure(world: SmsWorld, seconds: number, provider: FastProvider): Promise<number>;
}

const figures: SizedFigure[] = [
  // Before the others add to what is there. It must be there in both; two days hold yesterday whole.
  { name: "reads", unit: "reads/s", run: "api", smallDays: 2, measure: readsPerSecond },
  {
    name: "sms-accept",
    unit: "messages/s",
    run: "api",
    smallDays: 0,
    measure: (world, seconds) => accept(world, seconds, "at random"),
  },
  {
    name: "sms-dispatch",
    unit: "messages/s",
    run: "api,jobs",
    smallDays: 0,
    measure: (world, seconds, provider) => takeAndHandOver(world, provider, seconds, "at random"),
  },
  { name: "receipts", unit: "receipts/s", run: "api", smallDays: 0, measure: takeReceipts },
  {
    name: "invoice-issue",
    unit: "invoices/s",
    run: "api",
    smallDays: 0,
    measure: async (world, seconds) => (await issueInvoices([world.gateway.url], world.token, seconds)).perSecond,
  },
];

const label = (size: number) => (size % 1_000_000 === 0 ? `${size / 1_000_000}m` : `${size / 1_000}k`);

/** Every figure on a database with a history, beside the same on one without, alternately and by processes of the same age. */
export const tableSizes: Benchmark[] = SIZES.flatMap((size) => figures.map((figure) => benchmarkOf(figure, size)));

function benchmarkOf(figure: SizedFigure, messages: number): Benchmark {
  const size = sizeOf(messages);
  return {
    name: `${figure.name}-at-${label(messages)}`,
    unit: figure.unit,
    better: "more",
    yardstick:
      figure.smallDays === 0 ? "the same on an empty database" : `the same on its last ${figure.smallDays} days`,
    target: 0.9,
    prepare: async () => {
      if (!postgresPrograms()) throw new Unavailable("PostgreSQL server is not installed (package postgresql)");
      const [big, small] = [await filledDatabase(messages), await smaller(size, figure.smallDays)];
      const sides = await Promise.all([big, small].map((database) => openSide(database, figure)));
      for (const { world, provider } of sides) await figure.measure(world, WARM_UP_SECONDS, provider);
      return {
        measure: () => measureBoth(figure, sides),
        close: async () => {
          for (const { world, provider } of sides) {
            await world.close();
            await provider.close();
          }
          await small.close();
        },
      };
    },
  };
}

let rounds = 0;

/** One database with its gateway and its SMS company, so that neither side's messages count as the other's. */
interface Side {
  world: SmsWorld;
  provider: FastProvider;
}

async function measureBoth(figure: SizedFigure, sides: readonly Side[]) {
  const rates = new Map<Side, number>();
  rounds += 1;
  // Whoever goes first has the better or the worse of it: by turns.
  for (const side of rounds % 2 === 0 ? sides : sides.toReversed()) {
    rates.set(side, await figure.measure(side.world, SECONDS, side.provider));
  }
  const [value = 0, yardstickValue = 0] = sides.map((side) => rates.get(side) ?? 0);
  return { value, yardstickValue };
}

async function openSide(database: TestDatabase, { run }: SizedFigure): Promise<Side> {
  const provider = startFastProvider();
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  // Its messages to a platform that is not there would be tried again and again.
  await sql`UPDATE einvoice_sellers SET is_active = ${run === "api"}`;
  // What another figure has left waiting is not this one's work, and autovacuum has had its time.
  await sql`DELETE FROM sms_messages WHERE status IN ('queued', 'deferred')`;
  await sql.unsafe("VACUUM (ANALYZE)");
  await sql.end();
  const secrets = { "einvoice-api-credentials": CREDENTIALS };
  return { provider, world: await createSmsWorld({ run, apiUrl: provider.url, database, secrets }) };
}

const sizeOf = (messages: number) => ({ messages, invoices: Math.min(INVOICES_MAX, messages / 2), days: DAYS });

const kept = new Map<number, Promise<TestDatabase>>();

/** A database with so many messages, filled once for all figures; it ends with the server. */
export function filledDatabase(messages: number): Promise<TestDatabase> {
  const database = kept.get(messages) ?? newDatabase(sizeOf(messages));
  kept.set(messages, database);
  return database;
}

const smaller = ({ messages, invoices, days }: Omit<HistorySize, "until">, smallDays: number) =>
  newDatabase({
    messages: Math.round((messages * smallDays) / days),
    invoices: Math.round((invoices * smallDays) / days),
    days: smallDays,
  });

async function newDatabase(size: Omit<HistorySize, "until">): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 3, onnotice: () => {} });
  const begunMs = performance.now();
  if (size.messages > 0) await fillHistory(sql, { ...size, until: new Date() });
  const seconds = Math.round((performance.now() - begunMs) / 1_000);
  if (size.days === DAYS) console.error(`${size.messages} messages and ${size.invoices} invoices in ${seconds} s`);
  await addSeller(sql);
  await sql.end();
  return database;
}
