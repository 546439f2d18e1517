import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { doubledNumbers, type House, type HouseOptions, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

async function open(options: HouseOptions): Promise<House> {
  house = await openHouse(options);
  return house;
}

const mobile = (index: number) => `09${String(20_000_000 + index)}`;

/** The largest number of sends in any window, by the times at which the provider accepted them. */
function busiestWindow(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  for (const [first, start] of sorted.entries()) {
    let end = first;
    while (end < sorted.length && (sorted[end] ?? 0) - start < windowMs) end += 1;
    most = Math.max(most, end - first);
  }
  return most;
}

const acceptedTimes = ({ every8d }: House) =>
  [...every8d.records().values()].flatMap((copies) => copies.map(({ acceptedAt }) => acceptedAt.getTime()));

describeWith(["postgres"], "several processes on one database", () => {
  test("three processes send three hundred messages once each", async () => {
    const { gateways, gateway, every8d } = await open({ processes: 3 });
    const sends = Array.from({ length: 300 }, (_, index) => gateways[index % 3]?.send({ to: mobile(index) }));
    for (const answer of await Promise.all(sends)) await gateway.until(answer?.id ?? "", "delivered");
    expect(every8d.records().size).toBe(300);
    expect(doubledNumbers(every8d)).toEqual([]);
    const owners = await gateway.platform.database.hot`
      SELECT count(*)::int AS attempts, count(DISTINCT message_id)::int AS messages FROM sms_attempts`;
    expect(owners[0]).toMatchObject({ attempts: 300, messages: 300 });
  });

  test("the limit holds in any window over all processes, and is used", async () => {
    const rateWindowMs = 2_000;
    const limit = 20;
    const opened = await open({ processes: 3, sms: { rateWindowMs }, configuration: { rateLimit: limit } });
    const sends = Array.from({ length: 70 }, (_, index) => opened.gateways[index % 3]?.send({ to: mobile(index) }));
    await Promise.all(sends);
    await waitFor("all copies", () => opened.every8d.records().size === 70);
    const times = acceptedTimes(opened);
    expect(times).toHaveLength(70);
    expect(busiestWindow(times, rateWindowMs)).toBeLessThanOrEqual(limit);
    // Four windows are needed; the control: with a window half as long the limit would have been broken.
    expect(busiestWindow(times, rateWindowMs * 2)).toBeGreaterThan(limit);
    const health = await opened.gateway.sms.health();
    expect(health.sms_every8d?.rate_limit_remaining).toBeLessThanOrEqual(limit);
  });

  test("limit 100, three processes, 350 queued: never above it in any window of 100 ms steps, and at least 95 % used", async () => {
    // `SMS_LIMITS=full`: the real minute. Else the same in a sixth of the time.
    const rateWindowMs = process.env.SMS_LIMITS === "full" ? 60_000 : 10_000;
    const limit = 100;
    const opened = await open({
      deaf: true,
      apiOnly: true,
      sms: { rateWindowMs },
      configuration: { rateLimit: limit },
    });
    await Promise.all(Array.from({ length: 350 }, (_, index) => opened.gateway.send({ to: mobile(index) })));
    for (let count = 0; count < 3; count += 1) await opened.start({ apiOnly: false });
    await waitFor("all copies", () => opened.every8d.records().size === 350, rateWindowMs * 4 + 30_000);
    const times = acceptedTimes(opened).sort((a, b) => a - b);
    const [first = 0] = times;
    const within = (from: number, until: number) => times.filter((time) => time >= from && time < until).length;
    const steps = Array.from({ length: Math.ceil((rateWindowMs * 4) / 100) }, (_, step) => first + step * 100);
    expect(Math.max(...steps.map((from) => within(from, from + rateWindowMs)))).toBeLessThanOrEqual(limit);
    expect(within(first, first + 3 * rateWindowMs) / (3 * limit)).toBeGreaterThanOrEqual(0.95);
  }, 300_000);

  test("a one-time code behind fifty thousand promotions is the next to leave while a slot is free", async () => {
    const opened = await open({ deaf: true, apiOnly: true, configuration: { rateLimit: 100 } });
    const { gateway, every8d } = opened;
    await gateway.platform.database.hot`
      INSERT INTO sms_messages (id, caller_subject, idempotency_key, request_hash, recipient, text, message_type, lane, queue,
        encoding, units, segments, status, status_rank, status_at, expires_at, created_at)
      SELECT gen_random_uuid(), 'shop', 'promotion-' || n, 'h', '+8869' || lpad(n::text, 8, '0'), 'sale', 'promotional', 2, '',
        'GSM-7', 4, 1, 'queued', 0, now(), now() + interval '1 day', now() FROM generate_series(1, 50000) n`;
    const worker = await opened.start({ apiOnly: false });
    await waitFor("the promotions that may go", () => every8d.records().size === 80);
    const code = await gateway.send({ to: "0987654321", messageType: "otp" });
    const { createdAt } = await worker.until(code.id, "submitted");
    const [copy, ...more] = every8d.copiesTo("+886987654321");
    expect(more).toEqual([]);
    expect(every8d.records().size).toBe(81);
    const leftMs = (copy?.acceptedAt.getTime() ?? Number.NaN) - Date.parse(createdAt);
    process.stdout.write(`the code left ${leftMs} ms after it was taken\n`);
  });

  test("a slot is given back when the provider certainly never saw the message", async () => {
    const { gateway, every8d } = await open({ deaf: true, configuration: { rateLimit: 10 } });
    await every8d.close();
    const { id } = await gateway.send();
    await waitFor("an attempt that was not sent", async () => {
      const { attempts } = await gateway.get(id);
      return attempts.some(({ state }) => state === "not_sent");
    });
    await gateway.platform.jobs.stop();
    expect((await gateway.sms.health()).sms_every8d?.rate_limit_remaining).toBe(10);
  });

  test("one-time codes overtake promotions, which leave a reserve free", async () => {
    const opened = await open({ deaf: true, apiOnly: true, configuration: { rateLimit: 10 } });
    const { gateway, every8d } = opened;
    const promotions = Array.from({ length: 30 }, (_, index) =>
      gateway.send({ to: mobile(index), messageType: "promotional" }),
    );
    await Promise.all(promotions);
    const worker = await opened.start({ apiOnly: false });
    await waitFor("the promotions that may go", () => every8d.records().size === 8);
    const code = await gateway.send({ to: mobile(99), messageType: "otp" });
    await worker.until(code.id, "submitted");
    await gateway.send({ to: mobile(98), messageType: "general" });
    await waitFor("the reserve to be used", () => every8d.records().size === 10);
    expect((await gateway.sms.health()).sms_every8d?.rate_limit_remaining).toBe(0);
  });

  test("calls in flight are limited over all processes", async () => {
    const { gateways, every8d } = await open({
      processes: 2,
      configuration: { config: { inFlightMax: 3, bulkItemsMax: 1 } },
    });
    every8d.faults.add({ operation: "SendSMS", kind: "delay", delayMs: 30, times: 1_000 });
    await Promise.all(Array.from({ length: 30 }, (_, index) => gateways[index % 2]?.send({ to: mobile(index) })));
    const seen: number[] = [];
    await waitFor("all copies", async () => {
      const [row] = await (gateways[0] ?? never()).platform.database.hot`
        SELECT count(*)::int AS count FROM sms_attempts WHERE state = 'dispatching'`;
      seen.push(row?.count ?? 0);
      return every8d.records().size === 30;
    });
    expect(Math.max(...seen)).toBeGreaterThan(0);
    expect(Math.max(...seen)).toBeLessThanOrEqual(3);
  });

  test("a daily limit counts what may have reached the provider", async () => {
    const { gateway, every8d } = await open({ configuration: { dailyLimit: 2 } });
    for (let index = 0; index < 2; index += 1)
      await gateway.until((await gateway.send({ to: mobile(index) })).id, "delivered");
    const third = await gateway.send({ to: mobile(3) });
    await waitFor("some rounds of dispatch", async () => {
      gateway.platform.jobs.wake("sms-dispatch");
      const rows = await gateway.platform.database.hot`SELECT 1 FROM sms_messages WHERE status = 'queued'`;
      return rows.length === 1;
    });
    expect((await gateway.get(third.id)).attempts).toEqual([]);
    expect(every8d.records().size).toBe(2);
  });
});

function never(): never {
  throw new Error("no gateway");
}

describeWith(["postgres"], "a process dies", () => {
  test("between the commit of the attempt and the answer: unknown, then found; never two copies", async () => {
    const opened = await open({ deaf: true, apiOnly: true });
    const { gateway, every8d } = opened;
    const { id } = await gateway.send({ to: "0912345678" });
    const doomed = await opened.start({ apiOnly: false });
    every8d.faults.add({ operation: "SendSMS", kind: "delay", delayMs: 200 });
    await waitFor("the copy", () => every8d.copiesTo("+886912345678").length === 1);
    await doomed.kill();
    await gateway.platform.database.hot`UPDATE sms_attempts SET lease_until = now() - interval '1 second'`;
    const heir = await opened.start({ apiOnly: false });
    const message = await heir.until(id, "submitted");
    expect(message.attempts).toMatchObject([{ state: "accepted" }]);
    expect(every8d.copiesTo("+886912345678")).toHaveLength(1);
  });

  test("before the call: unknown with the reason, not sent again by itself", async () => {
    const opened = await open({ deaf: true, apiOnly: true });
    const { gateway, every8d } = opened;
    const { id } = await gateway.send({ to: "0912345678" });
    const [attempt] = await gateway.platform.database.hot`
      INSERT INTO sms_attempts (id, message_id, number, provider, state, selection_reason, started_at, lease_owner, lease_until, slot_until)
      VALUES (gen_random_uuid(), ${id}, 1, 'every8d', 'dispatching', 'test', now(), 'dead', now() - interval '1 second', now())
      RETURNING id`;
    await gateway.platform.database.hot`
      UPDATE sms_messages SET status = 'dispatching', status_rank = 10, last_attempt_id = ${attempt?.id}, attempts_count = 1`;
    const heir = await opened.start({ apiOnly: false });
    const message = await heir.until(id, "unknown");
    expect(message.statusReason).toBe("the process that was sending it ended");
    await waitFor("a question to the provider", async () => {
      const [row] = await gateway.platform.database.hot`SELECT resolve_count FROM sms_attempts`;
      return (row?.resolve_count ?? 0) > 0;
    });
    expect((await heir.get(id)).status).toBe("unknown");
    expect(every8d.records().size).toBe(0);
  });

  test("what was accepted by one process is sent by another", async () => {
    const opened = await open({ apiOnly: true });
    const { id } = await opened.gateway.send();
    const worker = await opened.start({ apiOnly: false });
    await worker.until(id, "delivered");
  });

  test("a process that stops waits for its calls, and their outcomes are recorded", async () => {
    const opened = await open({ deaf: true, apiOnly: true });
    const { gateway, every8d } = opened;
    const { id } = await gateway.send({ to: "0912345678" });
    const worker = await opened.start({ apiOnly: false });
    every8d.faults.add({ operation: "SendSMS", kind: "delay", delayMs: 500 });
    await waitFor("the copy", () => every8d.copiesTo("+886912345678").length === 1);
    await worker.stop();
    expect((await gateway.get(id)).status).toBe("submitted");
  });
});
