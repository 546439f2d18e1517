import { createHash } from "node:crypto";
import { maskText } from "./log.ts";

/** A few plain facts about a thing, by name: its state before or after a call. Never a secret, a number of a person or a text. */
export type AuditState = Record<string, string | number | boolean | null>;

/** `begun` is written before an effect, the others after it. */
export type AuditPhase = "begun" | "applied" | "refused" | "failed";

/** What is to be recorded. */
export interface AuditRecord {
  /** UUID; the beginning and the end of one call share it. */
  callId: string;
  phase: AuditPhase;
  at: Date;
  /** Subject of the caller's token, or `system`. */
  actor: string;
  role: string | null;
  /** `router.procedure`, or an act of the gateway itself, e.g. `secret.changed`. */
  action: string;
  object: string | null;
  requestId: string;
  before: AuditState | null;
  after: AuditState | null;
}

/** A record in its place in the chain. */
export interface AuditEntry extends AuditRecord {
  /** 1, 2, 3 … without gaps. */
  seq: number;
  previousHash: string;
  hash: string;
}

/** What stands before the first entry. */
export const GENESIS_HASH = "0".repeat(64);

function canonicalState(state: AuditState | null): [string, AuditState[string]][] | null {
  if (state === null) return null;
  return Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** SHA-256, hexadecimal, over the entry's place, the hash before it and everything it says. */
export function auditHash(record: AuditRecord, seq: number, previousHash: string): string {
  const canonical = [
    seq,
    previousHash,
    record.callId,
    record.phase,
    record.at.toISOString(),
    record.actor,
    record.role,
    record.action,
    record.object,
    record.requestId,
    canonicalState(record.before),
    canonicalState(record.after),
  ];
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}

/** The records as the next entries of the chain that ends with `head`. */
export function chain(records: readonly AuditRecord[], head: { seq: number; hash: string }): AuditEntry[] {
  let { seq, hash } = head;
  return records.map((record) => {
    const previousHash = hash;
    seq += 1;
    hash = auditHash(record, seq, previousHash);
    return { ...record, seq, previousHash, hash };
  });
}

/** Fields of inputs and answers that an audit entry may repeat: states, ids of the gateway, sums. A closed list. */
const stateFields = new Set([
  "id",
  "batchId",
  "invoiceId",
  "allowanceId",
  "bank",
  "provider",
  "status",
  "outcome",
  "decision",
  "resend",
  "invoiceNumber",
  "invoicePeriod",
  "allowanceNumber",
  "totalAmount",
  "salesAmount",
  "taxAmount",
  "itemCount",
  "recordCount",
  "sha256",
  "idempotencyKey",
  "messageType",
  "segments",
  "isActive",
  "priority",
  "rateLimit",
  "ok",
  "verified",
  "valid",
]);
const PLAIN = /^[\w.:/-]{1,128}$/;
/** What a number of a person or a token would need; everything else needs no masking. */
const SUSPICIOUS = /\d{8}|eyJ/;

/** The recordable facts of an input or an answer; a list is told by its length. `null` when there is none. */
export function stateOf(value: unknown): AuditState | null {
  if (typeof value !== "object" || value === null) return null;
  const state: AuditState = {};
  for (const [name, fact] of Object.entries(value)) {
    if (Array.isArray(fact)) state[`${name}.length`] = fact.length;
    else if (stateFields.has(name) && isPlain(fact))
      state[name] = typeof fact === "string" && SUSPICIOUS.test(fact) ? maskText(fact) : fact;
  }
  return Object.keys(state).length === 0 ? null : state;
}

function isPlain(fact: unknown): fact is AuditState[string] {
  if (fact === null || typeof fact === "boolean") return true;
  return typeof fact === "number" ? Number.isSafeInteger(fact) : typeof fact === "string" && PLAIN.test(fact);
}
