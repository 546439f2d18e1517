import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
let rangeStart = 0;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.reset());
afterAll(() => world.close());

/** The simulated platform remembers numbers from test to test: each has a range of its own. */
async function start(runJobs = true): Promise<TestGateway> {
  await world.addRange(rangeStart, rangeStart + 49);
  rangeStart += 50;
  return world.start({ runJobs });
}

const issue = (gateway: TestGateway, key = "order-0001") =>
  gateway.handlers.issueInvoice(consumerInvoice(key), context(gateway));
const cancel = (gateway: TestGateway, id: string) =>
  gateway.handlers.cancelInvoice({ idempotencyKey: "cancel-0001", id, reason: "退貨" }, context(gateway));
const detail = (gateway: TestGateway, id: string) => gateway.handlers.getInvoice({ id }, context(gateway));
const becomes = (gateway: TestGateway, id: string, ...expected: string[]) =>
  waitFor(`messages ${expected}`, async () => {
    const found = await detail(gateway, id);
    return found.messages.map(({ status }) => status).join() === expected.join() && found;
  });
const resend = (gateway: TestGateway, messageId: string) =>
  gateway.handlers.resendMessage({ messageId, note: "平台已修正賣方資料" }, context(gateway));
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => [error.code, error.options?.reason ?? error.options?.fields?.[0]?.path],
  );
/** Refuses a message; with a code that says nothing of its content. */
const refuse = (operation: string, times = 1) => {
  for (let time = 0; time < times; time += 1) {
    world.simulator.faults.add({ operation, kind: "reply", body: '{"RtnCode":"9000002","RtnMsg":"資料錯誤"}' });
  }
};
const decisions = async () => {
  const rows =
    await world.sql`SELECT outcome, decided_by, note FROM einvoice_attempts WHERE operation = 'decide' ORDER BY id`;
  return rows.map((row) => `${row.outcome} by ${row.decided_by}: ${row.note}`);
};
const recordOf = (number: string) => world.simulator.records().find(({ invoiceNo }) => invoiceNo === number);

describeWith(["postgres"], "sending a refused message again", () => {
  test("the same number and content is accepted in a new attempt; the cause is told, and what to do", async () => {
    const gateway = await start();
    refuse("issue");
    const { id, invoiceNumber } = await issue(gateway);
    const before = await becomes(gateway, id, "rejected");
    const [message] = before.messages;
    expect(message).toMatchObject({ providerCode: "9000002", remedies: ["resend", "void_and_correct"] });
    expect(before.status).toBe("rejected");
    const { items } = await gateway.handlers.listDeadlines({ limit: 50 }, context(gateway));
    expect(items).toMatchObject([{ invoiceId: id, remedies: ["resend", "void_and_correct"] }]);
    const told = await resend(gateway, message?.id ?? "");
    expect(told).toMatchObject({ messageId: message?.id, kind: "issue", invoiceNumber, remedies: [], attempts: 1 });
    const after = await becomes(gateway, id, "accepted");
    expect(after.status).toBe("accepted");
    expect(after.messages).toMatchObject([{ attempts: 2, remedies: [] }]);
    expect(after.attempts.map(({ outcome }) => outcome)).toEqual(["accepted", "not_found", "rejected"]);
    expect(await decisions()).toEqual(["not_found by back-office: 平台已修正賣方資料"]);
    expect(recordOf(invoiceNumber)?.contents).toHaveLength(1);
  });

  test("what follows under the number waits for it", async () => {
    const idle = await start(false);
    const { id, invoiceNumber } = await issue(idle);
    await cancel(idle, id);
    refuse("issue");
    const gateway = await world.start({ runJobs: true });
    const { messages } = await becomes(gateway, id, "rejected", "due");
    await Bun.sleep(300);
    expect(recordOf(invoiceNumber)).toBeUndefined();
    await resend(gateway, messages[0]?.id ?? "");
    await becomes(gateway, id, "accepted", "accepted");
    const sent = await world.sql`SELECT upload_id FROM einvoice_attempts WHERE operation = 'submit' ORDER BY id`;
    const [first, second] = messages.map((message) => message.id);
    expect(sent.map((row) => row.upload_id)).toEqual([first, first, second]);
    expect((await detail(gateway, id)).status).toBe("cancelled");
  });

  test("two who send it again at once send it once; nothing else is sent again", async () => {
    const gateway = await start();
    refuse("issue");
    const { id } = await issue(gateway);
    const { messages } = await becomes(gateway, id, "rejected");
    const messageId = messages[0]?.id ?? "";
    const settled = await Promise.allSettled([resend(gateway, messageId), resend(gateway, messageId)]);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await becomes(gateway, id, "accepted");
    expect(await refusalOf(resend(gateway, messageId))).toEqual(["state_not_allowed", "not_rejected"]);
    expect(await refusalOf(resend(gateway, Bun.randomUUIDv7()))).toEqual(["not_found", undefined]);
    const { attempts } = await detail(gateway, id);
    expect(attempts.filter(({ operation }) => operation === "submit")).toHaveLength(2);
  });

  test("a refused cancellation leaves the invoice's state to the person, and goes again", async () => {
    const gateway = await start();
    const { id } = await issue(gateway);
    await becomes(gateway, id, "accepted");
    refuse("void");
    await cancel(gateway, id);
    const { messages } = await becomes(gateway, id, "accepted", "rejected");
    expect(messages[1]).toMatchObject({ kind: "cancel", remedies: ["resend", "settle"] });
    await resend(gateway, messages[1]?.id ?? "");
    await becomes(gateway, id, "accepted", "accepted");
    expect((await detail(gateway, id)).status).toBe("cancelled");
  });
});

