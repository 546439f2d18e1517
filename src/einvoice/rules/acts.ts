import type { InvoiceStatus, IssueAllowanceInput, MessageKind } from "@luckygas/gateway-client";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import { ALLOWANCES_MAX, type AllowanceDraft, allowanceNumber, computeAllowance } from "./allowance.ts";
import type { InvoiceContent } from "./content.ts";
import { CANCEL_DAYS, cancelBefore } from "./deadlines.ts";
import type { Act } from "./document.ts";
import { periodOf } from "./period.ts";
import type { UploadStatus } from "./upload-state.ts";

/** What an act is judged by. */
export interface ActState {
  invoice: { number: string; period: string; status: InvoiceStatus; content: InvoiceContent };
  /** In their order; `act` of those that tell of one. */
  messages: { id: string; kind: MessageKind; status: UploadStatus; allowanceId: string | null; act: Act | null }[];
  /** The cancelled ones included. */
  allowances: { id: string; status: string; issuedAt: Date; content: AllowanceDraft }[];
}

/** What of the seller's transport decides about acts. */
export interface ActLimits {
  /** Withdraws only together with the corrected content, in one message (註銷重開). */
  reissues: boolean;
  /** Withdraws by a message of its own (註銷). */
  voids: boolean;
  /** Day of the odd month after a period to which the provider cancels; the law's 15th when undefined. */
  cancelLastDay: number | undefined;
}

/** A transport that sets no limits of its own. */
export const NO_LIMITS: ActLimits = { reissues: false, voids: true, cancelLastDay: undefined };

/** What an act changes, in one transaction. */
export interface ActPlan {
  /** Messages to the platform, in the order in which they are sent. */
  messages: { kind: MessageKind; act?: Act; content?: InvoiceContent }[];
  invoiceStatus?: InvoiceStatus;
  /** New content of the invoice; the message of the present one keeps it. */
  corrected?: InvoiceContent;
  /** Messages that need not be sent any more. */
  superseded?: string[];
  allowance?: AllowanceDraft & { number: string };
  cancelledAllowanceId?: string;
}

const refusal = (reason: string, message: string) => new OperationError("state_not_allowed", message, { reason });

/** The provider's own end, where it is earlier than the law's. Throws after it. */
function checkProviderDay({ cancelLastDay }: ActLimits, period: string, at: Date): void {
  if (cancelLastDay === undefined || at < cancelBefore(period, cancelLastDay)) return;
  throw refusal(
    "cancel_deadline_passed",
    `the seller's provider takes this back only to day ${Math.min(cancelLastDay, CANCEL_DAYS)} of the month after the period: use issueAllowance`,
  );
}

const isLive = (allowance: { status: string }) => allowance.status !== "cancelled";

function refuseEnded(status: InvoiceStatus): void {
  if (status === "cancelled") throw refusal("already_cancelled", "the invoice is cancelled already");
}

/**
 * Cancels an invoice (作廢, F0501): not twice, not with a live allowance, and after the 15th of the odd month after its period only with
 * an approval number (統一發票使用辦法; 專案作廢).
 */
export function planCancel({ invoice, allowances }: ActState, act: Act, limits: ActLimits = NO_LIMITS): ActPlan {
  refuseEnded(invoice.status);
  if (invoice.status === "voided") throw refusal("voided", "the invoice is voided; upload its corrected content first");
  if (invoice.status === "rejected") {
    throw refusal("not_stored", "the platform refused this invoice; mend it with voidInvoice and corrected content");
  }
  if (allowances.some(isLive)) throw refusal("has_allowance", "the invoice has an allowance; cancel that first");
  if (act.at >= cancelBefore(invoice.period) && act.approvalNumber === null) {
    throw refusal(
      "cancel_deadline_passed",
      "the day to cancel invoices of this period has passed: use issueAllowance, or give the approvalNumber of the tax office",
    );
  }
  checkProviderDay(limits, invoice.period, act.at);
  return { messages: [{ kind: "cancel", act }], invoiceStatus: "cancelled" };
}

/**
 * Withdraws the message of an invoice (註銷, F0701), and uploads corrected content under the same number once that is confirmed. What the
 * platform never stored needs no F0701: the corrected content simply takes its place. A centre that only reissues (註銷重開) gets one
 * message, which needs the corrected content. Throws `unsupported` where the transport can do neither.
 */
