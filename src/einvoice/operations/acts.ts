import type {
  Allowance,
  CancelAllowanceInput,
  CancelInvoiceInput,
  InvoiceDetail,
  IssueAllowanceInput,
  VoidInvoiceInput,
} from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { ActiveSeller, ActiveSellers } from "../connectors/active-seller.ts";
import { type ActLimits, NO_LIMITS, planAllowance, planCancel, planCancelAllowance, planVoid } from "../rules/acts.ts";
import type { Act } from "../rules/document.ts";
import { prepareContent } from "../rules/prepare-content.ts";
import { canonicalContent, hashOf } from "../rules/request-hash.ts";
import type { ActRequest, ActStore } from "../store/acts.ts";
import type { InvoiceStore } from "../store/invoices.ts";
import { allowanceView } from "./allowance-view.ts";
import type { createGetInvoice } from "./get-invoice.ts";
import { refuseUnsupported } from "./refuse-unsupported.ts";

interface Deps {
  sellers: ActiveSellers;
  acts: ActStore;
  invoices: InvoiceStore;
  getInvoice: ReturnType<typeof createGetInvoice>;
  /** Called after every act: there is something to send. */
  onActed(): void;
}

const limitsOf = ({ supports, cancelLastDay }: ActiveSeller): ActLimits => ({
  reissues: supports.has("void_with_reissue"),
  voids: supports.has("void_invoice"),
  cancelLastDay,
});

/** An act is the seller's own: it waits for its upload where the seller is not configured. */
async function presentLimits(sellers: ActiveSellers): Promise<ActLimits> {
  const state = await sellers.current();
  return "active" in state ? limitsOf(state.active) : NO_LIMITS;
}

const actOf = (
  input: { reason: string; remark?: string | undefined; approvalNumber?: string | undefined },
  at: Date,
): Act => ({
  at,
  reason: input.reason,
  remark: input.remark ?? null,
  approvalNumber: input.approvalNumber ?? null,
});

function requestOf(
  kind: ActRequest["kind"],
  input: { idempotencyKey: string; reason?: string },
  details: { invoiceId: string; callerSubject: string; hashed?: object },
): ActRequest {
  const { idempotencyKey, ...rest } = input;
  const { invoiceId, callerSubject, hashed } = details;
  const requestHash = hashOf({ kind, ...rest, ...hashed });
  return { callerSubject, idempotencyKey, requestHash, kind, invoiceId, reason: input.reason ?? null };
}

/** Cancels an invoice (作廢). Throws `not_found`, `conflict`, and `state_not_allowed` with the reason. */
export function createCancelInvoice(deps: Deps) {
  return async (input: CancelInvoiceInput, callerSubject: string): Promise<InvoiceDetail> => {
    const request = requestOf("cancel", input, { invoiceId: input.id, callerSubject });
    const limits = await presentLimits(deps.sellers);
    await deps.acts.perform(request, (state, now) => planCancel(state, actOf(input, now), limits));
    deps.onActed();
    return deps.getInvoice({ id: input.id });
  };
}

/** Withdraws an invoice's message (註銷), with or without its corrected content. Throws as `cancelInvoice`, and `unsupported`. */
export function createVoidInvoice(deps: Deps) {
  return async (input: VoidInvoiceInput, callerSubject: string): Promise<InvoiceDetail> => {
    const active = await deps.sellers.required();
    const { seller, options } = active;
    const corrected =
      input.corrected && prepareContent(input.corrected, { seller, memberCarrierTypes: options.memberCarrierTypes });
    if (corrected) refuseUnsupported(active, corrected);
    const limits = limitsOf(active);
    const hashed = { corrected: input.corrected && canonicalContent(input.corrected) };
    const request = requestOf("void", input, { invoiceId: input.id, callerSubject, hashed });
    await deps.acts.perform(request, (state, now) => planVoid(state, actOf(input, now), corrected, limits));
    deps.onActed();
    return deps.getInvoice({ id: input.id });
  };
}

/** Issues an allowance (折讓). Throws as `cancelInvoice`, and `invalid_input` for amounts above what is left. */
export function createIssueAllowance(deps: Deps) {
  return async (input: IssueAllowanceInput, callerSubject: string): Promise<Allowance> => {
    const { invoiceId } = input;
    const active = await deps.sellers.required();
    if (!active.supports.has("allowance")) {
      throw new OperationError("unsupported", "the seller's transport cannot carry allowances (折讓)", {
        reason: "allowance",
      });
    }
    const request = requestOf("allowance", input, { invoiceId, callerSubject });
    const { allowanceId } = await deps.acts.perform(request, (state) => planAllowance(state, input));
    deps.onActed();
    return readAllowance(deps.invoices, allowanceId ?? "");
  };
}

/** Cancels an allowance (作廢折讓). Throws as `cancelInvoice`. */
export function createCancelAllowance(deps: Deps) {
  return async (input: CancelAllowanceInput, callerSubject: string): Promise<Allowance> => {
    const { invoiceId } = await readAllowance(deps.invoices, input.id);
    const request = requestOf("cancel_allowance", input, { invoiceId, callerSubject });
    const limits = await presentLimits(deps.sellers);
    await deps.acts.perform(request, (state, now) => planCancelAllowance(state, actOf(input, now), input.id, limits));
    deps.onActed();
    return readAllowance(deps.invoices, input.id);
  };
}

async function readAllowance(invoices: InvoiceStore, id: string): Promise<Allowance> {
  const found = await invoices.findAllowance(id);
  if (!found) throw new OperationError("not_found", "there is no such allowance");
  return allowanceView(found.allowance, found.invoice);
}
