import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayClient } from "@luckygas/gateway-client";
import postgres from "postgres";
import { systemClock } from "../../../src/platform/clock.ts";
import { createEvery8dSimulator } from "../../../src/simulators/every8d/index.ts";
import type { Faults } from "../../../src/simulators/faults.ts";
import { createMitakeSimulator } from "../../../src/simulators/mitake/index.ts";
import { createTwilioSimulator } from "../../../src/simulators/twilio/index.ts";
import { type GatewayProcess, startGatewayProcess } from "../../support/gateway-process.ts";
import { createTestDatabase, freePort } from "../../support/postgres.ts";
import { seededRandom } from "../../support/random.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

/** `SMS_FAULTS=full`: ten thousand messages, and Twilio loses requests as well, which it takes a minute to be sure of. */
const isFull = process.env.SMS_FAULTS === "full";
const MESSAGES = isFull ? 10_000 : 900;
const KILLS = isFull ? 8 : 3;
const PER_CALL = 100;
const PROCESSES = 3;
const SETTLE_MS = 240_000;
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);

/** Provider asked for, by the message's place; the fourth leaves the choice to the gateway. */
const ASKED = ["every8d", "mitake", "twilio", undefined] as const;
const askedOf = (index: number) => ASKED[index % ASKED.length];
const mobile = (index: number) => `09${String(70_000_000 + index)}`;
const e164 = (index: number) => `+886${mobile(index).slice(1)}`;

/** About one call in twenty goes wrong, each in one of these ways. */
function misbehave(
  faults: Faults,
  operation: string,
  random: () => number,
  { withLoss = true, count: total = MESSAGES / 40 } = {},
): void {
  const kinds = ["drop_after", "late", ...(withLoss ? ["drop_before", "502"] : [])];
  for (let count = 0; count < total; count += 1) {
    const kind = kinds[Math.floor(random() * kinds.length)];
    const skip = Math.floor(random() * 40);
    if (kind === "502") faults.add({ operation, kind: "reply", status: 502, body: "<html>", skip });
    else if (kind === "late") faults.add({ operation, kind: "delay", delayMs: 1_800, skip });
    else faults.add({ operation, kind: kind === "drop_after" ? "drop_after" : "drop_before", skip });
  }
}