export function planVoid(
  state: ActState,
  act: Act,
  corrected: InvoiceContent | undefined,
  limits: ActLimits = NO_LIMITS,
): ActPlan {
  const { invoice, messages, allowances } = state;
  if (limits.reissues) return planReissue(state, act, corrected, limits);
  if (messages.some(isRefusedIssue)) return planReplacement(state, corrected, {});
  refuseEnded(invoice.status);
  if (allowances.some(isLive)) throw refusal("has_allowance", "the invoice has an allowance; cancel that first");
  const reissue = corrected ? ([{ kind: "issue" }] as const) : [];
  const next = { ...(corrected && { corrected }), invoiceStatus: corrected ? "issued" : "voided" } as const;
  if (invoice.status === "voided") {
    if (!corrected) throw refusal("already_voided", "the invoice is voided already; give its corrected content");
    return { messages: [...reissue], ...next };
  }
  if (!limits.voids) throw unsupported("void_invoice", "the seller's transport cannot withdraw an invoice (註銷)");
  return { messages: [{ kind: "void", act, content: invoice.content }, ...reissue], ...next };
}

const unsupported = (reason: string, message: string) => new OperationError("unsupported", message, { reason });

function planReissue(state: ActState, act: Act, corrected: InvoiceContent | undefined, limits: ActLimits): ActPlan {
  const { invoice, messages, allowances } = state;
  if (!corrected) {
    throw unsupported(
      "void_without_correction",
      "the seller's transport withdraws an invoice only together with its corrected content (註銷重開); give corrected",
    );
  }
  if (corrected.buyer.kind !== invoice.content.buyer.kind) {
    throw invalidInput("corrected.buyer.kind", "must stay as it is: the centre keeps consumers and businesses apart");
  }
  checkProviderDay(limits, invoice.period, act.at);
  if (messages.some(isRefusedIssue)) return planReplacement(state, corrected, { act });
  refuseEnded(invoice.status);
  if (allowances.some(isLive)) throw refusal("has_allowance", "the invoice has an allowance; cancel that first");
  return { messages: [{ kind: "issue", act }], corrected, invoiceStatus: "issued" };
}

const isRefusedIssue = ({ kind, status }: ActState["messages"][number]) => kind === "issue" && status === "rejected";

/**
 * Nothing after a refused issue has been sent, so all of it gives way to the corrected content. A cancellation made meanwhile follows
 * that, as of its own time.
 */
function planReplacement({ messages }: ActState, corrected: InvoiceContent | undefined, issue: { act?: Act }): ActPlan {
  if (!corrected) throw refusal("not_stored", "the platform holds nothing under this number; give corrected content");
  const replaced = messages.slice(messages.findIndex(isRefusedIssue)).filter(({ status }) => status !== "superseded");
  const cancelled = replaced.flatMap(({ kind, act }) => (kind === "cancel" && act ? [act] : []));
  return {
    messages: [{ kind: "issue", ...issue }, ...cancelled.map((act) => ({ kind: "cancel", act }) as const)],
    superseded: replaced.map(({ id }) => id),
    corrected,
    invoiceStatus: cancelled.length > 0 ? "cancelled" : "issued",
  };
}

/** Issues an allowance (折讓, G0401) on an accepted invoice. */
export function planAllowance({ invoice, allowances }: ActState, input: IssueAllowanceInput): ActPlan {
  refuseEnded(invoice.status);
  if (invoice.status !== "accepted") {
    throw refusal("not_accepted", "an allowance needs an invoice that the platform has accepted");
  }
  if (allowances.length >= ALLOWANCES_MAX) {
    throw refusal("too_many_allowances", `an invoice has at most ${ALLOWANCES_MAX} allowances`);
  }
  const draft = computeAllowance(
    invoice.content,
    input,
    allowances.filter(isLive).map((allowance) => allowance.content),
  );
  const number = allowanceNumber(invoice, allowances.length + 1);
  return { messages: [{ kind: "allowance" }], allowance: { ...draft, number } };
}

/** Cancels an allowance (作廢折讓, G0501). One that the platform refused was never stored, so nothing is sent about it. */
export function planCancelAllowance(
  { allowances, messages }: ActState,
  act: Act,
  allowanceId: string,
  limits: ActLimits = NO_LIMITS,
): ActPlan {
  const allowance = allowances.find((other) => other.id === allowanceId);
  if (!allowance || !isLive(allowance)) throw refusal("already_cancelled", "the allowance is cancelled already");
  const message = messages.find((other) => other.kind === "allowance" && other.allowanceId === allowanceId);
  if (message?.status === "rejected") {
    return { messages: [], superseded: [message.id], cancelledAllowanceId: allowanceId };
  }
  checkProviderDay(limits, periodOf(allowance.issuedAt), act.at);
  return { messages: [{ kind: "cancel_allowance", act }], cancelledAllowanceId: allowanceId };
}
