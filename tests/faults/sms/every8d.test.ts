import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  contextOf,
  doubledNumbers,
  type Gateway,
  type House,
  type HouseOptions,
  openHouse,
} from "../../integration/sms/harness.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

async function open(options: HouseOptions = {}): Promise<House> {
  house = await openHouse(options);
  return house;
}

const MOBILE = "+886912345678";
const quick = { config: { timeoutMs: 1_000 } };

/** Asks about unknown attempts now instead of after their pause. */
async function askNow(gateway: Gateway): Promise<void> {
  await gateway.platform.database.hot`UPDATE sms_attempts SET resolve_at = now() WHERE state = 'unknown'`;
  gateway.platform.jobs.wake("sms-resolve");
}

async function askedTimes(gateway: Gateway, times: number): Promise<void> {
  await waitFor(`${times} questions`, async () => {
    const [row] = await gateway.platform.database.hot`SELECT max(resolve_count)::int AS count FROM sms_attempts`;
    return (row?.count ?? 0) >= times;
  });
}

describeWith(["postgres"], "Every8d misbehaves", () => {
  test("cut before acting: unknown, asked about, never repeated by itself", async () => {
    const { gateway, every8d } = await open();
    every8d.faults.add({ operation: "SendSMS", kind: "drop_before" });
    const { id } = await gateway.send({ to: MOBILE });
    await gateway.until(id, "unknown");
    await askNow(gateway);
    await askedTimes(gateway, 1);
    await askNow(gateway);
    await askedTimes(gateway, 2);
    const message = await gateway.get(id);
    expect(message).toMatchObject({
      status: "unknown",
      attempts: [{ state: "unknown", outcomeClass: "ambiguous", outcomeReason: "no answer (reset)" }],
    });
    expect(message.remedy).toContain("settleUnknown");
    expect(every8d.copiesTo(MOBILE)).toEqual([]);
  });

  test("cut after acting, receipt lost: found by the duplicate filter, one copy", async () => {
    const { gateway, every8d } = await open({ deaf: true });
    every8d.faults.add({ operation: "SendSMS", kind: "drop_after" });
    const { id } = await gateway.send({ to: MOBILE });
    await gateway.until(id, "unknown");
    await askNow(gateway);
    const message = await gateway.until(id, "submitted");
    const [copy, ...more] = every8d.copiesTo(MOBILE);
    expect(more).toEqual([]);
    expect(message.attempts).toMatchObject([{ state: "accepted", providerMessageId: copy?.batchId }]);
  });

  test("cut after acting: the receipt's subject proves acceptance", async () => {
    const { gateway, every8d } = await open();
    every8d.faults.add({ operation: "SendSMS4FilterMessage", kind: "reply", body: "-99, ?", times: 100 });
    every8d.faults.add({ operation: "SendSMS", kind: "drop_after" });
    const { id } = await gateway.send({ to: MOBILE });
    const message = await gateway.until(id, "delivered");
    expect(message.attempts).toMatchObject([{ state: "accepted" }]);
    expect(every8d.copiesTo(MOBILE)).toHaveLength(1);
  });

  test("an earlier equal message is no proof for a later one", async () => {
    const { gateway, every8d } = await open({ deaf: true });
    const text = "the same text";
    const first = await gateway.send({ to: MOBILE, text });
    await gateway.until(first.id, "submitted");
    every8d.faults.add({ operation: "SendSMS", kind: "drop_before" });
    const second = await gateway.send({ to: MOBILE, text });
    await gateway.until(second.id, "unknown");
    await askNow(gateway);
    await askedTimes(gateway, 1);
    expect((await gateway.get(second.id)).status).toBe("unknown");
  });

  test("answers later than the timeout: unknown, then settled by the receipt, one copy", async () => {
    const { gateway, every8d } = await open({ configuration: quick, every8d: { deliverAfterMs: 1_500 } });
    every8d.faults.add({ operation: "SendSMS", kind: "delay", delayMs: 2_500 });
    const { id } = await gateway.send({ to: MOBILE });
    const unknown = await gateway.until(id, "unknown");
    expect(unknown.attempts[0]?.outcomeReason).toBe("no answer (timeout)");
    await gateway.until(id, "delivered");
    expect(every8d.copiesTo(MOBILE)).toHaveLength(1);
  });

  const replies: [string, { status?: number; body: string }][] = [
    ["502", { status: 502, body: "bad gateway" }],
    ["200 and HTML", { body: "<html>maintenance</html>" }],
    ["200 and nothing", { body: "" }],
    ["an unlisted code", { body: "-4711, ?" }],
    ["-99", { body: "-99, 主機端發生不明錯誤，請與廠商窗口聯繫。" }],
    ["a batch id that is none", { body: "87.00,1,1,0,none" }],
    ["sent nothing and no reason", { body: "87.00,0,0,0,00000000-0000-0000-0000-000000000000" }],
    ["a redirect", { status: 302, body: "" }],
  ];
  test("unreadable and unlisted replies are unknown, never success nor failure", async () => {
    const { gateway, every8d } = await open({
      deaf: true,
      configuration: { config: { breaker: { failuresToOpen: 100 } } },
    });
    for (const [what, reply] of replies) {
      every8d.faults.add({ operation: "SendSMS", kind: "reply", ...reply });
      const { id } = await gateway.send();
      const message = await gateway.until(id, "unknown");
      expect([what, message.attempts.length]).toEqual([what, 1]);
    }
    expect(every8d.records().size).toBe(0);
  });

  test("a wrong number is rejected at once and says nothing about the provider", async () => {
    const { gateway, every8d } = await open();
    every8d.block(MOBILE);
    for (let count = 0; count < 6; count += 1) {
      const { id } = await gateway.send({ to: MOBILE });
      const message = await gateway.until(id, "rejected");
      expect(message).toMatchObject({
        attempts: [{ state: "rejected", outcomeClass: "recipient", providerCode: "-3" }],
      });
    }
    expect((await gateway.sms.health()).sms_every8d?.circuit_breaker).toBe("closed");
  });

  test("not reachable: not sent, tried again, then the breaker opens with the guide's words", async () => {
    const { gateway, every8d } = await open({ deaf: true });
    await every8d.close();
    const { id } = await gateway.send({ to: MOBILE });
    for (let count = 1; count <= 5; count += 1) {
      await waitFor(`attempt ${count}`, async () => (await gateway.get(id)).attempts.length >= count);
      await gateway.platform.database.hot`UPDATE sms_messages SET due_at = now() WHERE status = 'deferred'`;
      gateway.platform.jobs.wake("sms-dispatch");
    }
    await waitFor("the breaker", async () => (await gateway.sms.health()).sms_every8d?.circuit_breaker === "open");
    const message = await gateway.get(id);
    expect(message.attempts).toHaveLength(5);
    for (const attempt of message.attempts)
      expect(attempt).toMatchObject({ state: "not_sent", outcomeClass: "not_sent" });
    const opened = gateway.platform.logLines.filter((line) =>
      line.includes("Circuit breaker opened for SMS provider every8d"),
    );
    expect(opened).toHaveLength(1);
    expect((await gateway.sms.health()).sms_every8d).toMatchObject({ status: "unhealthy" });
  });

  test("wrong credentials: the account's fault; the message waits and goes out when they are right", async () => {
    const { gateway, every8d } = await open();
    every8d.faults.add({ operation: "SendSMS", kind: "reply", body: "-101, 密碼錯誤" });
    const { id } = await gateway.send({ to: MOBILE });
    const waiting = await gateway.until(id, "deferred");
    expect(waiting.attempts).toMatchObject([{ state: "not_sent", outcomeClass: "account", providerCode: "-101" }]);
    expect(waiting.nextAttemptAt).not.toBeNull();
    await gateway.platform.database.hot`UPDATE sms_messages SET due_at = now()`;
    await gateway.until(id, "delivered");
    expect(every8d.copiesTo(MOBILE)).toHaveLength(1);
  });

  test("asked to slow down: nothing is sent for a while, and the breaker stays closed", async () => {
    const { gateway, every8d } = await open({ deaf: true });
    every8d.faults.add({ operation: "SendSMS", kind: "reply", status: 429, body: "" });
    const first = await gateway.send({ to: MOBILE });
    const waiting = await gateway.until(first.id, "deferred");
    expect(waiting.attempts).toMatchObject([{ state: "not_sent", outcomeClass: "throttle" }]);
    const { hot } = gateway.platform.database;
    await waitFor("the pause", async () => {
      const rows = await hot`SELECT 1 FROM sms_provider_states WHERE paused_until > now()`;
      return rows.length === 1;
    });
    const second = await gateway.send({ to: "0987654321" });
    for (let round = 0; round < 5; round += 1) {
      gateway.platform.jobs.wake("sms-dispatch");
      await gateway.sms.health();
    }
    expect((await gateway.get(second.id)).status).toBe("queued");
    expect((await gateway.sms.health()).sms_every8d?.circuit_breaker).toBe("closed");
    await hot`UPDATE sms_provider_states SET paused_until = now()`;
    await gateway.until(second.id, "submitted");
  });

  const openForMs = 600_000;
  /** As if so much time had passed since it opened. */
  const letPass = ({ gateway }: House, ms: number) =>
    gateway.platform.database.hot`
      UPDATE circuit_breakers SET opened_at = opened_at - ${ms}::int * interval '1 millisecond' WHERE name = 'sms-every8d'`;
  async function openBreaker(): Promise<House> {
    const breaker = { failuresToOpen: 2, openForMs, probeTimeoutMs: 5_000 };
    const opened = await open({ deaf: true, configuration: { config: { breaker } } });
    opened.every8d.faults.add({ operation: "SendSMS", kind: "reply", status: 502, times: 2 });
    for (let count = 0; count < 2; count += 1) {
      await opened.gateway.until((await opened.gateway.send()).id, "unknown");
    }
    await waitFor("the breaker to open", async () => (await breakerOf(opened)) === "open");
    return opened;
  }
  const breakerOf = async ({ gateway }: House) => (await gateway.sms.health()).sms_every8d?.circuit_breaker;

  test("a half-open breaker lets one probe through, and its success closes it", async () => {
    const opened = await openBreaker();
    const { gateway } = opened;
    const waiting = await Promise.all(Array.from({ length: 5 }, () => gateway.send()));
    expect(await breakerOf(opened)).toBe("open");
    for (const { id } of waiting) expect((await gateway.get(id)).status).toBe("queued");
    await letPass(opened, openForMs);
    for (const { id } of waiting) await gateway.until(id, "submitted");
    await waitFor("it to close", async () => (await breakerOf(opened)) === "closed");
  });

  test("half-open without traffic it stays half-open, however long; the next message is its probe", async () => {
    const opened = await openBreaker();
    const { gateway, every8d } = opened;
    for (const ms of [openForMs, 5_000, 30_000, 3_600_000]) {
      await letPass(opened, ms);
      for (let round = 0; round < 3; round += 1) {
        gateway.platform.jobs.wake("sms-dispatch");
        expect(await breakerOf(opened)).toBe("half_open");
      }
    }
    every8d.faults.add({ operation: "SendSMS", kind: "reply", status: 502 });
    await gateway.until((await gateway.send()).id, "unknown");
    await waitFor("its failed probe to open it again", async () => (await breakerOf(opened)) === "open");
  });

  test("the policy for a type may prefer a second copy to a loss", async () => {
    const { gateway, every8d } = await open({ deaf: true, configuration: { config: { resendUnknown: ["otp"] } } });
    every8d.faults.add({ operation: "SendSMS", kind: "drop_before", times: 2 });
    const code = await gateway.send({ to: MOBILE, messageType: "otp" });
    const reminder = await gateway.send({ to: "0987654321", messageType: "payment_reminder" });
    await gateway.until(code.id, "unknown");
    await gateway.until(reminder.id, "unknown");
    await askNow(gateway);
    await askedTimes(gateway, 1);
    await askNow(gateway);
    const sent = await gateway.until(code.id, "submitted");
    expect(sent.attempts.map(({ state }) => state)).toEqual(["unknown", "accepted"]);
    expect((await gateway.get(reminder.id)).status).toBe("unknown");
  });

  test("a person settles what nobody could find out", async () => {
    const { gateway, every8d } = await open({ deaf: true });
    const context = contextOf(gateway.platform, { subject: "boss", role: "manager" });
    const unknown = async () => {
      every8d.faults.add({ operation: "SendSMS", kind: "drop_before" });
      const { id } = await gateway.send();
      await gateway.until(id, "unknown");
      return id;
    };
    const settle = gateway.sms.handlers.settleUnknown;
    const note = "seen in the provider's console";
    const sent = await unknown();
    expect((await settle({ id: sent, outcome: "was_sent", resend: false, note }, context)).status).toBe("sent");
    const lost = await unknown();
    expect((await settle({ id: lost, outcome: "was_not_sent", resend: false, note }, context)).status).toBe("rejected");
    const again = await unknown();
    await settle({ id: again, outcome: "was_not_sent", resend: true, note }, context);
    const message = await gateway.until(again, "submitted");
    expect(message.attempts.map(({ state }) => state)).toEqual(["not_sent", "accepted"]);
    await expect(settle({ id: sent, outcome: "was_sent", resend: false, note }, context)).rejects.toMatchObject({
      code: "state_not_allowed",
    });
    const [row] = await gateway.platform.database.hot`
      SELECT settled_by, settle_note FROM sms_attempts WHERE message_id = ${sent}`;
    expect(row).toMatchObject({ settled_by: "boss", settle_note: note });
  });

  test("two hundred messages through lost replies, resets, late answers and 502s: never two copies, none lost", async () => {
    const { gateway, gateways, every8d } = await open({
      processes: 2,
      configuration: { config: { timeoutMs: 1_000, breaker: { failuresToOpen: 100 }, bulkItemsMax: 1 } },
    });
    const faults = ["drop_before", "drop_after", "delay", "reply"] as const;
    for (let index = 0; index < 60; index += 1) {
      const kind = faults[index % faults.length] ?? "delay";
      every8d.faults.add({ operation: "SendSMS", kind, skip: index * 2, delayMs: 1_200, status: 502, body: "?" });
    }
    every8d.faults.add({ operation: "callback", kind: "drop_before", times: 10, skip: 20 });
    const sends = Array.from({ length: 100 }, (_, index) =>
      gateways.map((one, number) => one.send({ to: `09${number}${String(1_000_000 + index)}` })),
    );
    for (const { id } of await Promise.all(sends.flat())) {
      await gateway.until(id, "delivered", "submitted", "sent", "unknown");
    }
    expect(doubledNumbers(every8d)).toEqual([]);
    const rows = await gateway.platform.database.hot`SELECT status FROM sms_messages`;
    expect(rows).toHaveLength(200);
    const copies = every8d.records().size;
    const known = rows.filter(({ status }) => status !== "unknown").length;
    // Whatever is not unknown has its copy; an unknown one may or may not.
    expect(known).toBeLessThanOrEqual(copies);
  });
});
