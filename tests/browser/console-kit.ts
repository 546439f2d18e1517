import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { GatewayClient, Role } from "@luckygas/gateway-client";
import type { Browser, Page } from "playwright-core";
import { mintToken } from "../../src/platform/auth.ts";
import { Secret } from "../../src/platform/secret.ts";
import { taipeiDate } from "../../src/platform/taipei-time.ts";
import { type ConsoleTab, launchChromium, openConsole, signInByToken, type TabOptions } from "../support/browser.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../support/outside-world.ts";
import { waitFor } from "../support/wait-for.ts";

/** A gateway with everything outside of it, and a browser; set up once for the tests of one file. */
export interface ConsoleKit {
  world(): OutsideWorld;
  gateway(): GatewayProcess;
  /** For a test that has started the gateway anew. */
  setGateway(gateway: GatewayProcess): void;
  /** A tab at the door; what went wrong in any of them is judged at the end. */
  atTheDoor(options?: Partial<TabOptions>): Promise<ConsoleTab>;
  signedIn(subject: string, role: Role, options?: Partial<TabOptions>): Promise<ConsoleTab>;
  tokenOf(subject: string, role: Role, validForSeconds?: number): Promise<string>;
  /** Every tab so far. */
  tabs: ConsoleTab[];
}

export function useConsoleKit(options: { numbers: number; prepare?(world: OutsideWorld): Promise<void> }): ConsoleKit {
  let world: OutsideWorld | undefined;
  let gateway: GatewayProcess | undefined;
  let browser: Browser | undefined;
  const tabs: ConsoleTab[] = [];

  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: options.numbers });
    await options.prepare?.(world);
    gateway = await startGatewayProcess({ env: world.env, port: world.port });
    browser = await launchChromium();
  }, 60_000);

  afterEach(async () => {
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.terminate();
    await world?.close();
  }, 60_000);

  const started = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error("it has not started");
    return part;
  };
  const tokenOf = (subject: string, role: Role, validForSeconds = 3_600) =>
    mintToken(new Secret(testSigningKey), { subject, role, validForSeconds }, new Date());

  const atTheDoor = async (tabOptions: Partial<TabOptions> = {}) => {
    const tab = await openConsole(started(browser), { url: started(gateway).url, ...tabOptions });
    tabs.push(tab);
    return tab;
  };

  return {
    world: () => started(world),
    gateway: () => started(gateway),
    setGateway: (next) => {
      gateway = next;
    },
    atTheDoor,
    tokenOf,
    tabs,
    signedIn: async (subject, role, tabOptions = {}) => {
      const tab = await atTheDoor(tabOptions);
      await signInByToken(tab, await tokenOf(subject, role));
      await tab.page.getByRole("heading", { level: 1, name: /總覽|Overview/ }).waitFor();
      return tab;
    },
  };
}

/** The last test of a file: nothing from outside was loaded, no policy was broken, nothing was thrown. */
export function expectCleanTabs(kit: ConsoleKit): void {
  test("the pages loaded nothing from outside, broke no policy and threw nothing", () => {
    expect(kit.tabs.length).toBeGreaterThan(0);
    expect(kit.tabs.flatMap(({ outside }) => outside)).toEqual([]);
    expect(kit.tabs.flatMap(({ faults }) => faults)).toEqual([]);
  });
}

export const goTo = (page: Page, hash: string): Promise<void> =>
  page.evaluate(`location.hash = ${JSON.stringify(hash)}`).then(() => undefined);

/** A draft of two debits for today, by the client's subject. */
export async function draftOf(client: GatewayClient, key: string): Promise<string> {
  const items = [
    { transactionId: `${key}-1`, accountNumber: "01234567890123", accountHolder: "張三", amount: 1_380 },
    { transactionId: `${key}-2`, accountNumber: "01234567890124", accountHolder: "許功蓋", amount: 690 },
  ];
  const batch = await client.banking.createBatch.mutate({
    idempotencyKey: `console-${key}`,
    bank: "mega",
    paymentDate: taipeiDate(new Date()),
    items,
  });
  return batch.id;
}

/** A message of which nobody knows whether it went out, and whose provider cannot be asked. */
export async function unknownMessage(kit: ConsoleKit, idempotencyKey: string): Promise<string> {
  const { faults } = kit.world().every8d;
  faults.add({ operation: "SendSMS", kind: "drop_before" });
  faults.add({ operation: "GetDeliveryStatus", kind: "reply", status: 500, times: 10_000 });
  const client = await kit.gateway().client();
  const message = { idempotencyKey, to: "0987654321", text: "hello", provider: "every8d" };
  const { id } = await client.sms.sendMessage.mutate(message);
  await waitFor("the message to be unknown", async () => {
    return (await client.sms.getMessage.query({ id })).status === "unknown";
  });
  return id;
}
