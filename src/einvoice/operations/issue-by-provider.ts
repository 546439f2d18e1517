import type { Invoice } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { ActiveSeller } from "../connectors/active-seller.ts";
import type { InvoiceStore } from "../store/invoices.ts";
import type { IssueRequest } from "../store/issue-request.ts";
import type { OrderStore } from "../store/orders.ts";
import { attemptOrder, type OrderOptions } from "./attempt-order.ts";
import { invoiceView } from "./invoice-view.ts";

interface Deps {
  orders: OrderStore;
  invoices: InvoiceStore;
  options: OrderOptions;
}

/**
 * Issues where the provider gives the number: the order is durable first, then the provider is called at once. Without its answer there is no
 * invoice yet: throws `provider_unavailable`, a job goes on, and the same key brings the invoice. Throws `provider_rejected` with its code.
 */
export function createIssueByProvider(deps: Deps) {
  return async (active: ActiveSeller, request: IssueRequest): Promise<Invoice> => {
    const accepted = await deps.orders.accept(request);
    if (accepted.requestHash !== request.requestHash) {
      throw new OperationError("conflict", "this idempotencyKey was used for another invoice; use a new one", {
        reason: "idempotency_key_reused",
      });
    }
    const claimed = await deps.orders.claim(deps.options.leaseMs, accepted.id);
    if (claimed) await attemptOrder(deps, active, claimed);
    return answer(deps, request);
  };
}

async function answer(deps: Deps, request: IssueRequest): Promise<Invoice> {
  const order = await deps.orders.byKey(request);
  const found = order?.status === "done" ? await deps.invoices.findById(order.id) : undefined;
  if (found) return invoiceView(found.invoice, found.upload);
  if (order?.status === "rejected") {
    throw new OperationError("provider_rejected", "the provider refused this invoice; read the reason", {
      reason: order.reason ?? "refused",
    });
  }
  throw new OperationError(
    "provider_unavailable",
    "the provider has not given the invoice's number yet; repeat with the same key",
    { reason: "number_pending" },
  );
}
