import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { freePort } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { createDatabaseDoor, type DatabaseDoor } from "./database-door.ts";

const WORKERS = 24;

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

  test("the database goes away: 503 with advice, nothing is lost, everything resumes", async () => {
    const door: DatabaseDoor = await createDatabaseDoor(world.database.url, await freePort());
    const gateway = await startGatewayProcess({ port: world.port, env: { ...world.env, DATABASE_URL: door.url } });
    expect((await sendSms(gateway, "away-before")).status).toBe(200);
    await door.shut();
    for (let round = 0; round < 5; round += 1) {
      const calls = [
        sendSms(gateway, `away-during-${round}`),
        post(gateway, "/einvoice/invoices", {
          idempotencyKey: `away-during-${round}`,
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
    for (let round = 0; round < 5; round += 1) {
      const response = await waitFor("an answer", async () => {
        const answer = await sendSms(gateway, `away-during-${round}`);
        return answer.status === 200 ? answer : undefined;
      });
      expect(response.status).toBe(200);
    }
    expect((await storedKeys("away-")).length).toBe(6);
    await waitFor("every message to be delivered", async () => {
      const rows = await world.sql`SELECT status FROM sms_messages WHERE idempotency_key LIKE 'away-%'`;
      return rows.every((row) => row.status === "delivered");
    });
    const code = await gateway.terminate();
    expect({ code, log: code === 0 ? "" : gateway.output().slice(-4_000) }).toEqual({ code: 0, log: "" });
    await door.shut();
  }, 120_000);
});
