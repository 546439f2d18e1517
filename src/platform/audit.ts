import type { AuditRecord } from "./audit-entry.ts";
import { createAuditAppender } from "./audit-store.ts";
import type { Clock } from "./clock.ts";
import type { Database } from "./database.ts";
import { createGroupCommit } from "./group-commit.ts";
import type { Job } from "./jobs.ts";
import type { Log } from "./log.ts";

/** The memory of who did what. */
export interface AuditTrail {
  /**
   * Resolves when the record is committed; rejects when it is not. `relaxed`: the commit does not wait for the database's
   * disk, so that a crash of the database server (not of this process) within its next half second loses the entry.
   */
  record(record: Omit<AuditRecord, "at">, options?: { relaxed: boolean }): Promise<void>;
  /** Resolves when nothing is waiting. */
  drain(): Promise<void>;
  /** Writes the head of the chain into the log, where whoever can change the database cannot change it. */
  anchorJob: Job;
}

const BATCH_MAX = 500;
const QUEUE_MAX = 20_000;
const ANCHOR_MS = 600_000;

/** Records share commits: what arrives while one is in flight goes into the next. */
export function createAuditTrail(deps: { database: Database; clock: Clock; log: Log }): AuditTrail {
  const appender = createAuditAppender(deps.database.hot);
  let head = { seq: 0, hash: "" };
  let toldSeq = 0;
  const commits = createGroupCommit<{ record: AuditRecord; relaxed: boolean }, undefined>({
    batchItemsMax: BATCH_MAX,
    queueItemsMax: QUEUE_MAX,
    commit: async (items) => {
      const relaxed = items.every((item) => item.relaxed);
      head = await appender.append(
        items.map(({ record }) => record),
        relaxed,
      );
      return items.map(() => undefined);
    },
  });
  return {
    record: async (record, { relaxed } = { relaxed: false }) => {
      await commits.submit({ record: { ...record, at: deps.clock.now() }, relaxed });
    },
    drain: () => commits.drain(),
    anchorJob: {
      name: "audit-anchor",
      intervalMs: ANCHOR_MS,
      run: async () => {
        if (head.seq !== toldSeq) {
          deps.log.info("Audit chain", { service: "audit", audit_seq: head.seq, audit_hash: head.hash });
          toldSeq = head.seq;
        }
        return { more: false };
      },
    },
  };
}
