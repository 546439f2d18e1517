import { type AuditEntry, auditHash, GENESIS_HASH } from "./audit-entry.ts";
import { type AuditHead, readChain, readHead } from "./audit-store.ts";
import type { Drizzle } from "./database.ts";

/** One thing wrong with the chain, at an entry's number. */
export interface AuditProblem {
  seq: number;
  kind: "changed" | "removed" | "inserted" | "not_the_anchor";
  detail: string;
}

export interface AuditVerdict {
  entries: number;
  /** Where the chain ends, to be kept elsewhere as an anchor. */
  head: AuditHead;
  problems: AuditProblem[];
}

const PAGE = 5_000;
const PROBLEMS_MAX = 100;

/**
 * Reads the whole chain and checks it: every number once, every entry's hash over what it says and over the entry before
 * it, and the stored head. Who can write all rows could make a new chain that is right in itself: `anchor`, a head that
 * was noted elsewhere earlier, finds that too.
 */
export async function verifyAudit(db: Drizzle, anchor?: AuditHead): Promise<AuditVerdict> {
  // The head is read first: entries that are added meanwhile are no fault.
  const stored = await readHead(db);
  const problems: AuditProblem[] = [];
  let head: AuditHead = { seq: 0, hash: GENESIS_HASH };
  let entries = 0;
  for (;;) {
    const page = await readChain(db, head.seq, PAGE);
    for (const entry of page) {
      problems.push(...problemsOf(entry, head));
      if (anchor?.seq === entry.seq && anchor.hash !== entry.hash) problems.push(notTheAnchor(anchor));
      head = { seq: entry.seq, hash: entry.hash };
      entries += 1;
    }
    if (page.length < PAGE || problems.length >= PROBLEMS_MAX) break;
  }
  if (problems.length < PROBLEMS_MAX) problems.push(...endProblems(head, stored, anchor));
  return { entries, head, problems: problems.slice(0, PROBLEMS_MAX) };
}

function problemsOf(entry: AuditEntry, before: AuditHead): AuditProblem[] {
  const problems: AuditProblem[] = [];
  const { seq } = entry;
  if (seq !== before.seq + 1) {
    problems.push({
      seq: before.seq + 1,
      kind: "removed",
      detail: `entries ${before.seq + 1} to ${seq - 1} are missing`,
    });
  } else if (entry.previousHash !== before.hash) {
    problems.push({ seq, kind: "inserted", detail: "it does not follow the entry before it" });
  }
  if (auditHash(entry, seq, entry.previousHash) !== entry.hash) {
    problems.push({ seq, kind: "changed", detail: "what it says is not what was recorded" });
  }
  return problems;
}

function endProblems(last: AuditHead, stored: AuditHead | undefined, anchor: AuditHead | undefined): AuditProblem[] {
  const problems: AuditProblem[] = [];
  const end = stored ?? { seq: 0, hash: GENESIS_HASH };
  if (last.seq < end.seq) {
    const detail = `entries ${last.seq + 1} to ${end.seq} are missing at the end`;
    problems.push({ seq: last.seq + 1, kind: "removed", detail });
  } else if (last.seq === end.seq && last.hash !== end.hash) {
    problems.push({ seq: last.seq, kind: "inserted", detail: "the chain does not end with the stored head" });
  } else if (stored === undefined && last.seq > 0) {
    problems.push({ seq: 0, kind: "removed", detail: "the stored head is missing" });
  }
  if (anchor && anchor.seq > last.seq) problems.push(notTheAnchor(anchor));
  return problems;
}

const notTheAnchor = (anchor: AuditHead): AuditProblem => ({
  seq: anchor.seq,
  kind: "not_the_anchor",
  detail: "the entry at the anchor's number is not the one that was noted",
});
