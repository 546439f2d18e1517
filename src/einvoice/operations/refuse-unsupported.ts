import { OperationError } from "../../platform/errors.ts";
import type { ActiveSeller } from "../connectors/active-seller.ts";
import type { InvoiceContent } from "../rules/content.ts";

/** What the seller's transport cannot carry is refused, never dropped. Throws `unsupported`. */
export function refuseUnsupported(active: Pick<ActiveSeller, "supports" | "connector">, content: InvoiceContent): void {
  const { taxType } = content.amounts;
  const isZeroRated = content.lines.some((line) => line.taxType === "zero_rated");
  if (isZeroRated && !active.supports.has("zero_rated")) throw unsupported("zero-rated sales", "zero_rated");
  if (taxType === "mixed" && !active.supports.has("mixed_tax")) throw unsupported("several tax types", "mixed_tax");
  const problem = active.connector.orderProblem?.(content);
  if (problem) throw unsupported(problem, "content");
}

function unsupported(what: string, reason: string): OperationError {
  return new OperationError("unsupported", `the seller's transport cannot carry ${what}`, { reason });
}
