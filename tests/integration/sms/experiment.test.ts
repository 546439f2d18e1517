import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import type { Caller } from "../../../src/platform/rpc.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf, type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

const manager: Caller = { subject: "boss", role: "manager" };
const VALUES = { order_id: "LG1", delivery_time: "14:00" };

describeWith(["postgres"], "an experiment", () => {
  test("credits what was sent to the variant that was sent, by provider, and names no winner before the plan is full", async () => {
    house = await openHouse();
    const { gateway, every8d } = house;
    const context = contextOf(gateway.platform, manager);
    const send = (index: number, variant?: string) =>
      gateway.sms.handlers.sendTemplate(
        {
          idempotencyKey: `experiment-${index}`,
          to: `09${String(50_000_000 + index)}`,
          code: "order_confirmation",
          values: VALUES,
          ...(variant && { variant }),
        },
        context,
      );
    every8d.setFate("+886950000000", "101");
    every8d.block("+886950000001");
    for (let index = 0; index < 40; index += 1) await send(index);
    await send(99, "A");
    await waitFor("all ends", async () => {
      const rows = await gateway.platform.database.hot`
        SELECT 1 FROM sms_messages WHERE status NOT IN ('delivered', 'undelivered', 'rejected')`;
      return rows.length === 0;
    });
    const found = await gateway.sms.handlers.getExperiment({ code: "order_confirmation" }, context);
    expect(found).toMatchObject({ experiment: "order_confirmation#1", state: "running", winner: null });
    const sum = (read: (one: (typeof found.variants)[number]) => number) =>
      found.variants.reduce((total, one) => total + read(one), 0);
    expect(sum(({ assigned }) => assigned)).toBe(40);
    expect(sum(({ sent }) => sent)).toBe(39);
    expect(sum(({ delivered }) => delivered)).toBe(38);
    expect(sum(({ failed }) => failed)).toBe(1);
    expect(found.variants.every(({ assigned }) => assigned > 5)).toBe(true);
    expect(found.variants[0]?.providers).toMatchObject([{ provider: "every8d" }]);
  });

  test("is judged on its first planned messages only: later ones change nothing", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    const context = contextOf(gateway.platform, manager);
    const fill = (variant: string, from: number, count: number, status: string) =>
      gateway.platform.database.hot`
        INSERT INTO sms_messages (id, caller_subject, idempotency_key, request_hash, recipient, message_type, lane, queue, encoding,
          units, segments, status, status_rank, status_at, attempts_count, provider, template_code, variant, experiment, expires_at, created_at)
        SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'x', ${variant} || n, 'h', '+886912345678',
          'order_confirmation', 1, '', 'UCS-2', 1, 1, ${status}, 90, now(), 1, 'every8d', 'order_confirmation', ${variant},
          'order_confirmation#1', now(), now()
        FROM generate_series(${from}::int, ${from + count - 1}::int) n`;
    const planned = 1_863;
    await fill("A", 0, planned, "delivered");
    await fill("B", 100_000, planned - 200, "delivered");
    await fill("B", 200_000, 200, "undelivered");
    const first = await gateway.sms.handlers.getExperiment({ code: "order_confirmation" }, context);
    expect(first).toMatchObject({ state: "winner", winner: "A", sampleRatio: { p: 1 } });
    await fill("A", 300_000, 2_000, "undelivered");
    await fill("B", 400_000, 2_000, "delivered");
    const second = await gateway.sms.handlers.getExperiment({ code: "order_confirmation" }, context);
    expect(second).toMatchObject({ state: "winner", winner: "A", comparisons: first.comparisons });
  });
});
