import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { OperationError } from "../../../src/platform/errors.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf, type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

async function errorOf(act: () => Promise<unknown>): Promise<OperationError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const countRows = async ({ gateway }: House) => {
  const [row] = await gateway.platform.database.hot`SELECT count(*)::int AS count FROM sms_messages`;
  return row?.count;
};

describeWith(["postgres"], "sending one message", () => {
  test("goes out through Every8d and is delivered by its receipt", async () => {
    house = await openHouse();
    const { gateway } = house;
    const accepted = await gateway.send({ to: "+886 0912-345-678", text: "瓦".repeat(71) });
    expect(accepted).toMatchObject({ status: "queued", to: "0912***678", segments: 2, encoding: "UCS-2" });
    const message = await gateway.until(accepted.id, "delivered");
    expect(message).toMatchObject({
      to: "0912***678",
      status: "delivered",
      provider: "every8d",
      segments: 2,
      attemptsCount: 1,
      attempts: [{ number: 1, state: "accepted", outcomeClass: "accepted", selectionReason: "the only one ready" }],
      receipts: [{ providerStatus: "100", status: "delivered", applied: true, source: "callback" }],
    });
    const [copy, ...more] = house.every8d.copiesTo("+886912345678");
    expect(more).toEqual([]);
    expect(copy).toMatchObject({ text: "瓦".repeat(71), subject: message.attempts[0]?.id });
    expect(message.attempts[0]?.providerMessageId).toBe(copy?.batchId ?? null);
    // The receipt may be applied before the reply to the send is.
    const cost = await waitFor("the cost", async () => (await gateway.get(accepted.id)).attempts[0]?.costTwd ?? false);
    expect(cost).toBe("1.70");
  });

  test("the same key and body give the same answer and one message; another body is a conflict", async () => {
    house = await openHouse();
    const { gateway } = house;
    const input = { idempotencyKey: "order-1-confirmation", to: "0912345678", text: "first" };
    const first = await gateway.send(input);
    await gateway.until(first.id, "delivered");
    expect(await gateway.send({ ...input, to: "+886912345678" })).toEqual(first);
    const together = await Promise.all(Array.from({ length: 20 }, () => gateway.send(input)));
    for (const answer of together) expect(answer).toEqual(first);
    const conflict = await errorOf(() => gateway.send({ ...input, text: "second" }));
    expect(conflict.code).toBe("conflict");
    expect(await countRows(house)).toBe(1);
    expect(house.every8d.copiesTo("+886912345678")).toHaveLength(1);
  });

  test("keys belong to their caller", async () => {
    house = await openHouse();
    const { gateway } = house;
    const input = {
      idempotencyKey: "shared-key",
      to: "0912345678",
      text: "a",
      messageType: "general" as const,
    };
    const one = await gateway.send(input);
    const other = contextOf(gateway.platform, { subject: "somebody else", role: "service" });
    const two = await gateway.sms.handlers.sendMessage({ ...input, text: "b" }, other);
    expect(two.id).not.toBe(one.id);
  });

  test("twenty calls with one key at once store one message, also from two processes", async () => {
    house = await openHouse({ processes: 2 });
    const input = { idempotencyKey: "one-intention", to: "0912345678", text: "once" };
    const calls = Array.from({ length: 40 }, (_, index) => house?.gateways[index % 2]?.send(input));
    const ids = new Set((await Promise.all(calls)).map((answer) => answer?.id));
    expect(ids.size).toBe(1);
    expect(await countRows(house)).toBe(1);
  });

  const bad: [string, Record<string, unknown>, string][] = [
    ["a landline", { to: "0223456789" }, "to"],
    ["another country", { to: "+819012345678" }, "to"],
    ["blanks only", { text: " \n " }, "text"],
    ["a control character", { text: "a\u0006b" }, "text"],
    ["half a surrogate pair", { text: "a\ud83d" }, "text"],
    ["a text longer than any provider takes", { text: "瓦".repeat(334) }, "text"],
    ["an unknown provider", { provider: "pigeon" }, "provider"],
  ];
  test("bad input names the field and stores nothing", async () => {
    house = await openHouse();
    const { gateway } = house;
    for (const [what, input, path] of bad) {
      const error = await errorOf(() => gateway.send(input));
      expect([what, error.code, error.options.fields?.[0]?.path]).toEqual([what, "invalid_input", path]);
    }
    expect(await countRows(house)).toBe(0);
  });

  test("without a usable provider the message is refused, not kept in vain; one taken before is still answered", async () => {
    house = await openHouse();
    const { gateway } = house;
    const input = { idempotencyKey: "taken-before", to: "0912345678", text: "a" };
    const first = await gateway.send(input);
    await gateway.until(first.id, "delivered");
    await gateway.platform.database.hot`INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active)
      VALUES ('every8d','{}',100,100,false)`;
    const off = await house.start({ apiOnly: true });
    const error = await errorOf(() => off.send());
    expect(error).toMatchObject({ code: "provider_unavailable", options: { reason: "no_usable_provider" } });
    expect(await off.send(input)).toEqual(first);
    expect((await off.sms.health()).sms_every8d).toMatchObject({ status: "disabled" });
  });

  test("a bad row of provider_configs disables the provider and says what is wrong", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    await gateway.platform.database.hot`INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active)
      VALUES ('every8d','{"timeoutMs": 5, "colour": "red"}',100,100,true)`;
    const other = await house.start({ apiOnly: true });
    const { sms_every8d: health } = await other.sms.health();
    expect(health).toMatchObject({ status: "unhealthy" });
    expect(health?.detail).toStartWith("provider_configs.config: ");
  });

  test("the guide's SQL runs as written, and health has the guide's shape", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    await gateway.platform.database.hot.unsafe(
      `INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active) VALUES ('every8d','{}',100,100,true), ('mitake','{}',90,200,true), ('twilio','{}',80,100,false);`,
    );
    const other = await house.start({ apiOnly: true });
    expect((await other.sms.health()).sms_every8d).toEqual({
      status: "healthy",
      rate_limit_remaining: 100,
      circuit_breaker: "closed",
    });
  });

  test("a message can be cancelled while it waits, and only then", async () => {
    house = await openHouse({ configuration: { rateLimit: 1 } });
    const { gateway } = house;
    const context = contextOf(gateway.platform);
    const sent = await gateway.send();
    await gateway.until(sent.id, "delivered");
    const waiting = await gateway.send({ to: "0987654321" });
    const cancelled = await gateway.sms.handlers.cancelMessage({ id: waiting.id }, context);
    expect(cancelled.status).toBe("cancelled");
    expect((await gateway.sms.handlers.cancelMessage({ id: waiting.id }, context)).status).toBe("cancelled");
    const error = await errorOf(() => gateway.sms.handlers.cancelMessage({ id: sent.id }, context));
    expect(error.code).toBe("state_not_allowed");
    const missing = await errorOf(() =>
      gateway.sms.handlers.cancelMessage({ id: "01a20dbb-55c0-7004-b03a-4ce493989ead" }, context),
    );
    expect(missing.code).toBe("not_found");
    expect(house.every8d.copiesTo("+886987654321")).toEqual([]);
  });

  test("lists are pages, newest first, with filters", async () => {
    house = await openHouse({ apiOnly: true });
    const { gateway } = house;
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.unshift((await gateway.send({ to: "0912345678", messageType: index % 2 ? "otp" : "general" })).id);
    }
    const context = contextOf(gateway.platform);
    const list = gateway.sms.handlers.listMessages;
    const first = await list({ limit: 2 }, context);
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await list({ limit: 3, cursor: first.nextCursor ?? "" }, context);
    expect(second).toMatchObject({ nextCursor: null });
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2));
    expect((await list({ limit: 50, messageType: "otp" }, context)).items).toHaveLength(2);
    expect((await list({ limit: 50, to: "+886912345678", status: "queued" }, context)).items).toHaveLength(5);
    expect((await list({ limit: 50, to: "0987654321" }, context)).items).toEqual([]);
    expect((await errorOf(() => list({ limit: 2, cursor: "x" }, context))).code).toBe("invalid_input");
  });
});
