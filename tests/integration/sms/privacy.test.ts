import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf, every8dCallback, type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

describeWith(["postgres"], "what nobody must read", () => {
  test("numbers, texts, codes and credentials are in no log line and no metric", async () => {
    house = await openHouse();
    const { gateway, every8d } = house;
    every8d.block("+886955555555");
    every8d.faults.add({ operation: "SendSMS", kind: "drop_after" });
    every8d.faults.add({ operation: "SendSMS", kind: "reply", body: "-101, canary 0912345678" });
    const text = "canary-text 482913";
    const ids: string[] = [];
    for (const to of ["0912345678", "0912345679", "0955555555"]) {
      ids.push((await gateway.send({ to, text, messageType: "otp" })).id);
    }
    for (const id of ids) await gateway.until(id, "delivered", "rejected", "deferred", "unknown", "submitted");
    await gateway.sms.receipts.every8d?.(
      every8dCallback("canary-token", { BatchID: "x", RM: "+886912345678", STATUS: "100" }),
    );
    await gateway.send({ to: "0212345678", text }).catch((error: unknown) => {
      expect(String(error)).not.toContain("0212345678");
    });
    const metrics = await gateway.platform.registry.metrics();
    expect(metrics).toContain("sms_messages_sent_total");
    const everything = [...gateway.platform.logLines, metrics].join("\n");
    const { username, password, callback_token: token } = every8d.credentials;
    expect(username).not.toBe("");
    for (const secret of [
      "912345678",
      "912345679",
      "955555555",
      "canary-text",
      "482913",
      "canary-token",
      password,
      token,
    ]) {
      expect(everything).not.toContain(secret);
    }
  });

  test("nor does any of it leave by the other providers, a bulk call with its credentials in the address, a template or a link", async () => {
    house = await openHouse({
      apiOnly: true,
      configuration: { isActive: false },
      others: [
        { provider: "mitake", priority: 2, rateLimit: 1_000 },
        { provider: "twilio", priority: 1, rateLimit: 1_000 },
      ],
    });
    const { gateway, mitake, twilio } = house;
    mitake.faults.add({ operation: "SmBulkSend", kind: "drop_after" });
    twilio.faults.add({ operation: "create", kind: "reply", status: 502, body: "canary 0912345671 482913" });
    const text = "canary-text 482913";
    const ids: string[] = [];
    for (const to of ["0912345671", "0912345672"]) ids.push((await gateway.send({ to, text })).id);
    ids.push((await gateway.send({ to: "0912345673", text, provider: "twilio" })).id);
    const refusals = await Promise.all([
      gateway.send({ to: "0912345674", text: "canary-text https://canary.example.tw/482913" }).catch(String),
      gateway.sms.handlers
        .sendTemplate(
          {
            idempotencyKey: "canary-key",
            to: "0912345675",
            code: "system_alert",
            values: { message: "canary-text\n482913" },
          },
          contextOf(gateway.platform, { subject: "boss", role: "manager" }),
        )
        .catch(String),
    ]);
    const worker = await house.start({ apiOnly: false });
    for (const id of ids) await worker.until(id, "delivered", "submitted", "unknown");
    await waitFor("a question about an unknown outcome", () =>
      worker.platform.logLines.some((line) => line.includes("An unknown outcome was asked about")),
    );
    const metrics = await worker.platform.registry.metrics();
    expect(metrics).toContain('operation="send_many"');
    const lines = [...gateway.platform.logLines, ...worker.platform.logLines];
    const everything = [...lines, metrics, JSON.stringify(refusals)].join("\n");
    const secrets = [mitake, twilio].flatMap(({ credentials }) => Object.values(credentials));
    const hidden = secrets.filter((value) => !value.startsWith("http") && value !== "simulated" && value.length > 12);
    expect(hidden.length).toBeGreaterThan(2);
    for (const secret of [...hidden, "9123456", "canary-text", "482913", "canary.example.tw"]) {
      expect(everything).not.toContain(secret);
    }
  });

  test("a one-time code is forgotten once the provider has it, and is never shown", async () => {
    house = await openHouse();
    const { gateway } = house;
    const code = await gateway.send({ text: "code 482913", messageType: "otp" });
    const other = await gateway.send({ text: "no secret" });
    const delivered = await gateway.until(code.id, "delivered");
    expect(delivered.text).toBeNull();
    expect((await gateway.until(other.id, "delivered")).text).toBe("no secret");
    const rows = await gateway.platform.database.hot`SELECT text FROM sms_messages WHERE message_type = 'otp'`;
    expect(rows).toMatchObject([{ text: null }]);
  });

  test("late messages are dropped instead of sent, and an overdue code is forgotten", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway, every8d } = house;
    const code = await gateway.send({ messageType: "otp", validForSeconds: 60 });
    await gateway.platform.database.hot`UPDATE sms_messages SET expires_at = now() - interval '1 second'`;
    const worker = await house.start({ apiOnly: false });
    const message = await worker.until(code.id, "expired");
    expect(message).toMatchObject({ statusReason: "not sent in time", attempts: [] });
    const [row] = await gateway.platform.database.hot`SELECT text FROM sms_messages`;
    expect(row?.text).toBeNull();
    expect(every8d.records().size).toBe(0);
  });

  test("metrics carry the guide's names, and counters of provider_configs follow", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    await gateway.platform.database.hot.unsafe(
      "INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active) VALUES ('every8d','{}',100,100,true)",
    );
    const worker = await house.start({ apiOnly: false });
    await worker.until((await worker.send({ messageType: "payment_reminder" })).id, "submitted", "delivered");
    await worker.sms.health();
    const text = await worker.platform.registry.metrics();
    expect(text).toContain(
      'sms_messages_sent_total{provider="every8d",status="success",message_type="payment_reminder"} 1',
    );
    for (const name of ["sms_provider_latency_seconds_bucket", "sms_provider_health", "sms_rate_limit_remaining"]) {
      expect(text).toContain(`${name}{`);
    }
    await worker.stop();
    await waitFor("the counter", async () => {
      const [row] = await gateway.platform.database.hot`SELECT total_sent::int AS sent FROM provider_configs`;
      return row?.sent === 1;
    });
  });
});