describeWith(["postgres"], "ending a message by hand", () => {
  const settle = (
    gateway: TestGateway,
    messageId: string,
    decision: "accepted" | "rejected" | "send_again",
    more = {},
  ) => gateway.handlers.settleMessage({ messageId, decision, note: "已在平台查詢", ...more }, context(gateway));

  /** An invoice whose cancellation nobody knows the outcome of. */
  async function unknownCancellation(gateway: TestGateway) {
    const { id, invoiceNumber } = await issue(gateway);
    await becomes(gateway, id, "accepted");
    world.simulator.faults.add({ operation: "void", kind: "drop_before" });
    for (let time = 0; time < 50; time += 1) {
      world.simulator.faults.add({ operation: "query", kind: "reply", body: '{"RtnCode":"7777777"}' });
    }
    await cancel(gateway, id);
    const { messages } = await becomes(gateway, id, "accepted", "unknown");
    return { id, invoiceNumber, messageId: messages[1]?.id ?? "" };
  }

  test("as accepted, or as refused and then sent again, with who decided and why", async () => {
    const gateway = await start();
    const { id, messageId } = await unknownCancellation(gateway);
    expect((await detail(gateway, id)).messages[1]?.remedies).toEqual(["settle"]);
    const allowanceNumber = "AA12345678";
    expect(await refusalOf(settle(gateway, messageId, "accepted", { allowanceNumber }))).toEqual([
      "invalid_input",
      "allowanceNumber",
    ]);
    expect(await settle(gateway, messageId, "rejected")).toMatchObject({ status: "rejected", kind: "cancel" });
    expect(await settle(gateway, messageId, "accepted")).toMatchObject({ status: "accepted", remedies: [] });
    expect((await detail(gateway, id)).status).toBe("cancelled");
    const by = "by back-office: 已在平台查詢";
    expect(await decisions()).toEqual([`rejected ${by}`, `accepted ${by}`]);
    expect(await refusalOf(settle(gateway, messageId, "rejected"))).toEqual(["state_not_allowed", "not_unknown"]);
  });

  test("as not there: it is sent again", async () => {
    const gateway = await start();
    const { id, messageId } = await unknownCancellation(gateway);
    expect(await settle(gateway, messageId, "send_again")).toMatchObject({
      status: expect.stringMatching(/due|sending/),
    });
    await becomes(gateway, id, "accepted", "accepted");
  });
});
