import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createGatewayClient, type GatewayClient, isGatewayError, type SmsStatus } from "@luckygas/gateway-client";
import type { OfflineStorage } from "@luckygas/gateway-client/offline";
import { createDriverApp, type DriverAppOptions, type Notice } from "../../../contracts/examples/driver-app.ts";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { type CuttableProxy, startCuttableProxy } from "../../support/cuttable-proxy.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const arrived: Notice = { code: "delivery_arrived" };
const onTheWay: Notice = { code: "delivery_on_way", values: { driver_name: "阿明", eta: 10 } };
const completed: Notice = { code: "delivery_completed", values: { order_number: "SO-0042" } };

describeWith(["postgres"], "a driver's app on a real gateway, over a network that is cut", () => {
  let world: OutsideWorld;
  let gateway: GatewayProcess;
  let network: CuttableProxy;

  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: 0 });
    // Limits are judged by their rules elsewhere; a cut network makes many calls.
    gateway = await startGatewayProcess({ env: { ...world.env, CALLER_CALLS_PER_SECOND: "10000" }, port: world.port });
    network = await startCuttableProxy(world.port);
  }, 60_000);

  afterAll(async () => {
    await network?.close();
    await gateway?.terminate();
    await world?.close();
  }, 60_000);

  const tokenOf = (subject: string) =>
    mintToken(new Secret(testSigningKey), { subject, role: "driver", validForSeconds: 3_600 }, new Date());

  /** The phone: its storage outlives the app, which may be started again. */
  function phoneOf(subject: string) {
    let stored: string | null = null;
    const storage: OfflineStorage = {
      read: async () => stored,
      write: async (text) => {
        stored = text;
      },
    };
    const states = new Map<string, SmsStatus[]>();
    const refused: { notice: Notice; why: string }[] = [];
    const start = (options: Partial<DriverAppOptions> = {}) =>
      createDriverApp({
        url: network.url,
        token: () => tokenOf(subject),
        storage,
        onStatus: (id, status) => states.set(id, [...(states.get(id) ?? []), status]),
        onRefused: (notice, why) => refused.push({ notice, why }),
        ...options,
      });
    return { start, states, refused, waiting: () => JSON.parse(stored ?? '{"items":[]}').items.length };
  }

  const messagesOf = async (to: string) =>
    (await (await gateway.client()).sms.listMessages.query({ to })).items.map(({ templateCode }) => templateCode);

  test("what is said without a network goes out once, in order, although the network breaks in the middle", async () => {
    const phone = phoneOf("D1");
    network.away();
    const before = phone.start();
    expect(await before.tell("0911000001", onTheWay)).toBe(false);
    expect(await before.tell("0911000001", arrived)).toBe(false);
    expect(await before.tell("0911000001", completed)).toBe(false);
    expect(phone.waiting()).toBe(3);
    expect(await messagesOf("0911000001")).toEqual([]);

    // The phone was switched off meanwhile. The gateway takes the first call, and its answer is lost, twice and more.
    network.back();
    const app = phone.start();
    for (let loss = 0; loss < 4; loss++) network.cutNextAnswer();
    const cutsBefore = network.cuts();
    await waitFor("everything to be sent", async () => (await app.flush()).left === 0);
    expect(network.cuts() - cutsBefore).toBe(4);
    expect(await messagesOf("0911000001")).toEqual(["delivery_completed", "delivery_arrived", "delivery_on_way"]);
    expect([...phone.states.values()].map((states) => states.length)).toEqual([1, 1, 1]);
    expect(phone.refused).toEqual([]);

    const client = await gateway.client();
    await waitFor("the provider to have delivered them", async () => {
      const { items } = await client.sms.listMessages.query({ to: "0911000001" });
      return items.every(({ status }) => status === "delivered");
    });
    const { items } = await client.sms.listMessages.query({ to: "0911000001" });
    expect(items.map(({ attemptsCount }) => attemptsCount)).toEqual([1, 1, 1]);
  }, 60_000);

  test.each([
    ["streamed", { streaming: true }],
    ["polled, as on React Native", { streaming: false, pollMs: 50 }],
  ])(
    "the states of its own messages come by themselves, also after the connection was lost: %s",
    async (how, options) => {
      const driver = `D2 ${how}`;
      const phone = phoneOf(driver);
      const other = phoneOf(`D3 ${how}`);
      const app = phone.start(options);
      const leaving = new AbortController();
      const following = app.follow(leaving.signal);
      const to = how === "streamed" ? "0911000002" : "0911000003";
      // A subscription tells what happens from its beginning on: the first message shows that it has begun.
      let first = 0;
      await waitFor("the first state to come", async () => {
        await app.tell(`09110001${String(10 + first++)}`, arrived);
        return [...phone.states.values()].some((states) => states.length > 1);
      });
      network.away();
      network.back();
      await other.start().tell("0911000009", arrived);
      await app.tell(to, completed);
      const [sent] = (await (await gateway.client()).sms.listMessages.query({ to })).items;
      await waitFor("the delivery to be told", async () => {
        return phone.states.get(sent?.id ?? "")?.includes("delivered") === true;
      });
      leaving.abort();
      await following;
      const own = new Set([...phone.states.keys()]);
      const foreign = (await (await gateway.client()).sms.listMessages.query({ to: "0911000009" })).items;
      expect(foreign.filter(({ id }) => own.has(id))).toEqual([]);
      expect(other.states.size).toBe(1);
    },
    60_000,
  );

  describe("a driver's rights", () => {
    let driver: GatewayClient;
    const ask = async (call: Promise<unknown>) => {
      const error: unknown = await call.catch((failure) => failure);
      return isGatewayError(error) ? error.data.gateway : error;
    };

    beforeAll(async () => {
      driver = createGatewayClient({ url: gateway.url, token: await tokenOf("D4"), retry: { attemptsMax: 1 } });
    });

    test("are the delivery templates, the own messages, and nothing else", async () => {
      const mine = await driver.sms.sendTemplate.mutate({
        idempotencyKey: "d4-arrived-1",
        to: "0911000004",
        code: "delivery_arrived",
      });
      const foreign = await (await gateway.client()).sms.sendMessage.mutate({
        idempotencyKey: "office-0001",
        to: "0911000005",
        text: "您好",
      });
      expect((await driver.sms.listMessages.query({})).items.map(({ id }) => id)).toEqual([mine.id]);
      expect((await driver.sms.getMessage.query({ id: mine.id })).templateCode).toBe("delivery_arrived");
      expect(await ask(driver.sms.getMessage.query({ id: foreign.id }))).toMatchObject({ code: "not_found" });
      const otherTemplate = { idempotencyKey: "d4-payment-1", to: "0911000004", code: "payment_reminder", values: {} };
      expect(await ask(driver.sms.sendTemplate.mutate(otherTemplate))).toMatchObject({ code: "forbidden" });
      const text = { idempotencyKey: "d4-text-0001", to: "0911000004", text: "free text" };
      expect(await ask(driver.sms.sendMessage.mutate(text))).toMatchObject({ code: "forbidden" });
      expect(await ask(driver.sms.cancelMessage.mutate({ id: mine.id }))).toMatchObject({ code: "forbidden" });
      expect(await ask(driver.einvoice.listInvoices.query({}))).toMatchObject({ code: "forbidden" });
      expect(await ask(driver.banking.listBatches.query({}))).toMatchObject({
        code: "forbidden",
        action: "ask_for_rights",
      });
    });

    /** What the gateway has counted of a sender, in this hour and in the next, should it begin meanwhile. */
    const countAs = (subject: string, count: number) => world.sql`
      INSERT INTO sms_sender_counts (subject, hour, count)
      SELECT ${subject}, date_trunc('hour', now()) + make_interval(hours => n), ${count} FROM generate_series(0, 1) AS n
      ON CONFLICT (subject, hour) DO UPDATE SET count = excluded.count`;

    test("end at a number of messages an hour, and the app keeps what is above it for later", async () => {
      const phone = phoneOf("D5");
      const app = phone.start();
      await app.tell("0911000006", arrived);
      await countAs("D5", 60);
      expect(await app.tell("0911000006", completed)).toBe(false);
      expect((await app.flush()).stoppedBy).toBe("try_later");
      expect(phone.refused).toEqual([]);
      expect(await messagesOf("0911000006")).toEqual(["delivery_arrived"]);
      await countAs("D5", 1);
      expect((await app.flush()).left).toBe(0);
      expect(await messagesOf("0911000006")).toEqual(["delivery_completed", "delivery_arrived"]);
    });
  });
});
