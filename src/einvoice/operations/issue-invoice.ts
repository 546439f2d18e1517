import type { Invoice, IssueInvoiceInput } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { GroupCommit } from "../../platform/group-commit.ts";
import type { ActiveSeller, ActiveSellers } from "../connectors/active-seller.ts";
import type { EinvoiceMetrics } from "../metrics.ts";
import { prepareContent } from "../rules/prepare-content.ts";
import { requestHash } from "../rules/request-hash.ts";
import type { InvoiceStore } from "../store/invoices.ts";
import type { IssueOutcome, IssueRequest } from "../store/issue-request.ts";
import type { RangeStore } from "../store/ranges.ts";
import { invoiceView } from "./invoice-view.ts";
import { refuseUnsupported } from "./refuse-unsupported.ts";

export interface IssueDeps {
  sellers: ActiveSellers;
  /** Requests that arrive together share one commit. */
  commits: GroupCommit<IssueRequest, IssueOutcome>;
  invoices: InvoiceStore;
  ranges: RangeStore;
  metrics: EinvoiceMetrics;
  newId(): string;
  /** 4 digits from a secure source. */
  newRandomCode(): string;
  /** Issues where the provider gives the number. */
  issueByProvider(active: ActiveSeller, request: IssueRequest): Promise<Invoice>;
  /** Called after every issue: there is something to upload. */
  onIssued(): void;
}

/**
 * Issues an invoice (開立發票): everything is checked before a number is taken, and number, invoice and upload intent are committed
 * together. Valid when it answers, whether or not the platform can be reached.
 */
export function createIssueInvoice(deps: IssueDeps) {
  return async (input: IssueInvoiceInput, callerSubject: string): Promise<Invoice> => {
    const active = await deps.sellers.required();
    const request = prepareRequest(deps, active, input, callerSubject);
    if (active.supports.has("numbers_from_provider")) return deps.issueByProvider(active, request);
    return answer(deps, request, await deps.commits.submit(request));
  };
}

/** Everything about an invoice but its number and time. Throws `invalid_input` and `unsupported`. */
export function prepareRequest(
  deps: Pick<IssueDeps, "newId" | "newRandomCode">,
  active: ActiveSeller,
  input: IssueInvoiceInput,
  callerSubject: string,
): IssueRequest {
  const { seller, options } = active;
  const content = prepareContent(input, { seller, memberCarrierTypes: options.memberCarrierTypes });
  refuseUnsupported(active, content);
  return {
    id: deps.newId(),
    uploadId: deps.newId(),
    callerSubject,
    idempotencyKey: input.idempotencyKey,
    requestHash: requestHash(input),
    randomCode: deps.newRandomCode(),
    content,
  };
}

/** What a caller is told of an outcome; throws what the outcome was when nothing was issued. */
export async function answer(deps: IssueDeps, request: IssueRequest, outcome: IssueOutcome): Promise<Invoice> {
  switch (outcome.kind) {
    case "issued":
      deps.metrics.issued(request.content.buyer.kind);
      deps.onIssued();
      return issuedView(request, outcome);
    case "repeated": {
      const found = await deps.invoices.findById(outcome.id);
      if (!found) throw new Error("an invoice that was issued cannot be found");
      return invoiceView(found.invoice, found.upload);
    }
    case "conflict":
      throw new OperationError("conflict", "this idempotencyKey was used for another invoice; use a new one", {
        reason: "idempotency_key_reused",
      });
    case "no_number":
      throw await noNumber(deps.ranges, outcome.period);
    case "failed":
      throw outcome.error;
  }
}

function issuedView(request: IssueRequest, outcome: Extract<IssueOutcome, { kind: "issued" }>): Invoice {
  const { invoice, uploadDueAt } = outcome;
  return invoiceView(
    { ...invoice, id: request.id, sellerUbn: invoice.content.seller.ubn, status: "issued", uploadDueAt },
    {
      status: "due",
      attempts: 0,
      nextAttemptAt: invoice.issuedAt,
      reason: null,
      providerCode: null,
      providerMessage: null,
      acceptedAt: null,
    },
  );
}

async function noNumber(ranges: RangeStore, period: string): Promise<OperationError> {
  const { hasRange } = await ranges.stock(period);
  return hasRange
    ? new OperationError(
        "state_not_allowed",
        `all invoice numbers of period ${period} are used; import further ranges`,
        {
          reason: "range_exhausted",
        },
      )
    : new OperationError("state_not_allowed", `there is no number range for period ${period}; import one`, {
        reason: "no_number_range",
      });
}
