import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../platform/clock.ts";
import { taipeiDate } from "../../platform/taipei-time.ts";
import { type AchFile, readAchFile, writeAnswers, writeReturns } from "./ach-file.ts";
import type { Ledger } from "./ledger.ts";
import { type CsvRules, readCsvPaymentFile } from "./payment-csv.ts";
import { type Payment, readFixedPaymentFile } from "./payment-file.ts";
import { type Answer, writeCsvReply, writeFixedReply, writeRejection } from "./reply-file.ts";
import type { BankTraits } from "./traits.ts";

/** What the bank is told to say of a debit; `omit` leaves its line out. */
export interface Outcome {
  code: string;
  message: string;
  omit?: boolean;
}

export interface BackOfficeOptions {
  clock: Clock;
  ledger: Ledger;
  traits: BankTraits;
  clearingCode: string;
  /** Delimited files instead of 200-byte records. */
  csv: CsvRules | undefined;
  uploadFolder: string;
  downloadFolder: string;
  collectedFolder: string;
  outcomeOf(payment: Payment): Outcome;
  /** Of a request about an authorisation, by the originator's note; `0` accepts it. */
  answerOf(note: string): Outcome;
}

/** The bank behind its server: takes payment files, checks them and puts answers into the download folder. */
export interface BackOffice {
  /** Deals with every payment file that has no answer yet. */
  work(): Promise<void>;
  /** Takes a file away at once, as collecting servers do. */
  collect(name: string): Promise<void>;
  hold(): void;
  release(): Promise<void>;
}

/** The day in years of the Republic, eight digits. */
const rocDay = (day: string) => String(Number(day) - 19_110_000).padStart(8, "0");

/** Names that the batch program picks up; temporary names and foreign files stay where they are. */
const PICKUP = /(PAY|AUTH)_[A-Za-z0-9_]+\.(txt|dat|csv)$/i;

export function createBackOffice(options: BackOfficeOptions): BackOffice {
  let held = false;
  let running: Promise<void> = Promise.resolve();

  async function workThrough(): Promise<void> {
    if (held) return;
    for (const folder of [options.uploadFolder, options.collectedFolder]) {
      for (const name of (await readdir(folder)).sort()) {
        if (PICKUP.test(name) || folder === options.collectedFolder) await process(folder, name);
      }
    }
  }

  async function process(folder: string, name: string): Promise<void> {
    const bytes = await readFile(join(folder, name));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (options.ledger.has(name, sha256)) return;
    const { csv, clearingCode } = options;
    const day = taipeiDate(options.clock.now()).replaceAll("-", "");
    const ach = readAchFile(bytes);
    if (ach?.kind === "authorisations") return answerRequests(ach, { name, sha256, bytes, day });
    const fixedOrCsv = () => (csv ? readCsvPaymentFile(bytes, name, csv) : readFixedPaymentFile(bytes, clearingCode));
    const file = ach?.file ?? fixedOrCsv();
    if (!file.accepted) {
      const replyName = `REJ_${name}`;
      await put(replyName, writeRejection(file.reason));
      const batchNumber = file.batchNumber ?? null;
      options.ledger.add({
        name,
        sha256,
        batchNumber,
        accepted: false,
        reason: file.reason,
        replyName,
        transactions: [],
      });
    } else {
      const answers = file.payments.flatMap((payment) => answer(payment, file.batchNumber));
      const context = { batchNumber: file.batchNumber, clearingCode, day };
      const replyName = freeName(ach ? `REC_${day}_R01` : `REC_${day}_${file.batchNumber}`);
      if (ach) {
        const returned = answers.flatMap(({ payment, code }) => {
          const record = ach.records.get(payment.transactionId);
          return code === "000" || !record ? [] : [{ record, code: code.slice(-2) }];
        });
        await put(replyName, writeReturns(returned, bytes, rocDay(day)));
      } else await put(replyName, csv ? writeCsvReply(answers, context, csv) : writeFixedReply(answers, context));
      options.ledger.add({
        name,
        sha256,
        batchNumber: file.batchNumber,
        accepted: true,
        reason: null,
        replyName,
        transactions: answers.map(({ payment, code }) => ({
          transactionId: payment.transactionId,
          amount: payment.amount,
          code,
        })),
      });
    }
    if (options.traits.consumes && folder === options.uploadFolder) {
      await rename(join(folder, name), join(options.collectedFolder, name));
    }
  }

  /** Every request is accepted unless an outcome says otherwise; `omit` leaves it for later. */
  async function answerRequests(
    ach: Extract<AchFile, { kind: "authorisations" }>,
    { name, sha256, bytes, day }: { name: string; sha256: string; bytes: Buffer; day: string },
  ): Promise<void> {
    const entry = { name, sha256, batchNumber: null, transactions: [] };
    if (!ach.accepted) {
      const replyName = `REJ_${name}`;
      await put(replyName, writeRejection(ach.reason));
      options.ledger.add({ ...entry, accepted: false, reason: ach.reason, replyName });
      return;
    }
    const answered = ach.requests.flatMap(({ note, record }) => {
      const { code, omit } = options.answerOf(note);
      return omit ? [] : [{ record, code }];
    });
    const replyName = freeName(`AUTHREC_${day}`);
    await put(replyName, writeAnswers(answered, bytes, rocDay(day)));
    options.ledger.add({ ...entry, accepted: true, reason: null, replyName });
  }

  function answer(payment: Payment, batchNumber: string): Answer[] {
    const reference = `${options.clearingCode}${batchNumber.slice(-10)}${String(payment.sequence).padStart(6, "0")}`;
    if (options.ledger.hasTransaction(payment.transactionId)) {
      return [{ payment, reference, code: "008", message: "重複交易" }];
    }
    const { code, message, omit } = options.outcomeOf(payment);
    return omit ? [] : [{ payment, reference, code, message }];
  }

  function freeName(stem: string): string {
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? `${stem}.txt` : `${stem}_${number}.txt`;
      if (!existsSync(join(options.downloadFolder, name))) return name;
    }
  }

  /** Written under another name first, so that nobody fetches half a file. */
  async function put(name: string, bytes: Buffer): Promise<void> {
    await mkdir(options.downloadFolder, { recursive: true });
    const partial = join(options.downloadFolder, `.${name}.part`);
    await rm(partial, { force: true });
    await writeFile(partial, bytes);
    await rename(partial, join(options.downloadFolder, name));
  }

  const work = () => {
    running = running.then(workThrough);
    return running;
  };
  return {
    work,
    collect: (name) => rename(join(options.uploadFolder, name), join(options.collectedFolder, name)),
    hold: () => {
      held = true;
    },
    release: () => {
      held = false;
      return work();
    },
  };
}
