import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { OperationError } from "../../../src/platform/errors.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf, type Gateway, type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

const mobile = (index: number) => `09${String(30_000_000 + index)}`;
const item = (index: number, more: object = {}) => ({
  idempotencyKey: `bulk-key-${index}`,
  to: mobile(index),
  text: `【幸福氣】第 ${index} 則`,
  messageType: "general" as const,
  ...more,
});
const sendMessages = (gateway: Gateway, messages: ReturnType<typeof item>[]) =>
  gateway.sms.handlers.sendMessages({ messages }, contextOf(gateway.platform));

async function codeOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => "nothing was thrown",
    (error: unknown) => (error instanceof OperationError ? `${error.code} ${error.options.reason}` : String(error)),
  );
}

describeWith(["postgres"], "many messages", () => {
  test("a thousand are taken in one call, each is sent once, and a repetition takes none", async () => {
    house = await openHouse({ deaf: true });
    const { gateway, every8d } = house;
    const messages = Array.from({ length: 1_000 }, (_, index) => item(index));
    const first = await sendMessages(gateway, messages);
    expect(first.accepted).toBe(1_000);
    expect(await sendMessages(gateway, messages)).toEqual(first);
    await waitFor("all copies", () => every8d.records().size === 1_000);
    expect([...every8d.records().values()].every((copies) => copies.length === 1)).toBe(true);
  });

  test("each is taken or refused by itself", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    const answer = await sendMessages(gateway, [
      item(1),
      item(2, { to: "0223456789" }),
      item(1, { text: "another text" }),
      item(3, { provider: "pigeon" }),
      item(1),
    ]);
    expect(answer.accepted).toBe(2);
    const [first, landline, conflict, pigeon, same] = answer.items;
    expect(first).toMatchObject({ outcome: "accepted" });
    expect(landline).toMatchObject({
      outcome: "refused",
      error: { code: "invalid_input", reason: "not_a_mobile_number", fields: [{ path: "to" }] },
    });
    expect(conflict).toMatchObject({ outcome: "refused", error: { code: "conflict" } });
    expect(pigeon).toMatchObject({ error: { fields: [{ path: "provider" }] } });
    expect(same).toEqual(first);
  });
});

describeWith(["postgres"], "schedule, cancel, retry", () => {
  test("a scheduled message waits, can be cancelled, and goes when its time has come", async () => {
    house = await openHouse();
    const { gateway, every8d } = house;
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const waiting = await gateway.send({ sendAt });
    expect(waiting).toMatchObject({ status: "deferred" });
    expect(await gateway.get(waiting.id)).toMatchObject({ statusReason: "scheduled", nextAttemptAt: sendAt });
    const stopped = await gateway.sms.handlers.cancelMessage({ id: waiting.id }, contextOf(gateway.platform));
    expect(stopped.status).toBe("cancelled");
    const due = await gateway.send({ sendAt });
    await gateway.platform.database.hot`UPDATE sms_messages SET due_at = now() WHERE id = ${due.id}`;
    await gateway.until(due.id, "delivered");
    expect(
      await codeOf(Promise.resolve(gateway.sms.handlers.cancelMessage({ id: due.id }, contextOf(gateway.platform)))),
    ).toBe("state_not_allowed handed_over");
    expect(every8d.records().size).toBe(1);
    const far = new Date(Date.now() + 200 * 86_400_000).toISOString();
    expect(await codeOf(gateway.send({ sendAt: far }))).toBe("invalid_input undefined");
  });

  test("a message that was not delivered is sent again once; a late receipt of the first copy does not end the second", async () => {
    house = await openHouse();
    const { gateway, every8d } = house;
    every8d.setFate("+886912345678", "101");
    const { id } = await gateway.send({ to: "0912345678" });
    await gateway.until(id, "undelivered");
    every8d.setFate("+886912345678", "100");
    const retry = () => gateway.sms.handlers.retryMessage({ id }, contextOf(gateway.platform));
    const [first] = await Promise.all([retry(), retry()]);
    expect(first?.statusReason).toBe("sent again by a person");
    const message = await gateway.until(id, "delivered");
    expect(message.attempts).toHaveLength(2);
    expect(every8d.copiesTo("+886912345678")).toHaveLength(2);
    expect(await codeOf(retry())).toBe("state_not_allowed not_failed");
  });

  test("news of the first copy while the second waits changes nothing, but its delivery does", async () => {
    house = await openHouse({ deaf: true });
    const { gateway, every8d } = house;
    const { id } = await gateway.send({ to: "0912345678" });
    await gateway.until(id, "submitted");
    await gateway.platform.jobs.stop();
    await gateway.platform.database.hot`UPDATE sms_messages SET status = 'undelivered', status_rank = 90`;
    await gateway.sms.handlers.retryMessage({ id }, contextOf(gateway.platform));
    const [batch] = every8d.copiesTo("+886912345678");
    const [attempt] = (await gateway.get(id)).attempts;
    const receipt = (status: string, time: string) =>
      gateway.platform.database
        .hot`INSERT INTO sms_receipts (id, identity, provider, source, provider_message_id, recipient,
        provider_status, state, provider_time, received_at, processing) VALUES (gen_random_uuid(), ${time}, 'every8d', 'poll',
        ${attempt?.providerMessageId ?? ""}, '+886912345678', ${status}, ${status}, ${time}, now(), 'pending')`;
    expect(batch).toBeDefined();
    await receipt("undelivered", "1");
    const worker = await house.start({ sms: { inFlightMax: 0 } });
    const processed = () => gateway.platform.database.hot`SELECT processing FROM sms_receipts ORDER BY identity`;
    await waitFor("the receipt to be looked at", async () => (await processed())[0]?.processing === "superseded");
    expect((await worker.get(id)).status).toBe("queued");
    await receipt("delivered", "2");
    expect((await worker.until(id, "delivered")).status).toBe("delivered");
  });
});
