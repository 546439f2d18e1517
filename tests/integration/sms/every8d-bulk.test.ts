import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { doubledNumbers, type Gateway, type House, type HouseOptions, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

const mobile = (index: number) => `09${String(50_000_000 + index)}`;

/** Messages that wait, and a worker that finds them all at once. */
async function open(count: number, options: HouseOptions = {}) {
  house = await openHouse({ apiOnly: true, ...options });
  const { gateway } = house;
  const texts = Array.from({ length: count }, (_, index) => `【幸福氣】第 ${index} 則`);
  const sent = await Promise.all(texts.map((text, index) => gateway.send({ to: mobile(index), text })));
  return { house, gateway, ids: sent.map(({ id }) => id), start: () => opened().start({ apiOnly: false }) };
}

function opened(): House {
  if (!house) throw new Error("the house is not open");
  return house;
}

const calls = async ({ platform }: Gateway) => {
  const [row] = await platform.database.hot`
    SELECT count(DISTINCT provider_message_id)::int AS batches, count(*)::int AS attempts FROM sms_attempts`;
  return row;
};

describeWith(["postgres"], "Every8d's bulk call", () => {
  test("carries what waits together; each message has its own text, record number and receipt", async () => {
    const { gateway, ids, start, house } = await open(30);
    const worker = await start();
    for (const id of ids) await worker.until(id, "delivered");
    expect(doubledNumbers(house.every8d)).toEqual([]);
    expect(house.every8d.copiesTo("+886950000007")).toMatchObject([{ text: "【幸福氣】第 7 則" }]);
    expect((await calls(gateway))?.attempts).toBe(30);
    expect((await calls(gateway))?.batches).toBeLessThan(30);
    expect(await worker.platform.registry.metrics()).toContain('operation="send_many"');
  });

  test("refused for one bad number: the others still go, once each, and the bad one is rejected", async () => {
    const { ids, start, house } = await open(12);
    house.every8d.block("+886950000004");
    const worker = await start();
    for (const [index, id] of ids.entries()) await worker.until(id, index === 4 ? "rejected" : "delivered");
    expect(house.every8d.records().size).toBe(11);
    expect(doubledNumbers(house.every8d)).toEqual([]);
    expect((await worker.sms.health()).sms_every8d?.circuit_breaker).toBe("closed");
  });

  test("its lost answer: every message is found in the batch by its record number, none is sent twice", async () => {
    const { gateway, ids, start, house } = await open(20, { deaf: true });
    house.every8d.faults.add({ operation: "SendParam", kind: "drop_after" });
    const worker = await start();
    for (const id of ids) await worker.until(id, "unknown", "submitted");
    await waitFor("every outcome to be found", async () => {
      await gateway.platform.database.hot`UPDATE sms_attempts SET resolve_at = now() WHERE state = 'unknown'`;
      worker.platform.jobs.wake("sms-resolve");
      const left = await gateway.platform.database.hot`SELECT 1 FROM sms_messages WHERE status <> 'submitted'`;
      return left.length === 0;
    });
    expect(house.every8d.records().size).toBe(20);
    expect(doubledNumbers(house.every8d)).toEqual([]);
  });

  test("its lost answer with receipts: the record number proves acceptance of each", async () => {
    const { ids, start, house } = await open(10);
    house.every8d.faults.add({ operation: "SendParam", kind: "drop_after" });
    house.every8d.faults.add({ operation: "SendSMS4FilterMessage", kind: "reply", body: "-99, ?", times: 1_000 });
    const worker = await start();
    for (const id of ids) await worker.until(id, "delivered");
    expect(doubledNumbers(house.every8d)).toEqual([]);
  });

  test("late receipts are asked for by batch, and each finds its message", async () => {
    const { gateway, ids, start, house } = await open(15, { deaf: true });
    house.every8d.setFate("+886950000003", "101");
    const worker = await start();
    for (const id of ids) await worker.until(id, "submitted");
    await waitFor("every receipt", async () => {
      await gateway.platform.database.hot`UPDATE sms_attempts SET poll_at = now() WHERE poll_at IS NOT NULL`;
      worker.platform.jobs.wake("sms-poll");
      const left = await gateway.platform.database
        .hot`SELECT 1 FROM sms_messages WHERE status IN ('submitted', 'sent')`;
      return left.length === 0;
    });
    for (const [index, id] of ids.entries()) {
      expect((await gateway.get(id)).status).toBe(index === 3 ? "undelivered" : "delivered");
    }
  });

  test("without a token the messages go one by one", async () => {
    const { ids, start, house } = await open(5);
    house.every8d.faults.add({ operation: "ConnectionHandler", kind: "reply", body: "no", times: 100 });
    const worker = await start();
    for (const id of ids) await worker.until(id, "delivered");
    expect(doubledNumbers(house.every8d)).toEqual([]);
  });
});

describeWith(["postgres"], "a message that its provider holds for later", () => {
  async function scheduled(house: House, to: string): Promise<string> {
    const { username: UID, password: PWD, api_url: url } = house.every8d.credentials;
    const at = new Date(Date.now() + 9 * 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14);
    const body = new URLSearchParams({ UID, PWD, MSG: "later", DEST: to, ST: at });
    const reply = await fetch(`${url}/API21/HTTP/SendSMS.ashx`, { method: "POST", body });
    return (await reply.text()).split(",")[4] ?? "";
  }

  test("is taken back by cancelMessage; one of a batch that others share is not", async () => {
    house = await openHouse({ deaf: true });
    const { gateway } = house;
    const { hot } = gateway.platform.database;
    const context = {
      caller: { subject: "tester", role: "manager" as const },
      requestId: "r",
      log: gateway.platform.log,
    };
    const cancel = async (id: string) => (await gateway.sms.handlers.cancelMessage({ id }, context)).status;
    const one = await gateway.send({ to: "0912345678" });
    const two = await gateway.send({ to: "0987654321", text: "another" });
    for (const { id } of [one, two]) await gateway.until(id, "submitted");
    await expect(cancel(one.id)).rejects.toMatchObject({ code: "state_not_allowed" });

    const batch = await scheduled(house, "0912345678");
    await hot`UPDATE sms_attempts SET provider_message_id = ${batch}`;
    await expect(cancel(one.id)).rejects.toMatchObject({ code: "state_not_allowed" });
    expect(house.every8d.copiesTo("+886912345678").some(({ batchId }) => batchId === batch)).toBe(true);

    await hot`UPDATE sms_attempts SET provider_message_id = 'other' WHERE message_id = ${two.id}`;
    expect(await cancel(one.id)).toBe("cancelled");
    expect(await cancel(one.id)).toBe("cancelled");
    expect(house.every8d.copiesTo("+886912345678").some(({ batchId }) => batchId === batch)).toBe(false);
    expect((await gateway.get(one.id)).receipts).toMatchObject([{ providerStatus: "303", applied: true }]);
  });
});