async function startWorld() {
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const pace = { clock: systemClock, deliverAfterMs: 20, callbackRetryMs: 1_000, callbackTriesMax: 200 };
  const every8d = await createEvery8dSimulator(pace);
  const mitake = await createMitakeSimulator(pace);
  const twilio = await createTwilioSimulator(pace);
  const folder = await mkdtemp(join(tmpdir(), "sms-faults-"));
  for (const [name, { credentials }] of Object.entries({ every8d, mitake, twilio })) {
    await writeFile(join(folder, `sms-${name}-credentials`), JSON.stringify(credentials));
  }
  const breaker = { failuresToOpen: 5, openForMs: 1_000, probeTimeoutMs: 5_000 };
  const common = { timeoutMs: 1_000, breaker };
  const rows = [
    { provider: "every8d", priority: 100, config: common },
    { provider: "mitake", priority: 90, config: common },
    { provider: "twilio", priority: 80, config: { ...common, absentAfterSeconds: 60 } },
  ];
  for (const { provider, priority, config } of rows) {
    await sql`INSERT INTO provider_configs (provider, config, priority, rate_limit)
      VALUES (${provider}, ${sql.json(config)}, ${priority}, 1000000)`;
  }
  const port = await freePort();
  every8d.setCallbackUrl(`http://127.0.0.1:${port}/api/v1/webhooks/sms/every8d/${every8d.credentials.callback_token}`);
  return {
    ...{ sql, every8d, mitake, twilio, port },
    env: {
      ...{ DATABASE_URL: database.url, SECRETS_DIR: folder, DATA_DIR: join(folder, "data"), LOG_LEVEL: "ERROR" },
      PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    },
    close: async () => {
      await Promise.all([every8d.close(), mitake.close(), twilio.close(), sql.end()]);
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeWith(["postgres"], `misbehaving providers and dying processes (FAULT_SEED=${seed})`, () => {
  test(
    `${MESSAGES} messages: none lost, none doubled, every one ended or unknown with a reason`,
    async () => {
      const world = await startWorld();
      const random = seededRandom(seed);
      misbehave(world.every8d.faults, "SendSMS", random);
      // One lost answer of a bulk call leaves many outcomes to be found.
      misbehave(world.every8d.faults, "SendParam", random, { count: MESSAGES / 400 });
      misbehave(world.mitake.faults, "SmSend", random);
      misbehave(world.mitake.faults, "SmBulkSend", random);
      misbehave(world.twilio.faults, "create", random, { withLoss: isFull });
      const ports = [world.port, await freePort(), await freePort()];
      const start = (index: number) => startGatewayProcess({ env: world.env, port: ports[index] ?? world.port });
      const processes = await Promise.all(ports.map((_, index) => start(index)));
      const told = new Map<number, string>();
      const callers = Array.from({ length: PROCESSES }, (_, index) => sendShare(processes, index, told));
      await killSome(processes, start, random);
      await Promise.all(callers);
      expect(told.size).toBe(MESSAGES);
      await waitFor("everything to have ended", async () => (await unfinished(world.sql)) === 0, SETTLE_MS);
      await judge(world, told);
      await Promise.all(processes.map((gateway) => gateway.terminate()));
      await world.close();
    },
    SETTLE_MS + 120_000,
  );
});

/** One caller's third of the messages, repeated with the same keys until they are answered. */
async function sendShare(processes: GatewayProcess[], share: number, told: Map<number, string>): Promise<void> {
  for (let first = share * PER_CALL; first < MESSAGES; first += PROCESSES * PER_CALL) {
    const indexes = Array.from({ length: Math.min(PER_CALL, MESSAGES - first) }, (_, offset) => first + offset);
    const messages = indexes.map((index) => {
      const provider = askedOf(index);
      return {
        idempotencyKey: `ten-thousand-${index}`,
        to: mobile(index),
        text: `【幸福氣】第 ${index} 則`,
        ...(provider && { provider }),
      };
    });
    let client: GatewayClient | undefined;
    const answer = await waitFor(
      "an answer",
      async () => {
        client = await processes[share]?.client("bulk", "service");
        return client?.sms.sendMessages.mutate({ messages }).catch(() => undefined);
      },
      60_000,
    );
    for (const [offset, item] of answer.items.entries()) {
      if (item.outcome === "accepted") told.set(first + offset, item.message.id);
    }
  }
}

async function killSome(
  processes: GatewayProcess[],
  start: (index: number) => Promise<GatewayProcess>,
  random: () => number,
): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    await Bun.sleep(300 + random() * 1_500);
    const index = Math.floor(random() * PROCESSES);
    await processes[index]?.kill();
    processes[index] = await start(index);
  }
}

/** Messages that still move. An unknown one of a provider that can be asked to certainty still moves as well. */
async function unfinished(sql: postgres.Sql): Promise<number> {
  const [row] = await sql`
    SELECT count(*)::int AS count FROM sms_messages
    WHERE status IN ('queued', 'deferred', 'dispatching', 'submitted', 'sent')
      OR (status = 'unknown' AND provider <> 'every8d')
      OR (status = 'unknown' AND (SELECT max(resolve_count) FROM sms_attempts a WHERE a.message_id = sms_messages.id) < 2)`;
  return row?.count ?? 0;
}

async function judge(world: Awaited<ReturnType<typeof startWorld>>, told: ReadonlyMap<number, string>): Promise<void> {
  const rows = await world.sql`SELECT id, status, status_reason, provider FROM sms_messages`;
  const messages = new Map(rows.map((row) => [String(row.id), row]));
  expect(messages.size).toBe(MESSAGES);
  const [every8d, mitake, twilio] = [world.every8d.records(), world.mitake.records(), world.twilio.records()];
  const problems: string[] = [];
  let unknown = 0;
  for (const [index, id] of told) {
    const message = messages.get(id);
    const copies = [every8d, mitake, twilio].map((records) => records.get(e164(index))?.length ?? 0);
    const total = copies.reduce((sum, count) => sum + count, 0);
    const asked = askedOf(index);
    const status = String(message?.status);
    if (status === "unknown") unknown += 1;
    if (total > 1) problems.push(`${asked} ${status}: ${copies} copies`);
    if ((asked === "mitake" || asked === "twilio") && total !== 1)
      problems.push(`${asked} ${status}: ${copies} copies`);
    if (status === "delivered" && total !== 1) problems.push(`${asked} delivered: ${copies} copies`);
    if (status !== "delivered" && status !== "unknown") problems.push(`${asked}: ${status} ${message?.status_reason}`);
    if (status === "unknown" && !message?.status_reason) problems.push(`${asked}: unknown without a reason`);
  }
  expect(problems).toEqual([]);
  // The faults struck: otherwise the test says nothing.
  const [attempts] = await world.sql`
    SELECT count(*) FILTER (WHERE resolve_count > 0)::int AS asked FROM sms_attempts`;
  expect(attempts?.asked).toBeGreaterThan(MESSAGES / 100);
  console.log(`${MESSAGES} messages, ${attempts?.asked} outcomes asked about, ${unknown} left unknown`);
}
