import type { InvoiceStatus, IssueAllowanceInput, MessageKind } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import { ALLOWANCES_MAX, type AllowanceDraft, allowanceNumber, computeAllowance } from "./allowance.ts";
import type { InvoiceContent } from "./content.ts";
import { cancelBefore } from "./deadlines.ts";
import type { Act } from "./document.ts";
import type { UploadStatus } from "./upload-state.ts";

/** What an act is judged by. */
export interface ActState {
  invoice: { number: string; period: string; status: InvoiceStatus; content: InvoiceContent };
  /** In their order. */
  messages: { id: string; kind: MessageKind; status: UploadStatus; allowanceId: string | null }[];
  /** The cancelled ones included. */
  allowances: { id: string; status: string; content: AllowanceDraft }[];
}

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

const isLive = (allowance: { status: string }) => allowance.status !== "cancelled";

function refuseEnded(status: InvoiceStatus): void {
  if (status === "cancelled") throw refusal("already_cancelled", "the invoice is cancelled already");
}

/**
 * Cancels an invoice (作廢, F0501): not twice, not with a live allowance, and after the 15th of the odd month after its period only with
 * an approval number (統一發票使用辦法; 專案作廢).
 */
export function planCancel({ invoice, allowances }: ActState, act: Act): ActPlan {
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
  return { messages: [{ kind: "cancel", act }], invoiceStatus: "cancelled" };
}

/**
 * Withdraws the message of an invoice (註銷, F0701), and uploads corrected content under the same number once that is confirmed. What the
 * platform never stored needs no F0701: the corrected content simply takes its place.
 */
export function planVoid({ invoice, messages, allowances }: ActState, act: Act, corrected?: InvoiceContent): ActPlan {
  refuseEnded(invoice.status);
  if (allowances.some(isLive)) throw refusal("has_allowance", "the invoice has an allowance; cancel that first");
  const issue = messages.findLast((message) => message.kind === "issue");
  const reissue = corrected ? ([{ kind: "issue" }] as const) : [];
  const next = { ...(corrected && { corrected }), invoiceStatus: corrected ? "issued" : "voided" } as const;
  if (invoice.status === "voided") {
    if (!corrected) throw refusal("already_voided", "the invoice is voided already; give its corrected content");
    return { messages: [...reissue], ...next };
  }
  if (issue?.status === "rejected") {
    if (!corrected) throw refusal("not_stored", "the platform holds nothing under this number; give corrected content");
    return { messages: [...reissue], superseded: [issue.id], ...next };
  }
  return { messages: [{ kind: "void", act, content: invoice.content }, ...reissue], ...next };
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
export function planCancelAllowance({ allowances, messages }: ActState, act: Act, allowanceId: string): ActPlan {
  const allowance = allowances.find((other) => other.id === allowanceId);
  if (!allowance || !isLive(allowance)) throw refusal("already_cancelled", "the allowance is cancelled already");
  const message = messages.find((other) => other.kind === "allowance" && other.allowanceId === allowanceId);
  if (message?.status === "rejected") {
    return { messages: [], superseded: [message.id], cancelledAllowanceId: allowanceId };
  }
  return { messages: [{ kind: "cancel_allowance", act }], cancelledAllowanceId: allowanceId };
}
