/** States of a message that the gateway works on by itself, and its three ends. `sent`: handed over, the result comes later. */
export type UploadStatus = "due" | "sending" | "sent" | "unknown" | "accepted" | "rejected" | "superseded";

/** What a call about an upload brought. */
export type SubmitVerdict =
  | { kind: "accepted" }
  | { kind: "pending"; reason: string }
  | { kind: "rejected"; reason: string }
  | { kind: "unknown"; reason: string }
  | { kind: "not_applied"; reason: string; isRetryable: boolean };
export type FindVerdict =
  | { kind: "found"; differences: string[] }
  | { kind: "refused"; reason: string }
  | { kind: "not_found" }
  | { kind: "pending"; reason: string }
  | { kind: "unknown"; reason: string }
  | { kind: "not_applied"; reason: string; isRetryable: boolean };

/** Where an upload goes after a call. */
export interface UploadStep {
  status: Exclude<UploadStatus, "sending" | "superseded">;
  /** Until the gateway acts again, ms. */
  waitMs: number;
  reason: string | null;
}

/** Waits double from `baseMs` with every setback up to `maxMs`. */
export interface Pacing {
  baseMs: number;
  maxMs: number;
}

/** Our side must be mended first: wait this much longer. */
const CONFIGURATION_FACTOR = 60;
/** The platform says that something is there: it can be asked what, at once. */
const ASK_AT_ONCE: ReadonlySet<string> = new Set(["duplicate_number", "duplicate_allowance", "already_void"]);
const OTHER_CONTENT = "number_taken_by_other_content";
const CONTRADICTION = "duplicate_yet_not_found";

/** The provider answered with a code that no list of ours has: it is asked what it holds. */
export const unlistedCode = (code: string): string => `code_${code}`;
export const isUnlistedCode = (reason: string | null): reason is string =>
  reason?.startsWith(unlistedCode("")) === true;

/** The platform had called it a duplicate. */
const isContradicted = (reason: string | null) =>
  reason === CONTRADICTION || (reason !== null && ASK_AT_ONCE.has(reason));

const wait = (pacing: Pacing, setbacks: number, factor = 1) =>
  Math.min(pacing.maxMs, pacing.baseMs * factor * 2 ** Math.min(setbacks, 20));

/**
 * After a document was sent. Only what certainly had no effect is sent again; everything that is neither acceptance nor refusal is asked
 * about. A duplicate number is one of these: the document may be there from an earlier attempt.
 */
export function afterSubmit(verdict: SubmitVerdict, setbacks: number, pacing: Pacing): UploadStep {
  switch (verdict.kind) {
    case "accepted":
      return { status: "accepted", waitMs: 0, reason: null };
    case "rejected":
      return { status: "rejected", waitMs: 0, reason: verdict.reason };
    case "pending":
      return { status: "sent", waitMs: wait(pacing, setbacks), reason: verdict.reason };
    case "unknown": {
      const waitMs = ASK_AT_ONCE.has(verdict.reason) || isUnlistedCode(verdict.reason) ? 0 : wait(pacing, setbacks);
      return { status: "unknown", waitMs, reason: verdict.reason };
    }
    case "not_applied": {
      const factor = verdict.isRetryable ? 1 : CONFIGURATION_FACTOR;
      return { status: "due", waitMs: wait(pacing, setbacks, factor), reason: verdict.reason };
    }
  }
}

/**
 * After the platform was asked what it holds under the number. Ours is adopted; another content is a refusal; nothing means that the same
 * number and content may be sent again, unless the platform had called the number a duplicate: then a person must look. A provider that
 * had answered with a code of its own and holds nothing has refused.
 */
export function afterFind(
  verdict: FindVerdict,
  before: { reason: string | null; setbacks: number },
  pacing: Pacing,
): UploadStep {
  const waitMs = wait(pacing, before.setbacks);
  switch (verdict.kind) {
    case "found":
      return verdict.differences.length === 0
        ? { status: "accepted", waitMs: 0, reason: null }
        : { status: "rejected", waitMs: 0, reason: OTHER_CONTENT };
    case "refused":
      return { status: "rejected", waitMs: 0, reason: verdict.reason };
    case "pending":
      return { status: "sent", waitMs, reason: verdict.reason };
    case "not_found":
      if (isUnlistedCode(before.reason)) return { status: "rejected", waitMs: 0, reason: before.reason };
      return isContradicted(before.reason)
        ? { status: "unknown", waitMs, reason: CONTRADICTION }
        : { status: "due", waitMs, reason: "not_found" };
    case "unknown":
    case "not_applied":
      // The reason why it is unknown stays: it decides what "not found" will mean.
      return { status: "unknown", waitMs, reason: before.reason };
  }
}
