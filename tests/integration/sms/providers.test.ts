import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { type Gateway, type House, type HouseOptions, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

const MOBILE = "+886912345678";
const mitake = {
  provider: "mitake",
  priority: 90,
  rateLimit: 100_000,
  costPerSegment: "0.7",
  config: { segmentsMax: 5 },
};
const twilio = { provider: "twilio", priority: 80, rateLimit: 100_000 };

async function open(options: HouseOptions = {}): Promise<House> {
  house = await openHouse({ others: [mitake, twilio], ...options });
  return house;
}

async function askNow(gateway: Gateway): Promise<void> {
  await gateway.platform.database.hot`UPDATE sms_attempts SET resolve_at = now() WHERE state = 'unknown'`;
  gateway.platform.jobs.wake("sms-resolve");
}

/** Copies of a message to the number, over all providers. */
const copiesOf = ({ every8d, mitake, twilio }: House, mobile = MOBILE) =>
  (every8d.records().get(mobile)?.length ?? 0) +
  (mitake.records().get(mobile)?.length ?? 0) +
  (twilio.records().get(mobile)?.length ?? 0);

describeWith(["postgres"], "three providers", () => {
  test("the highest priority is used, and the reason is kept", async () => {
    const { gateway } = await open();
    const message = await gateway.until((await gateway.send()).id, "delivered");
    expect(message).toMatchObject({
      provider: "every8d",
      attempts: [{ selectionReason: "priority 100 before mitake 90, twilio 80" }],
    });
  });

  for (const provider of ["mitake", "twilio"] as const) {
    test(`${provider}, asked for by the caller, is used alone and its receipt is believed`, async () => {
      const opened = await open();
      const { id } = await opened.gateway.send({ to: MOBILE, provider });
      const message = await opened.gateway.until(id, "delivered");
      expect(message).toMatchObject({
        provider,
        attempts: [{ provider, state: "accepted", selectionReason: "asked for by the caller" }],
      });
      expect(opened[provider].records().get(MOBILE)).toHaveLength(1);
      expect(copiesOf(opened)).toBe(1);
    });
  }

  test("what one provider certainly did not take goes to the next, once", async () => {
    const opened = await open();
    await opened.every8d.close();
    const message = await opened.gateway.until((await opened.gateway.send({ to: MOBILE })).id, "delivered");
    expect(message.attempts).toMatchObject([
      { provider: "every8d", state: "not_sent", outcomeClass: "not_sent" },
      { provider: "mitake", state: "accepted", selectionReason: "priority 90 before twilio 80; every8d: tried before" },
    ]);
    expect(copiesOf(opened)).toBe(1);
  });

  test("an unknown outcome never fails over", async () => {
    const opened = await open({ deaf: true });
    opened.every8d.faults.add({ operation: "SendSMS", kind: "drop_before" });
    const { id } = await opened.gateway.send({ to: MOBILE });
    await opened.gateway.until(id, "unknown");
    await askNow(opened.gateway);
    await waitFor("a question", async () => {
      const [row] = await opened.gateway.platform.database.hot`SELECT resolve_count FROM sms_attempts`;
      return (row?.resolve_count ?? 0) > 0;
    });
    expect((await opened.gateway.get(id)).attempts).toHaveLength(1);
    expect(copiesOf(opened)).toBe(0);
  });

  test("a refused recipient is not offered to another provider", async () => {
    const opened = await open();
    opened.every8d.block(MOBILE);
    const { id } = await opened.gateway.send({ to: MOBILE });
    const message = await opened.gateway.until(id, "rejected");
    expect(message.attempts).toHaveLength(1);
    expect(copiesOf(opened)).toBe(0);
  });

  test("a text that the first provider cannot carry goes to one that can", async () => {
    const opened = await open();
    const text = "瓦".repeat(400);
    const message = await opened.gateway.until((await opened.gateway.send({ to: MOBILE, text })).id, "delivered");
    expect(message.provider).toBe("twilio");
    expect(message.attempts[0]?.selectionReason).toContain("every8d: text too long");
  });

  test("Mitake: whatever was lost on the way, the question ends with exactly one copy", async () => {
    const opened = await open({ others: [{ ...mitake, priority: 200 }] });
    for (const kind of ["drop_before", "drop_after"] as const) {
      opened.mitake.faults.add({ operation: "callback", kind: "drop_before" });
      opened.mitake.faults.add({ operation: "SmSend", kind });
      const to = kind === "drop_before" ? "+886911111111" : "+886922222222";
      const { id } = await opened.gateway.send({ to });
      await opened.gateway.until(id, "unknown", "submitted");
      await askNow(opened.gateway);
      const message = await opened.gateway.until(id, "submitted", "delivered");
      expect(message.attempts).toMatchObject([{ provider: "mitake", state: "accepted" }]);
      expect(copiesOf(opened, to)).toBe(1);
    }
  });

  test("Mitake: a repetition takes a slot like a first call", async () => {
    const opened = await open({ deaf: true, others: [{ ...mitake, rateLimit: 1 }] });
    const { gateway } = opened;
    opened.mitake.faults.add({ operation: "SmSend", kind: "drop_before" });
    const { id } = await gateway.send({ to: MOBILE, provider: "mitake" });
    await gateway.until(id, "unknown");
    await askNow(gateway);
    await waitFor("a question that found no slot", () =>
      gateway.platform.logLines.some((line) => line.includes("no free slot") && line.includes("asked about")),
    );
    expect(copiesOf(opened)).toBe(0);
    await gateway.platform.database.hot`UPDATE sms_attempts SET slot_until = now()`;
    await askNow(gateway);
    await gateway.until(id, "submitted", "delivered");
    expect(copiesOf(opened)).toBe(1);
  });

  test("Twilio: absent from its list after the grace period, the message goes out by another way", async () => {
    const opened = await open({ others: [{ ...twilio, priority: 200 }] });
    const { gateway } = opened;
    opened.twilio.faults.add({ operation: "create", kind: "drop_before" });
    const { id } = await gateway.send({ to: MOBILE });
    await gateway.until(id, "unknown");
    await gateway.platform.database.hot`UPDATE sms_attempts SET started_at = now() - interval '10 minutes'`;
    await askNow(gateway);
    const message = await gateway.until(id, "delivered");
    expect(message.attempts).toMatchObject([
      { provider: "twilio", state: "not_sent" },
      { provider: "every8d", state: "accepted" },
    ]);
    expect(copiesOf(opened)).toBe(1);
  });

  test("messages for a provider that is down do not hold up the others", async () => {
    const { gateway, every8d } = await open({
      deaf: true,
      configuration: { config: { breaker: { failuresToOpen: 1 } } },
    });
    every8d.faults.add({ operation: "SendSMS", kind: "reply", status: 502, body: "" });
    await gateway.until((await gateway.send({ provider: "every8d" })).id, "unknown");
    await waitFor("the breaker to open", async () => {
      return (await gateway.sms.health()).sms_every8d?.circuit_breaker === "open";
    });
    const held = await Promise.all(Array.from({ length: 100 }, () => gateway.send({ provider: "every8d" })));
    const free = await gateway.send();
    expect((await gateway.until(free.id, "delivered", "submitted")).provider).toBe("mitake");
    expect((await gateway.get(held[0]?.id ?? "")).status).toBe("queued");
  });

  test("two hundred messages, two processes, every provider losing replies: never two copies, none lost", async () => {
    const breaker = { failuresToOpen: 100 };
    const opened = await open({
      processes: 2,
      configuration: { priority: 100, config: { breaker, timeoutMs: 1_000, bulkItemsMax: 1 } },
      others: [
        { ...mitake, priority: 100, config: { breaker, timeoutMs: 1_000 } },
        { ...twilio, priority: 100, config: { breaker, timeoutMs: 1_000 } },
      ],
    });
    const operations = [
      [opened.every8d.faults, "SendSMS"],
      [opened.mitake.faults, "SmSend"],
      [opened.twilio.faults, "create"],
    ] as const;
    for (const [faults, operation] of operations) {
      for (let index = 0; index < 12; index += 1) {
        faults.add({ operation, kind: index % 2 ? "drop_after" : "drop_before", skip: index });
      }
      faults.add({ operation: "callback", kind: "drop_before", times: 5, skip: 5 });
    }
    const sends = Array.from({ length: 100 }, (_, index) =>
      opened.gateways.map((gateway, number) => gateway.send({ to: `09${number}${1_000_000 + index}` })),
    );
    const accepted = await Promise.all(sends.flat());
    for (const { id } of accepted) await opened.gateway.until(id, "submitted", "sent", "delivered", "unknown");
    await askNow(opened.gateway);
    await waitFor("Mitake's to be known", async () => {
      const left = await opened.gateway.platform.database.hot`
        SELECT 1 FROM sms_messages WHERE status = 'unknown' AND provider = 'mitake'`;
      if (left.length > 0) await askNow(opened.gateway);
      return left.length === 0;
    });
    const rows = await opened.gateway.platform.database.hot`SELECT recipient, status FROM sms_messages`;
    expect(rows).toHaveLength(200);
    for (const { recipient, status } of rows) {
      const copies = copiesOf(opened, recipient);
      expect(copies).toBeLessThanOrEqual(1);
      if (status !== "unknown") expect([recipient, copies]).toEqual([recipient, 1]);
    }
  });
});
