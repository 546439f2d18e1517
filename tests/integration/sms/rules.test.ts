import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { OperationError } from "../../../src/platform/errors.ts";
import type { Caller } from "../../../src/platform/rpc.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf, type House, type HouseOptions, openHouse } from "./harness.ts";

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

const manager: Caller = { subject: "boss", role: "manager" };
const reasonOf = (act: Promise<unknown>) =>
  act.then(
    () => "nothing was thrown",
    (error: unknown) => (error instanceof OperationError ? (error.options.reason ?? error.code) : String(error)),
  );
const mobile = (index: number) => `09${String(40_000_000 + index)}`;

describeWith(["postgres"], "rules before sending", () => {
  test("who refused promotions gets none, and everything else; lifted, they come again", async () => {
    const { gateway, every8d } = await open();
    const suppress = (lift: boolean) =>
      gateway.sms.handlers.suppressRecipient(
        { to: "0912-345-678", reason: "asked by telephone", lift },
        contextOf(gateway.platform),
      );
    expect(await suppress(false)).toEqual({ to: "0912***678", isSuppressed: true });
    await suppress(false);
    const promotion = await gateway.send({ to: "0912345678", messageType: "promotional" });
    const reminder = await gateway.send({ to: "0912345678", messageType: "payment_reminder" });
    const ended = await gateway.until(promotion.id, "suppressed");
    expect(ended).toMatchObject({ statusReason: "the recipient wants no promotions", attempts: [] });
    await gateway.until(reminder.id, "delivered");
    await suppress(true);
    await gateway.until((await gateway.send({ to: "0912345678", messageType: "promotional" })).id, "delivered");
    expect(every8d.copiesTo("+886912345678")).toHaveLength(2);
  });

  test("who has told Twilio to stop is remembered", async () => {
    const { gateway, twilio } = await open({ others: [{ provider: "twilio", priority: 1, rateLimit: 100 }] });
    twilio.faults.add({
      operation: "create",
      kind: "reply",
      status: 400,
      body: JSON.stringify({ code: 21610, message: "stop", status: 400 }),
    });
    const { id } = await gateway.send({ to: "0912345678", provider: "twilio" });
    await gateway.until(id, "rejected");
    await waitFor("the suppression", async () => {
      const rows = await gateway.platform.database.hot`SELECT created_by FROM sms_suppressions`;
      return rows[0]?.created_by === "twilio";
    });
  });

  test("a link that is not approved is refused when it is sent; approved with one provider, it goes there", async () => {
    const { gateway, every8d, mitake } = await open({
      others: [{ provider: "mitake", priority: 1, rateLimit: 100 }],
    });
    const text = "查詢 ｇａｓ．ｅｘａｍｐｌｅ．ｔｗ／ｏ/7";
    const register = (input: object) =>
      gateway.sms.handlers.registerLink(
        { kind: "url", value: "https://gas.example.tw/o", matchesBelow: true, remove: false, ...input },
        contextOf(gateway.platform, manager),
      );
    expect(await reasonOf(gateway.send({ text }))).toBe("link_not_approved");
    expect(await reasonOf(gateway.send({ text: "請電 02-2345-6789" }))).toBe("link_not_approved");
    expect(await register({ provider: "mitake" })).toMatchObject({ value: "gas.example.tw/o", isApproved: true });
    const sent = await gateway.until((await gateway.send({ text })).id, "delivered");
    expect(sent.provider).toBe("mitake");
    expect(sent.attempts[0]?.selectionReason).toContain("every8d: a link of the text is not approved");
    expect(every8d.records().size).toBe(0);
    expect(mitake.records().size).toBe(1);
    await register({ provider: "mitake", remove: true });
    expect(await reasonOf(gateway.send({ text }))).toBe("link_not_approved");
    expect(await reasonOf(register({ value: "no link at all" }))).toBe("invalid_input");
  });

  test("promotions that are queued when the quiet hours begin wait for their end", async () => {
    let quiet: Date | undefined;
    const { gateway, every8d } = await open({ apiOnly: true });
    const promotions = await Promise.all(
      Array.from({ length: 5 }, (_, index) => gateway.send({ to: mobile(index), messageType: "promotional" })),
    );
    quiet = new Date(Date.now() + 3_600_000);
    const worker = await house?.start({ apiOnly: false, sms: { quietUntil: () => quiet } });
    const reminder = await gateway.send({ to: mobile(9), messageType: "payment_reminder" });
    await worker?.until(reminder.id, "delivered");
    const waiting = await worker?.until(promotions[0]?.id ?? "", "deferred");
    expect(waiting).toMatchObject({ statusReason: "quiet hours", nextAttemptAt: quiet.toISOString() });
    expect(every8d.records().size).toBe(1);
    quiet = undefined;
    await gateway.platform.database.hot`UPDATE sms_messages SET due_at = now() WHERE status = 'deferred'`;
    for (const { id } of promotions) await worker?.until(id, "delivered");
  });

  test("an equal text to the same number is not sent twice by two processes; another is, up to the hour's share", async () => {
    const throttle = { equalTextMs: 600_000, perHourMax: 3, codesPerHourMax: 2 };
    const opened = await open({ processes: 2, deaf: true, sms: { throttle } });
    const { gateway, every8d } = opened;
    const send = (text: string, index: number) => opened.gateways[index % 2]?.send({ to: "0912345678", text });
    const twins = await Promise.all([send("twin", 0), send("twin", 1)]);
    const ends = await Promise.all(twins.map((twin) => gateway.until(twin?.id ?? "", "submitted", "suppressed")));
    expect(ends.map(({ status }) => status).sort()).toEqual(["submitted", "suppressed"]);
    const others = await Promise.all(["a", "b", "c"].map(send));
    await waitFor("three copies", () => every8d.copiesTo("+886912345678").length === 3);
    const states = await Promise.all(others.map((one) => gateway.until(one?.id ?? "", "submitted", "deferred")));
    expect(states.filter(({ status }) => status === "deferred")).toHaveLength(1);
    const codes = await Promise.all(
      ["a", "b"].map(() => gateway.send({ to: "0912345678", text: "code 1", messageType: "otp" })),
    );
    for (const { id } of codes) await gateway.until(id, "submitted");
  });

  test("a preview says what each provider costs, and where a text would be cut off", async () => {
    const { gateway } = await open({ apiOnly: true, others: [{ provider: "mitake", priority: 1, rateLimit: 100 }] });
    const preview = await gateway.sms.handlers.previewMessage(
      { to: "0912345678", text: "瓦".repeat(71) },
      contextOf(gateway.platform),
    );
    expect(preview).toMatchObject({ segments: 2 });
    expect(preview.providers).toEqual([
      { provider: "every8d", costTwd: "1.70", obstacle: null },
      { provider: "mitake", costTwd: null, obstacle: "carries 1 segments; the rest could be cut off silently" },
      { provider: "twilio", costTwd: null, obstacle: expect.any(String) },
    ]);
  });

  test("Mitake's bulk call carries what may share one; each keeps its own outcome and its own receipt", async () => {
    const opened = await open({
      apiOnly: true,
      configuration: { isActive: false },
      others: [{ provider: "mitake", priority: 1, rateLimit: 1_000, costPerSegment: "1" }],
    });
    const { gateway, mitake } = opened;
    mitake.block("+886940000003");
    const texts = ["一", "兩行\n字", "價 $$5 元", "壞號碼", "五"];
    const sent = await Promise.all(texts.map((text, index) => gateway.send({ to: mobile(index), text })));
    const code = await gateway.send({ to: mobile(9), text: "code 1", messageType: "otp" });
    mitake.faults.add({ operation: "SmSend", kind: "delay", delayMs: 1 });
    const worker = await opened.start({ apiOnly: false });
    for (const [index, { id }] of sent.entries()) await worker.until(id, index === 3 ? "rejected" : "delivered");
    await worker.until(code.id, "delivered");
    const rows = await gateway.platform.database.hot`
      SELECT count(DISTINCT call_id)::int AS calls, count(call_id)::int AS shared FROM sms_attempts`;
    expect(rows[0]).toMatchObject({ calls: 1, shared: 5 });
    expect(mitake.records().get("+886940000001")?.[0]?.text).toBe("兩行\n字");
    expect(mitake.records().get("+886940000002")?.[0]?.text).toBe("價 $$5 元");
    expect(await worker.platform.registry.metrics()).toContain('operation="send_many"');
  });

  test("a bulk call whose answer is lost leaves one copy each", async () => {
    const opened = await open({
      apiOnly: true,
      deaf: true,
      configuration: { isActive: false },
      others: [{ provider: "mitake", priority: 1, rateLimit: 1_000 }],
    });
    const { gateway, mitake } = opened;
    mitake.faults.add({ operation: "SmBulkSend", kind: "drop_after" });
    const sent = await Promise.all(Array.from({ length: 20 }, (_, index) => gateway.send({ to: mobile(index) })));
    const worker = await opened.start({ apiOnly: false });
    for (const { id } of sent) await worker.until(id, "submitted", "delivered");
    expect([...mitake.records().values()].map((copies) => copies.length)).toEqual(Array(20).fill(1));
  });
});
