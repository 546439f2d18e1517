import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { OperationError } from "../../../src/platform/errors.ts";
import type { Caller } from "../../../src/platform/rpc.ts";
import { describeWith } from "../../support/real-parts.ts";
import { contextOf, type Gateway, type House, type HouseOptions, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

async function open(options: HouseOptions = {}): Promise<Gateway> {
  house = await openHouse(options);
  return house.gateway;
}

const manager: Caller = { subject: "boss", role: "manager" };
const driver: Caller = { subject: "D1", role: "driver" };

const reasonOf = async (act: Promise<unknown>): Promise<string | undefined> => {
  try {
    await act;
  } catch (error) {
    if (error instanceof OperationError) return error.options.reason ?? error.code;
    throw error;
  }
  return "nothing was thrown";
};

function sendTemplate(gateway: Gateway, input: Record<string, unknown>, by: Caller = manager) {
  const whole = {
    idempotencyKey: crypto.randomUUID(),
    to: "0912345678",
    values: {},
    code: "delivery_arrived",
    ...input,
  };
  return gateway.sms.handlers.sendTemplate(whole, contextOf(gateway.platform, by));
}

const template = {
  code: "order_confirmation",
  variant: "A",
  name: "訂單確認",
  description: null,
  content: "訂單 {order_id} 好了",
  placeholders: [{ name: "order_id", type: "text" as const, maxLength: 30 }],
  messageType: "order_confirmation" as const,
  language: "zh-TW",
  weight: 50,
  isActive: true,
};

describeWith(["postgres"], "templates", () => {
  test("a built-in text is rendered, sent, and credited to its variant", async () => {
    const gateway = await open();
    const values = { order_id: "LG20251124001", delivery_time: "14:00-16:00" };
    const accepted = await sendTemplate(gateway, { code: "order_confirmation", values });
    const message = await gateway.until(accepted.id, "delivered");
    expect(message).toMatchObject({
      text: "【幸福氣】訂單確認：您的訂單 LG20251124001 已確認，預計送達時間 14:00-16:00",
      templateCode: "order_confirmation",
      variant: "A",
      messageType: "order_confirmation",
    });
    const other = await sendTemplate(gateway, { code: "order_confirmation", values, to: "0987654321" });
    expect((await gateway.get(other.id)).variant).toBe("B");
  });

  test("a repeated key is answered as before, even when the template has been changed; another content is a conflict", async () => {
    const gateway = await open();
    const input = { idempotencyKey: "template-key-1", code: "delivery_completed", values: { order_number: "A1" } };
    const first = await sendTemplate(gateway, input);
    const change = { ...template, code: "delivery_completed", content: "送到了", placeholders: [] };
    await gateway.sms.handlers.upsertTemplate(change, contextOf(gateway.platform, manager));
    expect(await sendTemplate(gateway, input)).toEqual(first);
    expect(await reasonOf(sendTemplate(gateway, { ...input, values: { order_number: "A2" } }))).toBe("conflict");
  });

  test("a written variant stands before the built-in one, and starts the next experiment", async () => {
    const gateway = await open({ apiOnly: true });
    const context = contextOf(gateway.platform, manager);
    await gateway.sms.handlers.upsertTemplate(template, context);
    const { items } = await gateway.sms.handlers.listTemplates({ code: "order_confirmation" }, context);
    expect(items.map(({ variant, isBuiltIn }) => [variant, isBuiltIn])).toEqual([
      ["A", false],
      ["B", true],
    ]);
    await sendTemplate(gateway, { code: "order_confirmation", values: { order_id: "X" }, variant: "A" });
    await sendTemplate(gateway, {
      code: "order_confirmation",
      values: { order_id: "X", delivery_time: "9" },
      to: "0911000001",
      variant: "B",
    });
    const rows = await gateway.platform.database.hot`SELECT text, experiment FROM sms_messages ORDER BY id`;
    expect(rows).toMatchObject([{ text: "訂單 X 好了", experiment: null }, { experiment: null }]);
    const [row] = await gateway.platform.database.hot`SELECT number FROM sms_experiments`;
    expect(row).toMatchObject({ number: 2 });
    await gateway.sms.handlers.upsertTemplate({ ...template, name: "同文" }, context);
    const [same] = await gateway.platform.database.hot`SELECT number FROM sms_experiments`;
    expect(same).toMatchObject({ number: 2 });
  });

  test("unknown, inactive and ill-typed: the reason, and nothing stored", async () => {
    const gateway = await open({ apiOnly: true });
    expect(await reasonOf(sendTemplate(gateway, { code: "no_such_code" }))).toBe("no_such_template");
    expect(await reasonOf(sendTemplate(gateway, { variant: "Z" }))).toBe("no_such_variant");
    expect(await reasonOf(sendTemplate(gateway, { code: "delivery_completed" }))).toBe("missing_value");
    await gateway.sms.handlers.upsertTemplate(
      { ...template, code: "delivery_arrived", content: "到了", placeholders: [], isActive: false },
      contextOf(gateway.platform, manager),
    );
    expect(await reasonOf(sendTemplate(gateway, {}))).toBe("no_such_template");
    const [row] = await gateway.platform.database.hot`SELECT count(*)::int AS count FROM sms_messages`;
    expect(row?.count).toBe(0);
  });
});

describeWith(["postgres"], "a driver", () => {
  test("may send the delivery templates only, and so many an hour over all processes", async () => {
    const gateway = await open({ processes: 2, sms: { driverMessagesPerHour: 3 } });
    const second = house?.gateways[1] ?? gateway;
    expect(await reasonOf(sendTemplate(gateway, { code: "payment_reminder" }, driver))).toBe("template_not_allowed");
    const key = "driver-key-0001";
    const first = await sendTemplate(gateway, { idempotencyKey: key }, driver);
    await sendTemplate(second, { to: "0912345679" }, driver);
    expect(await sendTemplate(second, { idempotencyKey: key }, driver)).toEqual(first);
    await sendTemplate(gateway, { to: "0912345670" }, driver);
    expect(await reasonOf(sendTemplate(second, { to: "0912345671" }, driver))).toBe("driver_limit");
    await sendTemplate(second, { to: "0912345671" }, { subject: "D2", role: "driver" });
  });

  test("sees own messages only", async () => {
    const gateway = await open({ apiOnly: true });
    const mine = await sendTemplate(gateway, {}, driver);
    const other = await sendTemplate(gateway, { to: "0912345679" });
    const context = contextOf(gateway.platform, driver);
    expect(await gateway.sms.handlers.getMessage({ id: mine.id }, context)).toMatchObject({ id: mine.id });
    expect(await reasonOf(gateway.sms.handlers.getMessage({ id: other.id }, context))).toBe("not_found");
    const { items } = await gateway.sms.handlers.listMessages({ limit: 50 }, context);
    expect(items.map(({ id }) => id)).toEqual([mine.id]);
    const all = await gateway.sms.handlers.listMessages({ limit: 50 }, contextOf(gateway.platform, manager));
    expect(all.items).toHaveLength(2);
  });
});
