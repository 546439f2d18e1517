import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";
import { createDatabaseDoor } from "../../support/database-door.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const WORKERS = 24;
/** With PRODUCTION_FAULTS=full the database stays away for a whole minute. */
const FULL = process.env.PRODUCTION_FAULTS === "full";

describeWith(["postgres"], "the life of a process", () => {
  let world: OutsideWorld;
  let token: string;

  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: 1_000 });
    const request = { subject: "U1", role: "manager", validForSeconds: 3_600 } as const;
    token = await mintToken(new Secret(testSigningKey), request, new Date());
  });
  afterAll(() => world.close());

  const post = (gateway: GatewayProcess, path: string, body: object) =>
    fetch(`${gateway.url}/api/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  /** To another number with each key: what one recipient may get in a while is limited. */
  const sendSms = (gateway: GatewayProcess, key: string) => {
    const number = createHash("sha256").update(key).digest().readUInt32BE() % 100_000_000;
    const to = `09${String(number).padStart(8, "0")}`;
    return post(gateway, "/sms/messages", { idempotencyKey: key, to, text: "您的瓦斯已送達" });
  };

  async function storedKeys(prefix: string): Promise<string[]> {
    const rows = await world.sql`SELECT idempotency_key FROM sms_messages WHERE idempotency_key LIKE ${`${prefix}%`}`;
    return rows.map((row) => String(row.idempotency_key));
  }

  test("SIGTERM under load: what was accepted was answered, load balancers are told first, and it ends in time", async () => {
    const gateway = await startGatewayProcess({ port: world.port, env: { ...world.env, DRAIN_SECONDS: "1" } });
    const answered = new Set<string>();
    const badAnswers: number[] = [];
    let refused = 0;
    let count = 0;
    const worker = async () => {
      while (refused < WORKERS) {
        const key = `term-${String(count++).padStart(6, "0")}`;
        try {
          const response = await sendSms(gateway, key);
          await response.arrayBuffer();
          if (response.status === 200) answered.add(key);
          else badAnswers.push(response.status);
        } catch {
          refused += 1; // nobody listens any more
        }
      }
    };
    const working = Promise.all(Array.from({ length: WORKERS }, worker));
    await waitFor("some load", async () => answered.size > 200);
    const before = answered.size;
    const ending = gateway.terminate();
    await waitFor("readyz to say no", async () => {
      const response = await fetch(`${gateway.url}/readyz`).catch(() => undefined);
      return response?.status === 503;
    });
    const duringNotice = await sendSms(gateway, "term-notice");
    expect(duringNotice.status).toBe(200);
    expect(duringNotice.headers.get("connection")).toBe("close");
    answered.add("term-notice");
    // 0: it ended by itself; after 9 s it would have given up with 1.
    expect(await ending).toBe(0);
    await working;
    expect(badAnswers).toEqual([]);
    expect(answered.size).toBeGreaterThan(before);
    const stored = await storedKeys("term-");
    expect(stored.filter((key) => !answered.has(key))).toEqual([]);
    expect(answered.size).toBe(stored.length);
    expect(gateway.output()).toContain("Stopping after SIGTERM");
  });

  test("streams end when the gateway stops, and do not hold it", async () => {
    const gateway = await startGatewayProcess({ port: world.port, env: world.env });
    const client = await gateway.client("U1");
    const batch = await client.banking.createBatch.mutate({
      idempotencyKey: "stream-0001",
      bank: "mega",
      paymentDate: taipeiDate(new Date()),
      items: [{ transactionId: "S1", accountNumber: "01234567890123", accountHolder: "張三", amount: 1 }],
    });
    const input = encodeURIComponent(JSON.stringify({ batchId: batch.id }));
    const stream = await fetch(`${gateway.url}/trpc/banking.watchBatch?input=${input}`, {
      headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
    });
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    const reading = stream.text().catch(() => "cut");
    expect(await gateway.terminate()).toBe(0);
    await reading;
  });

  /** Every kind of call, once; all must be refused with the same advice. */
  async function refusedRound(gateway: GatewayProcess, key: string): Promise<void> {
    const calls = [
      sendSms(gateway, key),
      post(gateway, "/einvoice/invoices", {
        idempotencyKey: key,
        buyer: { kind: "consumer" },
        lines: [{ description: "瓦斯", quantity: 1, unitPrice: 690 }],
        print: true,
      }),
      fetch(`${gateway.url}/api/v1/sms/messages`, { headers: { authorization: `Bearer ${token}` } }),
    ];
    for (const response of await Promise.all(calls)) {
      const { error } = await response.json();
      expect({
        status: response.status,
        wait: response.headers.get("retry-after"),
        gateway: error.data.gateway,
      }).toEqual({
        status: 503,
        wait: "2",
        gateway: {
          code: "provider_unavailable",
          reason: "database_unavailable",
          action: "repeat_with_same_key",
          requestId: expect.any(String),
        },
      });
    }
  }

  const allDelivered = (prefix: string) =>
    waitFor(
      "every message to be delivered",
      async () => {
        const rows = await world.sql`SELECT status FROM sms_messages WHERE idempotency_key LIKE ${`${prefix}-%`}`;
        return rows.every((row) => row.status === "delivered");
      },
      120_000,
    );

  /** What every part of the gateway still does when its database is away, and when it is back. */
  async function outage(kind: "shut" | "turnAway"): Promise<void> {
    const door = await createDatabaseDoor(world.database.url);
    const gateway = await startGatewayProcess({ port: world.port, env: { ...world.env, DATABASE_URL: door.url } });
    const prefix = `${kind}-away`;
    expect((await sendSms(gateway, `${prefix}-before`)).status).toBe(200);
    // An attempt that the outage cuts off is picked up when its lease has run out, which is longer than a test should wait.
    await allDelivered(prefix);
    await door[kind]();
    const keys: string[] = [];
    const until = Date.now() + (FULL ? 60_000 : 0);
    do {
      const key = `${prefix}-during-${keys.length}`;
      keys.push(key);
      await refusedRound(gateway, key);
    } while (keys.length < 5 || Date.now() < until);
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
    const health = await fetch(`${gateway.url}/api/v1/health/`);
    expect({ status: health.status, body: await health.json() }).toMatchObject({
      status: 503,
      body: { status: "unhealthy" },
    });
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain(
      'gateway_service_status{service="database"} 0',
    );

    await door.open();
    await waitFor("the gateway to be ready again", async () => (await fetch(`${gateway.url}/readyz`)).ok);
    for (const key of keys) {
      await waitFor("an answer", async () => (await sendSms(gateway, key)).status === 200);
    }
    expect((await storedKeys(`${prefix}-`)).length).toBe(keys.length + 1);
    await allDelivered(prefix);
    const code = await gateway.terminate();
    expect({ code, log: code === 0 ? "" : gateway.output().slice(-4_000) }).toEqual({ code: 0, log: "" });
    expect(gateway.output()).not.toContain("A failure reached nobody");
    await door.shut();
  }

  test(`the database goes away${FULL ? " for a minute" : ""}: 503 with advice, nothing is lost, everything resumes`, async () => {
    await outage("shut");
  }, 240_000);

  test("likewise when something before the database accepts connections and closes them", async () => {
    await outage("turnAway");
  }, 240_000);

  test.skipIf(!FULL)(
    "a flood while the database says nothing: each call is answered with advice, and the process outlives it",
    async () => {
      const door = await createDatabaseDoor(world.database.url);
      const env = { ...world.env, DATABASE_URL: door.url, BUN_JSC_forceRAMSize: String(256 * 1024 * 1024) };
      const gateway = await startGatewayProcess({ port: world.port, env });
      const memoryMb = async () => {
        const status = await Bun.file(`/proc/${gateway.pid}/status`).text();
        return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
      };
      const before = await memoryMb();
      door.silence();
      const answers = new Map<string, number>();
      const flood = async (worker: number) => {
        for (let round = 0; round < 3; round += 1) {
          const response = await sendSms(gateway, `flood-${worker}-${round}-${"x".repeat(60)}`);
          await response.arrayBuffer();
          const answer = `${response.status}, retry-after ${response.headers.get("retry-after")}`;
          answers.set(answer, (answers.get(answer) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: 3_000 }, (_, worker) => flood(worker)));
      const after = await memoryMb();
      console.log({ before, after, answers: Object.fromEntries(answers) });
      for (const answer of answers.keys()) expect(answer).toMatch(/^(503|429), retry-after \d+$/);
      await door.open();
      await waitFor("a message to be taken", async () => (await sendSms(gateway, "flood-after")).status === 200);
      expect(await gateway.terminate()).toBe(0);
      await door.shut();
    },
    600_000,
  );

  test("a process that is asked to stop while its database is away stops all the same", async () => {
    const door = await createDatabaseDoor(world.database.url);
    const gateway = await startGatewayProcess({ port: world.port, env: { ...world.env, DATABASE_URL: door.url } });
    door.silence();
    const calls = Array.from({ length: 8 }, (_, index) => sendSms(gateway, `silent-stop-${index}`).catch(() => {}));
    expect(await gateway.terminate()).toBe(0);
    await Promise.all(calls);
    await door.shut();
  }, 60_000);
});
