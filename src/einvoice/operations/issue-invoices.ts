import type { Invoice, InvoiceOfMany, InvoiceSummary, IssuedInvoiceResult } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import type { ActiveSeller } from "../connectors/active-seller.ts";
import { answer, type IssueDeps, prepareRequest } from "./issue-invoice.ts";

/**
 * Issues many invoices (月結開立), each by itself: one that cannot be issued takes no number and says why in its place. Those that can share
 * as few commits as the group commit allows.
 */
export function createIssueInvoices(deps: IssueDeps & { log: Log }) {
  async function issueOne(active: ActiveSeller, given: InvoiceOfMany, callerSubject: string): Promise<Invoice> {
    const { input, problems } = given;
    if (!input) {
      const told = problems.map(({ path, rule }) => `${path}: ${rule}`).join("; ");
      throw new OperationError("invalid_input", told, { fields: problems });
    }
    const request = prepareRequest(deps, active, input, callerSubject);
    if (active.supports.has("numbers_from_provider")) return deps.issueByProvider(active, request);
    return answer(deps, request, await deps.commits.submit(request));
  }

  return async (
    input: { invoices: InvoiceOfMany[] },
    callerSubject: string,
  ): Promise<{ items: IssuedInvoiceResult[] }> => {
    const active = await deps.sellers.required();
    const items = await Promise.all(
      input.invoices.map(async (invoice): Promise<IssuedInvoiceResult> => {
        const { idempotencyKey } = invoice;
        try {
          return { idempotencyKey, invoice: toSummary(await issueOne(active, invoice, callerSubject)), error: null };
        } catch (error) {
          return { idempotencyKey, invoice: null, error: problem(error, deps.log) };
        }
      }),
    );
    return { items };
  };
}

function toSummary(invoice: Invoice): InvoiceSummary {
  const {
    lines: _lines,
    print: _print,
    carrier: _carrier,
    donationCode: _donation,
    upload: _upload,
    ...rest
  } = invoice;
  return rest;
}

function problem(error: unknown, log: Log): IssuedInvoiceResult["error"] {
  if (error instanceof OperationError) {
    const { reason = null, fields = [] } = error.options;
    return { code: error.code, reason, message: error.message, fields };
  }
  log.error("An invoice of a bulk call could not be stored", { service: "einvoice", error });
  return {
    code: "internal",
    reason: null,
    message: "the invoice could not be stored; repeat with the same key",
    fields: [],
  };
}
