import type { einvoiceContract } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { UploadOversight } from "../store/upload-oversight.ts";
import type { createGetInvoice } from "./get-invoice.ts";

type Input = z.output<typeof einvoiceContract.settleUnknown.input>;

/** A person ends an unknown upload. Throws `not_found`, and `state_not_allowed` when the outcome is not unknown (any more). */
export function createSettleUnknown(deps: {
  oversight: UploadOversight;
  getInvoice: ReturnType<typeof createGetInvoice>;
  newId(): string;
  /** Called after the decision: there may be something to send. */
  onDecided(): void;
}) {
  return async (input: Input, callerSubject: string) => {
    const { id, decision, note } = input;
    await deps.oversight.decide(id, { decision, attemptId: deps.newId(), by: callerSubject, note });
    deps.onDecided();
    return deps.getInvoice({ id });
  };
}
