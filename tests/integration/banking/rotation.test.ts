import { afterAll, beforeAll, expect, test } from "bun:test";
import { createBanking } from "../../../src/banking/index.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { SecretManagerError } from "../../../src/platform/secret-manager-errors.ts";
import { type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { createTestPlatform } from "../../support/platform.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { megaAt } from "./banking-kit.ts";

describeWith(["postgres"], "secrets of a bank that change or cannot be read", () => {
  let database: TestDatabase;
  const banks: BankSimulator[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    banks.push(await createBankSimulator({ clock: systemClock }), await createBankSimulator({ clock: systemClock }));
  });
  afterAll(async () => {
    await Promise.all(banks.map((bank) => bank.close()));
    await database.close();
  });

  test("another host takes effect at once; work on the old one is finished there", async () => {
    const [before, after] = banks;
    if (!before || !after) throw new Error("no banks");
    const secretOf = (bank: BankSimulator) =>
      new Secret(
        JSON.stringify({
          sftp_username: bank.credentials.username,
          sftp_password: bank.credentials.password,
          sftp_host: bank.host,
          sftp_port: bank.port,
        }),
      );
    let current = secretOf(before);
    const platform = { ...createTestPlatform({ url: database.url }), secrets: { read: async () => current } };
    const pins = [before.hostKeyPin, after.hostKeyPin];
    const banking = createBanking(platform, { polls: false, defaultBanks: [megaAt(before, { hostKeyPins: pins })] });
    const context = { caller: { subject: "boss", role: "manager" as const }, requestId: "test", log: platform.log };
    const poll = () => banking.handlers.pollInbound({ bank: "mega" }, context);
    await poll();
    before.faults.add({ operation: "opendir", kind: "delay", delayMs: 300 });
    const underWay = poll();
    await Bun.sleep(100);
    current = secretOf(after);
    await Promise.all([underWay, banking.handlers.testConnection({ bank: "mega" }, context)]);
    expect((await underWay).bank).toBe("mega");
    expect(after.connections().most).toBe(1);
    await poll();
    expect(after.requests().some(({ operation }) => operation === "opendir")).toBe(true);
    await banking.stop();
    await platform.close();
  });

  test("a secret manager that refuses one bank is that bank's problem, told by its message", async () => {
    const subject = { projectId: "p", secret: "banking-mega-credentials", role: "roles/secretmanager.secretAccessor" };
    const refusal = new SecretManagerError("permission_denied", subject);
    const platform = {
      ...createTestPlatform({ url: database.url }),
      secrets: {
        read: async (name: string) => {
          if (name.includes("mega")) throw refusal;
          return new Secret(JSON.stringify({ sftp_username: "u", sftp_password: "p" }));
        },
      },
    };
    const [bank] = banks;
    if (!bank) throw new Error("no bank");
    const banking = createBanking(platform, {
      polls: false,
      defaultBanks: [megaAt(bank), { ...megaAt(bank), bankCode: "esun" }],
    });
    expect(await banking.health()).toMatchObject({
      banking_mega: { status: "disabled", detail: refusal.message },
      banking_esun: { status: "healthy" },
    });
    await banking.stop();
    await platform.close();
  });
});
