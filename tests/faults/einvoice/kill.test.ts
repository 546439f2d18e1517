import { expect, test } from "bun:test";
import { join } from "node:path";
import type postgres from "postgres";
import { createWorld, type EinvoiceWorld, numbersWithSeveralContents } from "../../integration/einvoice/harness.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const KILLS = 8;
/** Two processes live at any time; each is killed once this many of its invoices were answered for. */
const ANSWERS_BEFORE_KILL = [1, 7, 40, 3, 120, 15, 60, 25];

/** Starts a gateway process and kills it with SIGKILL after some answers. Returns everything that it answered. */
async function runAndKill(world: EinvoiceWorld, sql: postgres.Sql, run: number): Promise<string[]> {
  const { simulator } = world;
  const child = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, "./gateway-process.ts"),
      `postgres://gateway@${sql.options.host[0]}:${sql.options.port[0]}/${sql.options.database}`,
      simulator.url,
      JSON.stringify(simulator.credentials),
      JSON.stringify(simulator.seller),
      String(run),
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  let output = "";
  const wanted = ANSWERS_BEFORE_KILL[run % ANSWERS_BEFORE_KILL.length] ?? 1;
  for await (const chunk of child.stdout) {
    output += Buffer.from(chunk).toString();
    if (output.split("\n").length > wanted) child.kill("SIGKILL");
  }
  await child.exited;
  // What was cut in the middle of a line was not answered.
  return output.split("\n").slice(0, -1);
}

describeWith(["postgres"], "kill -9 under load", () => {
  test("every answered invoice stands, numbers have no gap, and the platform saw one content per number", async () => {
    const world = await createWorld();
    try {
      await world.addRange(0, 49_999);
      world.simulator.faults.add({ operation: "issue", kind: "drop_after", times: 20, skip: 10 });
      const lanes = [0, 1].map(async (lane) => {
        const answered: string[] = [];
        for (let run = lane; run < KILLS; run += 2) answered.push(...(await runAndKill(world, world.sql, run)));
        return answered;
      });
      const answered = (await Promise.all(lanes)).flat();
      expect(answered.length).toBeGreaterThan(KILLS);

      // A server finishes the statement that a dead client had sent.
      await waitFor("the server to be done with the dead", async () => {
        const [row] = await world.sql`SELECT count(*)::int AS busy FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'luckygas-gateway'`;
        return row?.busy === 0;
      });
      const rows = await world.sql<{ idempotency_key: string; number: string }[]>`
        SELECT idempotency_key, number FROM invoices ORDER BY number`;
      const stored = new Map(rows.map((row) => [row.idempotency_key, row.number]));
      for (const line of answered) {
        const [key = "", number] = line.split(" ");
        expect(stored.get(key)).toBe(number);
      }
      expect(rows.map((row) => row.number)).toEqual(rows.map((_, index) => `AA${String(index).padStart(8, "0")}`));
      const [range] = await world.sql`SELECT current_number FROM invoice_sequences`;
      expect(range?.current_number).toBe(rows.length);

      await world.start({ runJobs: true, breaker: { failuresToOpen: 1_000, openForMs: 300_000 } });
      await waitFor("every invoice accepted", async () => {
        const [row] = await world.sql`SELECT count(*)::int AS open FROM einvoice_uploads WHERE status <> 'accepted'`;
        return row?.open === 0;
      });
      expect(numbersWithSeveralContents(world.simulator)).toEqual([]);
      const records = world.simulator.records();
      expect(records.map((record) => record.invoiceNo).sort()).toEqual(rows.map((row) => row.number));
      expect(records.every((record) => record.rtnCodes.filter((code) => code === "1").length === 1)).toBe(true);
    } finally {
      await world.close();
    }
  }, 60_000);
});
