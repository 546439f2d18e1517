import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { mintToken } from "../../../src/platform/auth.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { createEvery8dSimulator } from "../../../src/simulators/every8d/index.ts";
import type { Faults } from "../../../src/simulators/faults.ts";
import { createMitakeSimulator } from "../../../src/simulators/mitake/index.ts";
import { createTwilioSimulator } from "../../../src/simulators/twilio/index.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { createTestDatabase, freePort } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

setDefaultTimeout(120_000);

const TEXT = "canary-text 482913 金絲雀";
const CODE = "your code is 771904";
const NUMBERS = ["0912345671", "0912345672", "0912345673", "0912345674", "0912345675", "0912345676"];
/** The control: lines that the log must hold, or its silence says nothing. */
const SPOKEN_OF = [
  "An unknown outcome was asked about",
  "A message was not accepted by its provider",
  "A receipt was not genuine",
  "A receipt could not be read",
  "No answer from a provider",
];
/** What a careless provider may say: everything it was told. */
const ECHO = `${TEXT} 0912345671 +886912345671 canary-password`;

async function startWorld() {
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const pace = { clock: systemClock, deliverAfterMs: 5, callbackRetryMs: 100 };
  const every8d = await createEvery8dSimulator(pace);
  const mitake = await createMitakeSimulator(pace);
  const twilio = await createTwilioSimulator(pace);
  const folder = await mkdtemp(join(tmpdir(), "sms-canary-"));
  const rows = Object.entries({ every8d, mitake, twilio });
  for (const [name, { credentials }] of rows) {
    await writeFile(join(folder, `sms-${name}-credentials`), JSON.stringify(credentials));
    const config = sql.json({ timeoutMs: 1_000, breaker: { failuresToOpen: 3, openForMs: 1_000 } });
    await sql`INSERT INTO provider_configs (provider, config, priority, rate_limit) VALUES (${name}, ${config}, 50, 1000)`;
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  every8d.setCallbackUrl(`${url}/api/v1/webhooks/sms/every8d/${every8d.credentials.callback_token}`);
  const gateway = await startGatewayProcess({
    port,
    env: { DATABASE_URL: database.url, SECRETS_DIR: folder, DATA_DIR: join(folder, "data"), LOG_LEVEL: "DEBUG" },
  });
  return {
    ...{ sql, every8d, mitake, twilio, gateway },
    close: async () => {
      await gateway.terminate();
      await Promise.all([every8d.close(), mitake.close(), twilio.close(), sql.end()]);
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every kind of failure, with answers that repeat what they were told. */
function misbehave(faults: Faults, operations: readonly string[]): void {
  for (const operation of operations) {
    faults.add({ operation, kind: "reply", status: 502, body: ECHO });
    faults.add({ operation, kind: "reply", body: `-101, ${ECHO}`, skip: 1 });
    faults.add({
      operation,
      kind: "reply",
      status: 401,
      body: JSON.stringify({ code: 20003, message: ECHO }),
      skip: 2,
    });
    faults.add({ operation, kind: "drop_after", skip: 3 });
  }
}

/** Answers of refused calls: what a caller is told of a mistake. */
async function refusals(gateway: GatewayProcess, token: string): Promise<string[]> {
  const ask = async (path: string, body?: unknown) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return response.text();
  };
  const call = { idempotencyKey: "canary-refused-1", to: "0212345671", text: TEXT };
  const link = { ...call, to: NUMBERS[0], text: `${TEXT} https://canary.example.tw/482913` };
  const template = { idempotencyKey: "canary-refused-2", to: NUMBERS[1], values: { message: `${TEXT}\n` } };
  return [
    await ask("/api/v1/sms/messages", call),
    await ask("/api/v1/sms/messages", link),
    await ask("/api/v1/sms/messages", { ...link, text: `${TEXT}\u0006` }),
    await ask("/api/v1/sms/templates/system_alert/send", template),
    await ask(`/api/v1/sms/messages?to=${NUMBERS[2]}&limit=x`),
    await ask(`/api/v1/sms/messages?to=${NUMBERS[2]}9`),
    await ask(`/trpc/sms.listMessages?input=${encodeURIComponent(JSON.stringify({ to: `${NUMBERS[2]}x` }))}`),
    await ask(`/trpc/sms.sendMessage`, { ...call, to: 912345671 }),
    await ask("/api/v1/sms/suppressions", { to: NUMBERS[3], reason: TEXT, lift: "x" }),
  ];
}

describeWith(["postgres"], "a whole gateway with debug log and failing providers", () => {
  test("no number, text, code or credential in any log line, metric, error or logged address", async () => {
    const world = await startWorld();
    const { gateway, every8d, mitake, twilio, sql } = world;
    misbehave(every8d.faults, ["SendSMS", "SendParam", "SendSMS4FilterMessage", "GetDeliveryStatus", "getCredit"]);
    misbehave(mitake.faults, ["SmSend", "SmBulkSend", "SmQuery"]);
    misbehave(twilio.faults, ["create", "list", "fetch"]);
    const token = await mintToken(
      new Secret(testSigningKey),
      { subject: "boss", role: "super_admin", validForSeconds: 600 },
      new Date(),
    );
    const client = await gateway.client("boss", "super_admin");
    const sends = (["every8d", "mitake", "twilio"] as const).flatMap((provider) =>
      NUMBERS.map((to, index) => ({
        idempotencyKey: `canary-${provider}-${index}`,
        ...{ to, provider, text: index === 0 ? CODE : `${TEXT} ${provider} ${index}` },
        messageType: index === 0 ? ("otp" as const) : ("general" as const),
      })),
    );
    const told = await client.sms.sendMessages.mutate({ messages: sends });
    expect(told.accepted).toBe(sends.length);
    const errors = await refusals(gateway, token);
    for (const secret of [every8d.credentials.callback_token, "wrong-canary-token-0123456789"]) {
      await fetch(`${gateway.url}/api/v1/webhooks/sms/every8d/${secret}?BatchID=x&RM=%2B886912345671&STATUS=${TEXT}`);
      await fetch(`${gateway.url}/api/v1/webhooks/sms/mitake/${secret}?msgid=1&dstaddr=0912345671&statusstr=x`);
    }
    await fetch(`${gateway.url}/api/v1/webhooks/sms/twilio?attempt=x`, {
      method: "POST",
      headers: { "x-twilio-signature": "x", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
      body: new URLSearchParams({ To: "+886912345671", Body: TEXT }),
    });
    await waitFor(
      "every message to have been tried, and unknown ones to be asked about",
      async () => {
        await sql`UPDATE sms_attempts SET resolve_at = now() WHERE state = 'unknown'`;
        await sql`UPDATE sms_attempts SET poll_at = now() WHERE poll_at IS NOT NULL`;
        const [row] = await sql`
        SELECT (SELECT count(*)::int FROM sms_messages WHERE attempts_count = 0) AS untried,
          (SELECT count(*)::int FROM sms_attempts WHERE state = 'dispatching'
            OR (state = 'unknown' AND resolve_count = 0)) AS unasked`;
        const hasSpoken = SPOKEN_OF.every((line) => gateway.output().includes(line));
        return hasSpoken && row?.untried === 0 && row.unasked === 0;
      },
      60_000,
    );
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const health = await (await fetch(`${gateway.url}/api/v1/health/`)).text();
    await world.close();

    const everything = [gateway.output(), gateway.errors(), metrics, health, ...errors].join("\n");
    expect(metrics).toContain("sms_messages_sent_total");
    for (const error of errors) expect(error).toContain('"code"');
    const credentials = [every8d, mitake, twilio].flatMap(({ credentials }) => [
      ...Object.values(credentials).filter((value) => !value.startsWith("http") && value !== "simulated"),
      Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64"),
    ]);
    const hidden = [
      ...["12345671", "12345672", "12345673", "12345674", "12345675", "12345676", "canary-text", "482913", "771904"],
      ...["金絲雀", encodeURIComponent("金絲雀"), "canary-password", "canary.example.tw", "wrong-canary-token"],
      ...[token, testSigningKey, ...credentials],
    ];
    expect(credentials.length).toBeGreaterThan(9);
    const found = hidden.filter((secret) => everything.includes(secret));
    expect(found.map((secret) => everything.split("\n").find((line) => line.includes(secret)))).toEqual([]);
  });
});
