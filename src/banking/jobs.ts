import { OperationError } from "../platform/errors.ts";
import { type BankingDependencies, jobNames } from "./dependencies.ts";
import { applyInboundFile } from "./operations/inbound/apply-inbound-file.ts";
import { createPollInbound } from "./operations/inbound/poll-inbound.ts";
import { settleAbsences } from "./operations/inbound/settle-absences.ts";
import { refusedCredentials } from "./operations/transfer/refused-credentials.ts";
import { transferBatch } from "./operations/transfer/transfer-batch.ts";
import { isRefusal } from "./rules/transfer-retry.ts";
import { listReceivedFileIds } from "./store/inbound.ts";
import {
  banksWithDueTransfers,
  claimTransfers,
  listStaleTemporaries,
  markTemporaryRemoved,
} from "./store/transfers.ts";

/** Transfers of one process to one bank at a time; the bank's connections are counted apart. */
const TRANSFERS_PER_BANK_MAX = 5;
const FILES_MAX = 20;
const TEMPORARIES_MAX = 20;

/** The work that is under way in this process. */
export interface Workers {
  /** Resolves when nothing is under way. */
  drain(): Promise<void>;
}

/** Adds what runs by itself: transfers and looks at their outcome, polls, reconciliation, removal of left-over files. */
export function addBankingJobs(deps: BankingDependencies, options: { polls: boolean; pollTickMs: number }): Workers {
  const transfers = createCrew();
  const polls = createCrew();
  const pollInbound = createPollInbound(deps);
  const polledAt = new Map<string, number>();

  async function startTransfers(): Promise<void> {
    const now = deps.clock.now();
    for (const bank of await banksWithDueTransfers(deps.db, now)) {
      const limit = TRANSFERS_PER_BANK_MAX - transfers.count(bank);
      if (limit <= 0) continue;
      const owner = `${deps.leases.owner}/${deps.newId()}`;
      for (const claim of await claimTransfers(deps.db, { bank, owner, now, leaseMs: deps.leaseMs, limit })) {
        transfers.begin(bank, async () => {
          try {
            await transferBatch(deps, claim);
          } catch (error) {
            // The lease runs out by itself, and the batch is taken up again as it stands.
            deps.log.error("A transfer was interrupted", { error, bank_code: bank, batch_id: claim.batchId });
          }
          deps.jobs.wake(jobNames.transfer);
        });
      }
    }
  }

  async function startPolls(): Promise<void> {
    const now = deps.clock.now().getTime();
    for (const { key, bank, isActive, problem } of await deps.banks.list()) {
      if (!bank || !isActive || problem !== undefined || polls.count(key) > 0) continue;
      if (now - (polledAt.get(key) ?? 0) < bank.row.pollIntervalSeconds * 1000) continue;
      if (await refusedCredentials(deps, key)) continue;
      polledAt.set(key, now);
      polls.begin(key, async () => {
        try {
          await pollInbound({ bank: key });
        } catch (error) {
          if (!(error instanceof OperationError)) deps.log.error("A poll failed", { error, bank_code: key });
        }
      });
    }
  }

  deps.jobs.add({
    name: jobNames.transfer,
    intervalMs: 1_000,
    run: async () => {
      await startTransfers();
      return { more: false };
    },
  });
  if (options.polls) {
    deps.jobs.add({
      name: jobNames.poll,
      intervalMs: options.pollTickMs,
      run: async () => {
        await startPolls();
        return { more: false };
      },
    });
  }
  deps.jobs.add({
    name: jobNames.reconcile,
    intervalMs: 10_000,
    run: async () => {
      await applyReceived(deps);
      return { more: false };
    },
  });
  deps.jobs.add({
    name: jobNames.absence,
    intervalMs: 60_000,
    run: async (signal) => {
      for (const { bank } of await deps.banks.list()) if (bank && !signal.aborted) await settleAbsences(deps, bank);
      return { more: false };
    },
  });
  deps.jobs.add({
    name: jobNames.clean,
    intervalMs: 300_000,
    run: async (signal) => {
      for (const { key, problem } of await deps.banks.list()) {
        if (problem === undefined && !signal.aborted) await cleanTemporaries(deps, key);
      }
      return { more: false };
    },
  });

  return {
    drain: async () => {
      await Promise.all([transfers.drain(), polls.drain()]);
    },
  };
}

/**
 * Removes temporary files of attempts of our own that failed; nothing else in the bank's folder is touched. One that the
 * server does not let us remove does not keep the others.
 */
async function cleanTemporaries(deps: BankingDependencies, key: string): Promise<void> {
  const stale = await listStaleTemporaries(deps.db, key, TEMPORARIES_MAX);
  if (stale.length === 0 || (await refusedCredentials(deps, key))) return;
  const { transport, breaker } = deps.links.to(key);
  if ((await breaker.state()) !== "closed") return;
  const { row } = await deps.banks.usable(key);
  for (const { batchId, number, temporaryName } of stale) {
    const removed = await transport.removeTemporary(row.uploadPath, temporaryName);
    if (removed.ok) await markTemporaryRemoved(deps.db, batchId, number);
    else if (!isRefusal(removed.errorType)) return;
  }
}

/** Files whose process ended between storing and applying. One that cannot be applied holds up no other. */
async function applyReceived(deps: BankingDependencies): Promise<void> {
  const usable = (await deps.banks.list()).flatMap(({ key, bank }) => (bank ? [key] : []));
  for (const id of await listReceivedFileIds(deps.db, usable, FILES_MAX)) {
    try {
      await applyInboundFile(deps, id);
    } catch (error) {
      deps.log.error("A received file could not be applied; it is tried again", { error, file_id: id });
    }
  }
}

/** Work by bank, so that a bank that is down holds up nobody else. */
function createCrew() {
  const underWay = new Map<string, Set<Promise<void>>>();
  return {
    count: (bank: string) => underWay.get(bank)?.size ?? 0,
    begin: (bank: string, work: () => Promise<void>) => {
      const crew = underWay.get(bank) ?? new Set();
      underWay.set(bank, crew);
      const task: Promise<void> = work().finally(() => crew.delete(task));
      crew.add(task);
    },
    drain: async () => {
      for (const crew of underWay.values()) while (crew.size > 0) await Promise.allSettled(crew);
    },
  };
}
