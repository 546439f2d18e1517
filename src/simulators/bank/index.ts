import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import ssh2 from "ssh2";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import { createBackOffice, type Outcome } from "./back-office.ts";
import { type BankFaults, type BankOperation, createBankFaults } from "./faults.ts";
import { createBankFolder } from "./folder.ts";
import { type LedgerFile, openLedger } from "./ledger.ts";
import type { CsvRules } from "./payment-csv.ts";
import { createSftpSession } from "./sftp-session.ts";
import { startSshServer } from "./ssh-server.ts";
import { type BankTraits, ordinaryTraits } from "./traits.ts";

export interface BankSimulatorOptions {
  /** Keeps the host key, the files and the bank's memory; absent: a folder that is thrown away at the end. */
  stateDir?: string;
  clock: Clock;
  log?: Log;
  /** Three digits; default 017. */
  clearingCode?: string;
  /** Default `/upload` and `/download`. */
  uploadPath?: string;
  downloadPath?: string;
  /** Takes delimited files instead of 200-byte records. */
  csv?: CsvRules;
  traits?: Partial<BankTraits>;
  /** Any free port when absent. */
  port?: number;
}

/** A request that reached the server. */
export interface SeenRequest {
  operation: BankOperation;
  path: string;
}

/** One bank: a real SSH server with SFTP on loopback, which answers payment files with reply files. */
export interface BankSimulator {
  host: string;
  port: number;
  hostKeyPin: string;
  credentials: { username: string; password: string };
  /** The bank changes the password; connections that are open stay so. */
  setPassword(password: string): void;
  /** The real folder behind the server's root. */
  folder: string;
  faults: BankFaults;
  /** What the bank has dealt with, in order. */
  records(): readonly LedgerFile[];
  /** The latest requests, at most 10,000. */
  requests(): readonly SeenRequest[];
  connections(): { now: number; most: number };
  /** SFTP channels over all connections. */
  channels(): { now: number; most: number };
  /** The most requests of one channel, and the most bytes of content, that were ever on the way to an answer at once. */
  load(): { requests: number; bytes: number };
  signIns(): { tried: number; refused: number };
  /** Sets what the bank says of a debit, or of a request about an authorisation; all others succeed with `000` or `0`. */
  setOutcome(transactionId: string, outcome: Outcome): void;
  /** Stops answering payment files until `releaseReplies`. */
  holdReplies(): void;
  releaseReplies(): Promise<void>;
  cutAll(): void;
  close(): Promise<void>;
}

const REQUESTS_MAX = 10_000;

export async function createBankSimulator(options: BankSimulatorOptions): Promise<BankSimulator> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), "bank-simulator-")));
  const uploadPath = options.uploadPath ?? "/upload";
  const downloadPath = options.downloadPath ?? "/download";
  const root = join(stateDir, "files");
  const collectedFolder = join(stateDir, "collected");
  for (const folder of [join(root, uploadPath), join(root, downloadPath), collectedFolder]) {
    await mkdir(folder, { recursive: true });
  }
  const traits = { ...ordinaryTraits, ...options.traits };
  const faults = createBankFaults();
  const ledger = openLedger(join(stateDir, "ledger.jsonl"));
  const outcomes = new Map<string, Outcome>();
  const credentials = {
    username: "luckygas",
    password: keep(stateDir, "password", () => randomBytes(12).toString("hex")),
  };
  const seen: SeenRequest[] = [];
  const load = { requests: 0, bytes: 0 };
  const backOffice = createBackOffice({
    clock: options.clock,
    ledger,
    traits,
    clearingCode: options.clearingCode ?? "017",
    csv: options.csv,
    uploadFolder: join(root, uploadPath),
    downloadFolder: join(root, downloadPath),
    collectedFolder,
    outcomeOf: (payment) => outcomes.get(payment.transactionId) ?? { code: "000", message: "交易成功" },
    answerOf: (note) => outcomes.get(note) ?? { code: "0", message: "成功" },
  });

  let pending: Promise<void> = Promise.resolve();
  async function onArrival(path: string): Promise<void> {
    if (posix.dirname(path) !== posix.normalize(uploadPath)) return;
    if (traits.collects) await backOffice.collect(posix.basename(path));
    // The answer comes later than the server's reply to the request that brought the file.
    pending = pending
      .then(() => backOffice.work())
      .catch((error: unknown) => options.log?.error("bank simulator", { error }));
  }

  const folder = createBankFolder(root);
  const server = await startSshServer({
    hostKey: keep(stateDir, "host-key", newHostKey),
    username: credentials.username,
    password: () => credentials.password,
    faults,
    ...(options.port !== undefined && { port: options.port }),
    serve: (channel) =>
      createSftpSession({
        folder,
        faults,
        traits,
        uploadPath,
        ...channel,
        onRequest: (operation, path) => {
          seen.push({ operation, path });
          if (seen.length > REQUESTS_MAX) seen.shift();
        },
        onLoad: (requests, bytes) => {
          load.requests = Math.max(load.requests, requests);
          load.bytes = Math.max(load.bytes, bytes);
        },
        onArrival,
      }),
  });
  await backOffice.work();

  return {
    host: server.host,
    port: server.port,
    hostKeyPin: server.hostKeyPin,
    credentials,
    setPassword: (password) => {
      credentials.password = password;
    },
    folder: root,
    faults,
    records: ledger.files,
    requests: () => seen,
    connections: server.connections,
    channels: server.channels,
    load: () => ({ ...load }),
    signIns: server.signIns,
    setOutcome: (transactionId, outcome) => {
      outcomes.set(transactionId, outcome);
    },
    holdReplies: backOffice.hold,
    releaseReplies: backOffice.release,
    cutAll: server.cutAll,
    close: async () => {
      await server.close();
      await pending;
      if (!options.stateDir) await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** The library now and then makes a key that it cannot read itself. */
function newHostKey(): string {
  for (;;) {
    const key = ssh2.utils.generateKeyPairSync("ed25519").private;
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}

/** A value that is made once and kept in the state folder. */
function keep(stateDir: string, name: string, make: () => string): string {
  const path = join(stateDir, name);
  if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
  return readFileSync(path, "utf8");
}

export type { Outcome } from "./back-office.ts";
export type { BankFault, BankOperation } from "./faults.ts";
export type { BankTraits } from "./traits.ts";
