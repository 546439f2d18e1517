import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { firstIdOf } from "../../../src/sms/store/id-order.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf, type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

const DAY_MS = 24 * 3_600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

/** Ids as they were made so many days ago. */
const agedIds = (days: number) => () => {
  const [first, second] = firstIdOf(daysAgo(days)).split("-");
  return [first, second, ...crypto.randomUUID().split("-").slice(2)].join("-");
};

describeWith(["postgres"], "forgetting", () => {
  test("messages that ended long ago go with all that belongs to them; what is young, waits or was changed lately stays", async () => {
    house = await openHouse({ sms: { newId: agedIds(50) } });
    const { hot } = house.gateway.platform.database;
    const old = await Promise.all(Array.from({ length: 20 }, () => house?.gateway.send()));
    const changed = await house.gateway.send();
    const waiting = await house.gateway.send({ sendAt: new Date(Date.now() + DAY_MS).toISOString() });
    for (const message of [...old, changed]) await house.gateway.until(message?.id ?? "", "delivered");
    await hot`UPDATE sms_messages SET status_at = ${daysAgo(50).toISOString()}::timestamptz WHERE id <> ${changed.id}::uuid`;
    await hot`
      INSERT INTO sms_receipts (id, identity, provider, source, provider_message_id, recipient, provider_status, received_at, processing)
      SELECT id::uuid, id, 'every8d', 'callback', 'of nobody', '+886912345678', '100', now(), 'unmatched'
      FROM unnest(${[agedIds(50)(), agedIds(1)()]}::text[]) AS stray (id)`;
    const young = await (await house.start({ sms: { keepDays: 40 } })).send();
    await house.gateway.until(young.id, "delivered");

    const kept = () => hot`SELECT id FROM sms_messages ORDER BY id`;
    await waitFor("the old ones to be forgotten", async () => (await kept()).length === 3);
    await waitFor("the stray receipt to be forgotten", async () => {
      const strays = await hot`SELECT 1 FROM sms_receipts WHERE provider_message_id = 'of nobody'`;
      return strays.length === 1;
    });
    expect((await kept()).map(({ id }) => id).sort()).toEqual([changed.id, waiting.id, young.id].sort());
    const [rows] = await hot`
      SELECT (SELECT count(*)::int FROM sms_attempts) AS attempts,
        (SELECT count(*)::int FROM sms_receipts WHERE message_id IS NOT NULL) AS receipts`;
    expect(rows).toMatchObject({ attempts: 2, receipts: 2 });
    expect((await house.gateway.get(changed.id)).receipts).toHaveLength(1);
  });

  test("nothing is forgotten where no time is given", async () => {
    house = await openHouse({ sms: { newId: agedIds(5_000) } });
    const message = await house.gateway.send();
    await house.gateway.until(message.id, "delivered");
    const { hot } = house.gateway.platform.database;
    await hot`UPDATE sms_messages SET status_at = ${daysAgo(5_000).toISOString()}::timestamptz`;
    await house.start();
    await house.gateway.until((await house.gateway.send()).id, "delivered");
    expect((await house.gateway.get(message.id)).status).toBe("delivered");
  });
});

describeWith(["postgres"], "lists of a large table", () => {
  test("a filter that few messages meet finds them wherever they are", async () => {
    house = await openHouse({ apiOnly: true });
    const { platform, sms } = house.gateway;
    const first = firstIdOf(daysAgo(2));
    await platform.database.hot`
      INSERT INTO sms_messages (id, caller_subject, idempotency_key, request_hash, recipient, message_type, lane, queue, encoding, units,
        segments, status, status_rank, status_at, provider, expires_at, created_at)
      SELECT (left(${first}, 24) || lpad(to_hex(i), 12, '0'))::uuid, 'tester', i::text, '', '+886912345678',
        CASE WHEN i IN (3, 20000, 20001, 44999) THEN 'system_alert' ELSE 'general' END, 1, '', 'GSM-7', 10, 1,
        CASE WHEN i = 2 THEN 'unknown' ELSE 'delivered' END, 80, now(), 'every8d', now(), now() - interval '2 days'
      FROM generate_series(1, 45000) i`;
    const context = contextOf(platform, { subject: "manager", role: "manager" });
    const pages = await allPages((cursor) =>
      sms.handlers.listMessages({ messageType: "system_alert", limit: 3, ...(cursor && { cursor }) }, context),
    );
    expect(pages.flat().map(({ id }) => Number.parseInt(id.slice(-12), 16))).toEqual([44_999, 20_001, 20_000, 3]);
    const unknown = await sms.handlers.listMessages({ status: "unknown", limit: 50 }, context);
    expect(unknown.items).toHaveLength(1);
    const older = await sms.handlers.listMessages({ createdBefore: daysAgo(1).toISOString(), limit: 1 }, context);
    expect(older.items).toHaveLength(1);
    const younger = await sms.handlers.listMessages({ createdFrom: daysAgo(1).toISOString(), limit: 1 }, context);
    expect(younger).toEqual({ items: [], nextCursor: null });
  });
});

/** The items of every page, to the last. */
async function allPages<T>(ask: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>) {
  const pages: T[][] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await ask(cursor);
    pages.push(items);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return pages;
}
