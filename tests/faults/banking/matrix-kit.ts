import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BankProfile } from "../../../src/banking/connectors/port.ts";
import type { BankConfiguration } from "../../../src/banking/index.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import {
  type BankOperation,
  type BankSimulator,
  type BankTraits,
  createBankSimulator,
} from "../../../src/simulators/bank/index.ts";
import {
  approvedBatch,
  type BankingProcess,
  getBatch,
  items,
  megaAt,
  megaSecret,
  type ProcessOptions,
  startProcess,
} from "../../integration/banking/banking-kit.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { waitFor } from "../../support/wait-for.ts";
import { ordinaryProfile } from "./transport-kit.ts";

/** Kinds of banks' servers: what they do, and what the bank's configuration says about it. */
export const kindsOfBanks = {
  atomic: { traits: {}, profile: {} },
  collecting: { traits: { collects: true }, profile: { submission: "direct" } },
  "write-only": { traits: { writeOnly: true }, profile: { readBack: false, stat: false } },
  "no EXCL": { traits: { exclusiveOpen: "refused" }, profile: { exclusiveOpen: false } },
  "no fsync": { traits: { offersFsync: false }, profile: {} },
  "no stat": { traits: { answersStat: false }, profile: { stat: false } },
} satisfies Record<string, { traits: Partial<BankTraits>; profile: Partial<BankProfile> }>;
export type KindOfBank = keyof typeof kindsOfBanks;

/** Enough items for more than one write and read. */
const ITEMS = 200;
const END_MS = 120_000;

/** One bank and one gateway with a database of their own. */
export interface World {
  kind: KindOfBank;
  bank: BankSimulator;
  database: TestDatabase;
  gateway: BankingProcess;
  configuration: BankConfiguration;
  secret: string;
  /** Every request of one submission, in order, from the connection on. */
  requests: BankOperation[];
  newBatch(): ReturnType<typeof approvedBatch>;
  startGateway(options?: Partial<ProcessOptions>): Promise<BankingProcess>;
  close(): Promise<void>;
}

export async function openWorld(kind: KindOfBank, options: { jobs: boolean }): Promise<World> {
  const { traits, profile } = kindsOfBanks[kind];
  const [bank, database] = await Promise.all([
    createBankSimulator({ clock: systemClock, traits }),
    createTestDatabase(),
  ]);
  bank.holdReplies();
  const configuration = megaAt(bank, { profile: { ...ordinaryProfile, ...profile }, connectionsMax: 20 });
  const startGateway = (more: Partial<ProcessOptions> = {}) =>
    startProcess({
      url: database.url,
      secrets: megaSecret(bank),
      defaultBanks: [configuration],
      breaker: { failuresToOpen: 1_000_000, openForMs: 1 },
      retryBaseMs: 10,
      timeouts: { connectMs: 2_000, requestMs: 1_000, acquireMs: 60_000, idleMs: 1 },
      ...more,
    });
  const gateway = await startGateway({ jobs: options.jobs });
  return {
    kind,
    bank,
    database,
    gateway,
    configuration,
    secret: megaSecret(bank)["banking-mega-credentials"],
    requests: await recordRequests(kind),
    newBatch: () => approvedBatch(gateway, { items: items(ITEMS) }),
    startGateway,
    close: async () => {
      await gateway.stop();
      await bank.close();
      await database.close();
    },
  };
}

/** What a submission asks of a bank of this kind, seen at one that works. */
async function recordRequests(kind: KindOfBank): Promise<BankOperation[]> {
  const { traits, profile } = kindsOfBanks[kind];
  const bank = await createBankSimulator({ clock: systemClock, traits });
  const { outboundFile, endpointOf, transportTo } = await import("./transport-kit.ts");
  const transport = transportTo(endpointOf(bank), { profile });
  const file = outboundFile("/upload", "PAY_20300131_1.txt", "x".repeat((ITEMS + 2) * 202));
  const outcome = await transport.submit(file, { onStep: () => {}, onVerified: async () => {} });
  if (outcome.kind !== "sent") throw new Error(`not sent: ${JSON.stringify(outcome)}`);
  const seen = bank.requests().map(({ operation }) => operation);
  await transport.close();
  await bank.close();
  return ["connect", "auth", "subsystem", ...seen];
}

