import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import type { SmsMessageEvent, TrackedEvent } from "@luckygas/gateway-client";
import type { Caller } from "../../../src/platform/rpc.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf, type Gateway, type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
let stopping = new AbortController();
afterEach(async () => {
  stopping.abort();
  stopping = new AbortController();
  await house?.close();
  house = undefined;
});

type Event = TrackedEvent<SmsMessageEvent>;
const manager: Caller = { subject: "boss", role: "manager" };

/** Follows in the background; the list grows. */
function watch(
  gateway: Gateway,
  input: { ids?: string[]; lastEventId?: string },
  by = manager,
  signal = stopping.signal,
): Event[] {
  const events: Event[] = [];
  const follow = async () => {
    for await (const event of gateway.sms.handlers.watchMessages(input, contextOf(gateway.platform, by), signal)) {
      events.push(event);
    }
  };
  follow().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return events;
}

const statusesOf = (events: Event[], id: string) =>
  events.filter(({ data }) => data.id === id).map(({ data }) => data.status);

describeWith(["postgres"], "watching messages", () => {
  test("what any process changes is told, in order, to its end", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    const worker = await house.start({ apiOnly: false });
    const events = watch(gateway, {});
    const first = await gateway.send();
    await worker.until(first.id, "delivered");
    await waitFor("the end to be told", () => statusesOf(events, first.id).includes("delivered"));
    expect(statusesOf(events, first.id).at(-1)).toBe("delivered");
    const numbers = events.map(({ id }) => Number(id.split(".")[0]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(events[0]?.data.to).toMatch(/^09\d\d\*\*\*\d{3}$/);
  });

  test("who was cut off goes on after the last event, and misses nothing of four hundred messages by two processes", async () => {
    house = await openHouse({ apiOnly: true, processes: 2 });
    const { gateway, gateways } = house;
    const cut = new AbortController();
    const before = watch(gateway, {}, manager, cut.signal);
    const ids: string[] = [];
    const sendSome = async (count: number) => {
      const sends = Array.from({ length: count }, (_, index) =>
        gateways[index % 2]?.send({ to: `09${60_000_000 + ids.length + index}` }),
      );
      ids.push(...(await Promise.all(sends)).map((answer) => answer?.id ?? ""));
    };
    await sendSome(50);
    await waitFor("some events", () => before.length > 0);
    cut.abort();
    const last = before.at(-1)?.id ?? "";
    await sendSome(350);
    const after = watch(gateways[1] ?? gateway, { lastEventId: last });
    await waitFor("all events", () => new Set([...before, ...after].map(({ data }) => data.id)).size === 400);
    const told = [...before, ...after].map(({ id }) => id);
    expect(new Set(told).size).toBe(told.length);
    expect(new Set([...before, ...after].map(({ data }) => data.id))).toEqual(new Set(ids));
  });

  test("an event of a transaction that commits late is not missed", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    const slow = await gateway.send();
    const quick = await gateway.send();
    const events = watch(gateway, {});
    await waitFor("the watch to have begun", async () => {
      await gateway.platform.database.hot`UPDATE sms_messages SET status_reason = 'probe',
        change_number = pg_current_xact_id()::text::bigint WHERE id = ${quick.id}`;
      return events.length > 0;
    });
    const seen = events.length;
    await gateway.platform.database.db.transaction(async (tx) => {
      const change = (id: string) =>
        `UPDATE sms_messages SET status = 'deferred', change_number = pg_current_xact_id()::text::bigint WHERE id = '${id}'`;
      await tx.execute(change(slow.id));
      // A later transaction ends first.
      await gateway.platform.database.hot.unsafe(change(quick.id));
      await Bun.sleep(1_200);
    });
    await waitFor("both events", () => statusesOf(events.slice(seen), slow.id).includes("deferred"));
    await waitFor("the quick one", () => statusesOf(events.slice(seen), quick.id).includes("deferred"));
  });

  test("only the wanted ones, and a driver only own ones", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    const driver: Caller = { subject: "D1", role: "driver" };
    const wanted = await gateway.send();
    const chosen = watch(gateway, { ids: [wanted.id] });
    const own = watch(gateway, {}, driver);
    const all = watch(gateway, {});
    await waitFor("the watches to have begun", async () => {
      await gateway.send();
      return all.length > 0;
    });
    const mine = await gateway.sms.handlers.sendTemplate(
      { idempotencyKey: "driver-own-1", to: "0912345678", code: "delivery_arrived", values: {} },
      contextOf(gateway.platform, driver),
    );
    await gateway.sms.handlers.cancelMessage({ id: wanted.id }, contextOf(gateway.platform));
    await waitFor("both", () => chosen.length > 0 && own.length > 0);
    expect(chosen.map(({ data }) => [data.id, data.status])).toEqual([[wanted.id, "cancelled"]]);
    expect(own.map(({ data }) => data.id)).toEqual([mine.id]);
  });
});

describeWith(["postgres"], "statistics", () => {
  test("count and cost by day, provider and type, exactly", async () => {
    house = await openHouse({ configuration: { costPerSegment: "0.1" } });
    const { gateway, every8d } = house;
    every8d.block("+886912345670");
    every8d.setFate("+886912345671", "101");
    const three = Array.from({ length: 3 }, () => gateway.send({ text: "瓦".repeat(71), messageType: "otp" }));
    const ids = (await Promise.all(three)).map(({ id }) => id);
    for (const to of ["0912345670", "0912345671"])
      ids.push((await gateway.send({ to, messageType: "payment_reminder" })).id);
    for (const id of ids) await gateway.until(id, "delivered", "undelivered", "rejected");
    const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const context = contextOf(gateway.platform, manager);
    const found = await gateway.sms.handlers.getStatistics({ from: day, to: day }, context);
    expect(found.items).toEqual([
      {
        day,
        provider: "every8d",
        messageType: "otp",
        messages: 3,
        sent: 3,
        delivered: 3,
        failed: 0,
        unknown: 0,
        pending: 0,
        segments: 6,
        costTwd: "0.60",
      },
      {
        day,
        provider: "every8d",
        messageType: "payment_reminder",
        messages: 2,
        sent: 1,
        delivered: 0,
        failed: 2,
        unknown: 0,
        pending: 0,
        segments: 2,
        costTwd: "0.10",
      },
    ]);
    expect(found.total).toMatchObject({ messages: 5, costTwd: "0.70" });
    const none = await gateway.sms.handlers.getStatistics({ from: day, to: day, provider: "twilio" }, context);
    expect(none).toMatchObject({ items: [], total: { messages: 0, costTwd: "0.00" } });
    await expect(gateway.sms.handlers.getStatistics({ from: "2025-01-01", to: "2025-06-01" }, context)).rejects.toThrow(
      "at most 92 days",
    );
    const filtered = await gateway.sms.handlers.listMessages(
      { status: "delivered", messageType: "otp", limit: 2 },
      context,
    );
    expect(filtered.items).toHaveLength(2);
    const rest = await gateway.sms.handlers.listMessages(
      { status: "delivered", messageType: "otp", limit: 2, cursor: filtered.nextCursor ?? "" },
      context,
    );
    expect(rest).toMatchObject({ nextCursor: null });
    expect(rest.items).toHaveLength(1);
  });
});
