import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { every8dCallback, type Gateway, type House, type HouseOptions, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

/** A house whose receipts come only by the test's own hand. */
async function openDeaf(options: HouseOptions = {}): Promise<House> {
  house = await openHouse({ deaf: true, ...options });
  return house;
}

const tokenOf = ({ every8d }: House) => every8d.credentials.callback_token;

async function submitted(gateway: Gateway, to = "0912345678") {
  const { id } = await gateway.send({ to });
  const message = await gateway.until(id, "submitted");
  return { id, batchId: message.attempts[0]?.providerMessageId ?? "", attemptId: message.attempts[0]?.id ?? "" };
}

const receipt = (batchId: string, status: string, more: Record<string, string> = {}) => ({
  BatchID: batchId,
  RM: "+886912345678",
  STATUS: status,
  RT: "20260101120000",
  ...more,
});

async function receiptsSettled(gateway: Gateway): Promise<void> {
  await waitFor("the receipts to be dealt with", async () => {
    const rows = await gateway.platform.database.hot`SELECT 1 FROM sms_receipts WHERE processing = 'pending'`;
    return rows.length === 0;
  });
}

describeWith(["postgres"], "delivery receipts of Every8d", () => {
  test("are answered 200 and move the message forward only", async () => {
    const { gateway, ...rest } = await openDeaf();
    const call = (parameters: Record<string, string>) =>
      gateway.sms.receipts.every8d?.(every8dCallback(tokenOf({ gateway, ...rest }), parameters));
    const { id, batchId } = await submitted(gateway);
    expect(await call(receipt(batchId, "0"))).toMatchObject({ status: 200 });
    await gateway.until(id, "sent");
    await call(receipt(batchId, "107", { RT: "20260101130000" }));
    await gateway.until(id, "expired");
    await call(receipt(batchId, "100", { RT: "20260101140000" }));
    await gateway.until(id, "delivered");
    await call(receipt(batchId, "101", { RT: "20260101150000" }));
    await receiptsSettled(gateway);
    const message = await gateway.get(id);
    expect(message.status).toBe("delivered");
    expect(message.receipts.map(({ providerStatus, applied }) => [providerStatus, applied])).toEqual([
      ["0", true],
      ["107", true],
      ["100", true],
      ["101", false],
    ]);
  });

  test("the same one twice is kept once, also when both come at the same time", async () => {
    const { gateway, ...rest } = await openDeaf();
    const { id, batchId } = await submitted(gateway);
    const request = every8dCallback(tokenOf({ gateway, ...rest }), receipt(batchId, "100"));
    const replies = await Promise.all(Array.from({ length: 10 }, () => gateway.sms.receipts.every8d?.(request)));
    for (const reply of replies) expect(reply?.status).toBe(200);
    const message = await gateway.until(id, "delivered");
    expect(message.receipts).toHaveLength(1);
  });

  test("a wrong or missing token is answered 404 and stores nothing", async () => {
    const { gateway, ...rest } = await openDeaf();
    const { id, batchId } = await submitted(gateway);
    for (const token of [undefined, "", "wrong", `${tokenOf({ gateway, ...rest })}x`]) {
      const reply = await gateway.sms.receipts.every8d?.(every8dCallback(token, receipt(batchId, "100")));
      expect(reply).toEqual({ status: 404, body: "not found" });
    }
    expect((await gateway.get(id)).receipts).toEqual([]);
    expect(await gateway.platform.database.hot`SELECT 1 FROM sms_receipts`).toHaveLength(0);
  });

  test("a receipt for another recipient, an unknown batch or an unlisted status changes no message", async () => {
    const { gateway, ...rest } = await openDeaf();
    const call = (parameters: Record<string, string>) =>
      gateway.sms.receipts.every8d?.(every8dCallback(tokenOf({ gateway, ...rest }), parameters));
    const { id, batchId, attemptId } = await submitted(gateway);
    await call(receipt(batchId, "100", { RM: "+886987654321" }));
    await call(receipt("00000000-0000-0000-0000-000000000000", "100"));
    await call(receipt("00000000-0000-0000-0000-000000000000", "100", { SUBJECT: attemptId, RT: "1" }));
    await call(receipt(batchId, "4711"));
    await receiptsSettled(gateway);
    const message = await gateway.get(id);
    expect(message.status).toBe("submitted");
    expect(message.receipts).toMatchObject([{ providerStatus: "4711", status: null, applied: false }]);
    const rows = await gateway.platform.database
      .hot`SELECT processing, count(*)::int FROM sms_receipts GROUP BY 1 ORDER BY 1`;
    expect(rows.map(({ processing, count }) => [processing, count])).toEqual([
      ["noted", 1],
      ["refused", 2],
      ["unmatched", 1],
    ]);
  });

  test("a reply of a person is answered and not kept; what cannot be read is answered 400", async () => {
    const { gateway, ...rest } = await openDeaf();
    const call = (parameters: Record<string, string>) =>
      gateway.sms.receipts.every8d?.(every8dCallback(tokenOf({ gateway, ...rest }), parameters));
    const { batchId } = await submitted(gateway);
    expect(await call(receipt(batchId, "999", { SM: "thank you" }))).toMatchObject({ status: 200 });
    expect(await call({ RM: "+886912345678", STATUS: "100" })).toMatchObject({ status: 400 });
    expect(await call(receipt(batchId, "delivered"))).toMatchObject({ status: 400 });
    expect(await call(receipt(batchId, "100", { RM: "nobody" }))).toMatchObject({ status: 400 });
    expect(await gateway.platform.database.hot`SELECT 1 FROM sms_receipts`).toHaveLength(0);
  });

  test("a plain + that arrives as a blank, and a POST, are read as well", async () => {
    const { gateway, ...rest } = await openDeaf();
    const token = tokenOf({ gateway, ...rest });
    const one = await submitted(gateway);
    await gateway.sms.receipts.every8d?.(every8dCallback(token, receipt(one.batchId, "100", { RM: " 886912345678" })));
    await gateway.until(one.id, "delivered");
    const two = await submitted(gateway);
    const body = new URLSearchParams(receipt(two.batchId, "100")).toString();
    await gateway.sms.receipts.every8d?.({ ...every8dCallback(token, {}), method: "POST", body });
    await gateway.until(two.id, "delivered");
  });

  test("an early receipt for an id that is not known yet is kept and matched later", async () => {
    const { gateway, every8d, ...rest } = await openDeaf();
    every8d.faults.add({ operation: "SendSMS", kind: "delay", delayMs: 300 });
    const { id } = await gateway.send({ to: "0912345678" });
    const [copy] = await waitFor("the handset's copy", () => {
      const copies = every8d.copiesTo("+886912345678");
      return copies.length > 0 && copies;
    });
    // Without the echoed subject, only the batch id can match it, and that is not known before the reply.
    const token = tokenOf({ gateway, every8d, ...rest });
    await gateway.sms.receipts.every8d?.(every8dCallback(token, receipt(copy?.batchId ?? "", "100")));
    await receiptsSettled(gateway);
    expect((await gateway.get(id)).status).toBe("dispatching");
    const message = await gateway.until(id, "delivered");
    expect(message.receipts).toMatchObject([{ applied: true }]);
  });

  test("an echoed subject proves acceptance before the reply comes, and the reply does not move it back", async () => {
    house = await openHouse();
    const { gateway, every8d } = house;
    every8d.faults.add({ operation: "SendSMS", kind: "delay", delayMs: 300 });
    const { id } = await gateway.send({ to: "0912345678" });
    await gateway.until(id, "delivered");
    const before = await gateway.get(id);
    expect(before.attempts[0]).toMatchObject({ state: "accepted", costTwd: null });
    const after = await waitFor("the reply", async () => {
      const message = await gateway.get(id);
      return message.attempts[0]?.costTwd !== null && message;
    });
    expect(after).toMatchObject({ status: "delivered", attempts: [{ state: "accepted" }] });
  });

  test("addresses that are not on the list are refused", async () => {
    const { gateway, ...rest } = await openDeaf({
      configuration: { config: { receiptAddresses: ["198.51.100.0/24"] } },
    });
    const { id, batchId } = await submitted(gateway);
    const request = every8dCallback(tokenOf({ gateway, ...rest }), receipt(batchId, "100"));
    expect(await gateway.sms.receipts.every8d?.(request)).toMatchObject({ status: 404 });
    expect(await gateway.sms.receipts.every8d?.({ ...request, remoteAddress: undefined })).toMatchObject({
      status: 404,
    });
    const allowed = { ...request, remoteAddress: "::ffff:198.51.100.7" };
    expect(await gateway.sms.receipts.every8d?.(allowed)).toMatchObject({ status: 200 });
    await gateway.until(id, "delivered");
  });

  test("a receipt that does not come is asked for", async () => {
    const { gateway } = await openDeaf();
    const { id } = await submitted(gateway);
    await gateway.platform.database.hot`UPDATE sms_attempts SET poll_at = now()`;
    gateway.platform.jobs.wake("sms-poll");
    const message = await gateway.until(id, "delivered");
    expect(message.receipts).toMatchObject([{ source: "poll", providerStatus: "100", applied: true }]);
    const [row] = await gateway.platform.database.hot`SELECT poll_at FROM sms_attempts`;
    expect(row?.poll_at).toBeNull();
  });

  test("delivered and failed messages move the provider's success rate; a wrong number does not", async () => {
    house = await openHouse();
    const { gateway, every8d } = house;
    every8d.setFate("+886911111111", "101");
    every8d.setFate("+886922222222", "103");
    const rate = async () => {
      const { items } = await gateway.sms.handlers.listProviders(undefined, contextFor(gateway));
      return items[0]?.successRate;
    };
    await gateway.until((await gateway.send({ to: "0922222222" })).id, "undelivered");
    expect(await rate()).toBe(0.8);
    await gateway.until((await gateway.send({ to: "0911111111" })).id, "undelivered");
    await waitFor("one failure", async () => Math.abs(((await rate()) ?? 0) - 8 / 11) < 1e-6);
    await gateway.until((await gateway.send({ to: "0933333333" })).id, "delivered");
    await waitFor("one success", async () => Math.abs(((await rate()) ?? 0) - 9 / 12) < 1e-6);
  });
});

const contextFor = (gateway: Gateway) => ({
  caller: { subject: "tester", role: "manager" as const },
  requestId: "r",
  log: gateway.platform.log,
});
