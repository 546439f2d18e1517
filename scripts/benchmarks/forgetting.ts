import { postgresPrograms } from "../../tests/support/postgres.ts";
import { type Benchmark, Unavailable } from "./benchmark.ts";
import { startFastProvider } from "./fast-provider.ts";
import { accept } from "./sms-accept.ts";
import { createSmsWorld, type SmsWorld } from "./sms-world.ts";
import { DAYS, filledDatabase, SIZES } from "./table-size.ts";

const SECONDS = 8;
const SETTLE_MS = 2_000;
/** Two thirds of what is stored is to be forgotten: more than a run can do. */
const KEEP_DAYS = DAYS / 3;
const KEEP_ALL_DAYS = 3_650;

/**
 * Messages accepted by one process while another one sends them and forgets old ones as fast as it may, beside the same
 * while nothing is old enough. Tells how many are forgotten.
 */
export const forgetting: Benchmark = {
  name: "forgetting",
  unit: "messages/s accepted meanwhile",
  better: "more",
  yardstick: "the same while nothing is forgotten",
  target: 0.9,
  prepare: async () => {
    if (!postgresPrograms()) throw new Unavailable("PostgreSQL server is not installed (package postgresql)");
    const provider = startFastProvider();
    const database = await filledDatabase(Math.min(...SIZES));
    const world = await createSmsWorld({ run: "api", apiUrl: provider.url, database });
    await acceptBeside(world, KEEP_ALL_DAYS);
    return {
      measure: async () => {
        const beside = await acceptBeside(world, KEEP_DAYS);
        console.error(`forgotten meanwhile: ${beside.forgotten} messages/s, each with its attempt and its receipt`);
        return { value: beside.accepted, yardstickValue: (await acceptBeside(world, KEEP_ALL_DAYS)).accepted };
      },
      close: async () => {
        await world.close();
        await provider.close();
      },
    };
  },
};

/** Messages a second that are accepted, and that are forgotten at the same time. */
async function acceptBeside(world: SmsWorld, keepDays: number): Promise<{ accepted: number; forgotten: number }> {
  const sender = await world.startGateway("jobs", undefined, { SMS_KEEP_DAYS: String(keepDays) });
  await Bun.sleep(SETTLE_MS);
  const [before, begunMs] = [await deleted(world), performance.now()];
  const accepted = await accept(world, SECONDS, "at random");
  const forgotten = ((await deleted(world)) - before) / ((performance.now() - begunMs) / 1_000);
  await sender.terminate();
  return { accepted, forgotten: Math.round(forgotten) };
}

async function deleted({ sql }: SmsWorld): Promise<number> {
  const [row] = await sql`SELECT n_tup_del::int AS count FROM pg_stat_user_tables WHERE relname = 'sms_messages'`;
  return Number(row?.count);
}
