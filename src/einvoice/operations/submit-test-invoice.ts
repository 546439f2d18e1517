import type { einvoiceContract } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { OperationError } from "../../platform/errors.ts";
import type { ActiveSeller, ActiveSellers } from "../connectors/active-seller.ts";
import type { IssuedInvoice } from "../rules/content.ts";
import { periodOf } from "../rules/period.ts";
import { prepareContent } from "../rules/prepare-content.ts";

type Input = z.output<typeof einvoiceContract.submitTestInvoice.input>;
type Result = z.input<typeof einvoiceContract.submitTestInvoice.output>;

const TEST_LINE = "測試品項";

/** Has the platform's test endpoint check an invoice. Takes no number and stores nothing; throws `provider_unavailable` while the breaker is open. */
export function createSubmitTestInvoice(deps: { sellers: ActiveSellers; clock: Clock; newRandomCode(): string }) {
  return async (input: Input): Promise<Result> => {
    const active = await deps.sellers.required();
    const entry = await active.connector.enter();
    if ("refusedUntil" in entry) {
      throw new OperationError("provider_unavailable", "the e-invoice platform is not answering; try again later", {
        reason: "circuit_open",
      });
    }
    const result = await entry.call.testIssue(testInvoice(deps, active, input));
    return {
      outcome: result.kind,
      reason: result.kind === "accepted" ? null : result.reason,
      providerCode: result.providerCode ?? null,
      providerMessage: result.providerMessage ?? null,
    };
  };
}

function testInvoice(
  deps: { clock: Clock; newRandomCode(): string },
  active: ActiveSeller,
  input: Input,
): IssuedInvoice {
  const issuedAt = deps.clock.now();
  const content = prepareContent(
    {
      buyer: { kind: "consumer" },
      lines: [{ description: TEST_LINE, quantity: 1, unitPrice: input.amount, taxType: "taxable" }],
    },
    { seller: active.seller, memberCarrierTypes: [] },
  );
  const randomCode = deps.newRandomCode();
  return { number: input.invoice_number, period: periodOf(issuedAt), issuedAt, randomCode, content };
}
