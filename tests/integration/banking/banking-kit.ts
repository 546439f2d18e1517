import type { BankConfiguration, BankingCapability, BankingOptions } from "../../../src/banking/index.ts";
import { createBanking } from "../../../src/banking/index.ts";
import { type Clock, systemClock } from "../../../src/platform/clock.ts";
import type { CallContext } from "../../../src/platform/rpc.ts";
import { type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { createTestPlatform, type TestPlatform } from "../../support/platform.ts";
import { createTestDatabase } from "../../support/postgres.ts";
import { waitFor } from "../../support/wait-for.ts";

/** One gateway process, as far as banking goes. */
export interface BankingProcess {
  platform: TestPlatform;
  banking: BankingCapability;
  handlers: BankingCapability["handlers"];
  /** Stops as an orderly shutdown does. */
  stop(): Promise<void>;
}

export interface ProcessOptions extends BankingOptions {
  url: string;
  secrets?: Parameters<typeof createTestPlatform>[0]["secrets"];
  clock?: Clock;
  /** False: nothing runs by itself. */
  jobs?: boolean;
}

/** Short enough that a test of a hanging bank does not take long. */
const timeouts = { connectMs: 3_000, requestMs: 1_000, acquireMs: 5_000 };

export async function startProcess({
  url,
  secrets,
  clock,
  jobs = true,
  ...options
}: ProcessOptions): Promise<BankingProcess> {
  const platform = createTestPlatform({ url, ...(secrets && { secrets }), ...(clock && { clock }) });
  const banking = createBanking(platform, {
    leaseMs: 3_000,
    retryBaseMs: 100,
    polls: false,
    ...options,
    timeouts: { ...timeouts, ...options.timeouts },
  });
  await banking.start();
  if (jobs) platform.jobs.start();
  return {
    platform,
    banking,
    handlers: banking.handlers,
    stop: async () => {
      await platform.jobs.stop();
      await banking.stop();
      await platform.close();
    },
  };
}

export const megaAt = (bank: BankSimulator, more: Partial<BankConfiguration> = {}): BankConfiguration => ({
  bankCode: "mega",
  bankName: "兆豐銀行",
  sftpHost: bank.host,
  sftpPort: bank.port,
  uploadPath: "/upload",
  downloadPath: "/download",
  fileFormat: "fixed_width",
  encoding: "BIG5",
  hostKeyPins: [bank.hostKeyPin],
  stableAfterSeconds: 0,
  ...more,
});

/** A database, a simulated bank and one gateway process that knows it as `mega`. */
export interface BankWorld {
  bank: BankSimulator;
  gateway: BankingProcess;
  close(): Promise<void>;
}

/** `banks` are known beside `mega`, at the same simulated bank. */
export async function startWorld(
  mega: Partial<BankConfiguration> = {},
  { banks = [], ...options }: Partial<ProcessOptions> & { banks?: Partial<BankConfiguration>[] } = {},
): Promise<BankWorld> {
  const [database, bank] = await Promise.all([
    createTestDatabase(),
    createBankSimulator({ clock: options.clock ?? systemClock }),
  ]);
  const gateway = await startProcess({
    url: database.url,
    secrets: megaSecret(bank),
    defaultBanks: [mega, ...banks].map((configuration) => megaAt(bank, configuration)),
    ...options,
  });
  return {
    bank,
    gateway,
    close: async () => {
      await gateway.stop();
      await bank.close();
      await database.close();
    },
  };
}

export const megaSecret = (bank: BankSimulator) => ({
  "banking-mega-credentials": JSON.stringify({
    sftp_username: bank.credentials.username,
    sftp_password: bank.credentials.password,
  }),
});

export const as = (process: BankingProcess, subject: string): CallContext => ({
  caller: { subject, role: "manager" },
  requestId: "test",
  log: process.platform.log,
});

let count = 0;
export const items = (number = 3) =>
  Array.from({ length: number }, () => {
    count += 1;
    return {
      transactionId: `TX${String(count).padStart(8, "0")}`,
      accountNumber: `0123456${String(count).padStart(5, "0")}`,
      accountHolder: "許功蓋",
      amount: 1000 + count,
      memo: "一月瓦斯費",
    };
  });

export interface CreateOptions {
  bank?: string;
  items?: ReturnType<typeof items>;
  idempotencyKey?: string;
}

export function createBatch(process: BankingProcess, options: CreateOptions = {}) {
  const input = {
    idempotencyKey: options.idempotencyKey ?? crypto.randomUUID(),
    bank: options.bank ?? "mega",
    paymentDate: "2030-01-31",
    items: options.items ?? items(),
  };
  return process.handlers.createBatch(input, as(process, "clerk"));
}

/** A batch that is approved and not ordered to be sent. */
export async function approvedBatch(process: BankingProcess, options: CreateOptions = {}) {
  const { id: batchId } = await createBatch(process, options);
  const { file } = await process.handlers.sealBatch({ batchId }, as(process, "clerk"));
  if (!file) throw new Error("a sealed batch has no file");
  await process.handlers.approveBatch({ batchId, sha256: file.sha256 }, as(process, "manager"));
  return { batchId, file };
}

export const getBatch = (process: BankingProcess, batchId: string) =>
  process.handlers.getBatch({ batchId, includeItems: true }, as(process, "clerk"));

/** Waits until the batch is in one of the states, and gives it. */
export function untilStatus(process: BankingProcess, batchId: string, ...wanted: string[]) {
  return waitFor(`batch to be ${wanted.join(" or ")}`, async () => {
    const batch = await getBatch(process, batchId);
    return wanted.includes(batch.status) ? batch : undefined;
  });
}