export type Batch = Awaited<ReturnType<typeof getBatch>>;

/** Waits until nothing more happens with a batch by itself. */
export const untilOver = (gateway: BankingProcess, batchId: string): Promise<Batch> =>
  waitFor(
    "the transfer to end",
    async () => {
      const batch = await getBatch(gateway, batchId);
      return batch.status !== "sending" && batch.status !== "approved" ? batch : undefined;
    },
    END_MS,
  );

/** Where a look can tell, a doubt lasts only until the next one succeeds. */
export const untilDecided = (world: World, batchId: string): Promise<Batch> =>
  waitFor(
    "the doubt to end",
    async () => {
      const batch = await getBatch(world.gateway, batchId);
      const canLook = world.kind !== "write-only" && world.kind !== "collecting";
      return canLook && batch.status === "indeterminate" ? undefined : batch;
    },
    END_MS,
  );

/** What is wrong with how a submission ended; empty when the file is there once and whole, or its state says what is known. */
export function faultsOf(world: World, batch: Batch, isFlipped: boolean): string[] {
  const { file, attempts, status } = batch;
  if (!file) return ["has no file"];
  const { upload, collected } = foldersOf(world.bank);
  const present = [upload, collected].filter((folder) => readdirSync(folder).includes(file.name));
  const isWhole = present.every((folder) => sha256Of(readFileSync(join(folder, file.name))) === file.sha256);
  const sent = attempts.filter((attempt) => attempt.state === "sent");
  const wrong: string[] = [];
  const check = (holds: boolean, rule: string) => {
    if (!holds) wrong.push(rule);
  };
  check(["sent", "held", "indeterminate"].includes(status), `ended as ${status}`);
  check(sent.length <= 1, `${sent.length} attempts are sent`);
  check(present.length <= 1, "is there twice");
  if (status === "sent") {
    check(present.length === 1, "is called sent and not there");
    check(sent.length === 1, "is called sent by no attempt");
    // What nobody can read nobody can compare; the level of verification says so.
    check(isWhole || (isFlipped && sent[0]?.verification !== "sha256"), "is called sent and is not whole");
  }
  if (status === "held") check(present.length === 0, "is held and there");
  const undecided = attempts.filter((attempt) => !["sent", "failed"].includes(attempt.state));
  check(undecided.length === (status === "indeterminate" ? 1 : 0), `${undecided.length} attempts are undecided`);
  return wrong;
}

/**
 * Temporary files at the bank of batches whose fate is known. Where nobody may look, an empty one cannot be told from
 * another's, and stays.
 */
export function leftOver(world: World, batches: Batch[]): string[] {
  const isClosed = world.kind === "write-only";
  const unknown = batches
    .filter(({ status, attempts }) => status === "indeterminate" || (isClosed && attempts.some(isRefusedOpen)))
    .map(({ file }) => file?.name ?? "");
  const { upload, collected } = foldersOf(world.bank);
  return [upload, collected]
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.endsWith(".tmp") && !unknown.some((own) => name.startsWith(own)));
}

/** How a cell of the table ended, in short. */
export const inShort = ({ status, attempts }: Batch): string =>
  attempts.length > 1 ? `${status}/${attempts.length}` : status;

/** A table of outcomes: a line for every request, a column for every fault. */
export function tableOf(
  title: string,
  requests: readonly string[],
  columns: readonly string[],
  cell: (row: number, column: string) => string,
): string {
  const width = Math.max(...columns.map((column) => column.length), 15);
  const line = (cells: string[]) => cells.map((text, index) => text.padEnd(index === 0 ? 16 : width + 1)).join("");
  const rows = requests.map((request, row) =>
    line([`${row + 1} ${request}`, ...columns.map((column) => cell(row, column))]),
  );
  return [title, line(["", ...columns]), ...rows].join("\n");
}

const isRefusedOpen = ({ errorType, steps }: Batch["attempts"][number]): boolean =>
  errorType === "exists_or_failure" && steps.at(-1)?.step === "open the temporary file";

const foldersOf = (bank: BankSimulator) => ({
  upload: join(bank.folder, "upload"),
  collected: join(bank.folder, "..", "collected"),
});

const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
