import { OperationError } from "../../../platform/errors.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { findInboundFile } from "../../store/inbound.ts";
import type { Input, Output } from "../batch-view.ts";
import { applyInboundFile } from "./apply-inbound-file.ts";
import { viewInboundFile } from "./inbound-view.ts";

/**
 * Applies a file that came under the name of an earlier one with other content, since a person decided so. What it says
 * against earlier results takes their place, and money is reversed or posted by entries of its own. Applying it twice
 * changes nothing.
 */
export function createApplyCorrection(deps: BankingDependencies) {
  return async ({ fileId, reason }: Input<"applyCorrection">, caller: string): Promise<Output<"applyCorrection">> => {
    const before = await findInboundFile(deps.db, fileId);
    if (!before) {
      const rule = "is not the id of a received file";
      throw new OperationError("not_found", `fileId: ${rule}`, {
        reason: "unknown_file",
        fields: [{ path: "fileId", rule }],
      });
    }
    if (before.decidedBy !== null) return viewInboundFile(before);
    if (before.status !== "correction") {
      throw new OperationError("state_not_allowed", `a file that is ${before.status} is not waiting for a decision`, {
        reason: "not_a_correction",
      });
    }
    await deps.banks.usable(before.bankCode);
    await applyInboundFile(deps, fileId, { decidedBy: caller, decidedReason: reason });
    const after = await findInboundFile(deps.db, fileId);
    if (!after) throw new Error("a received file has gone");
    return viewInboundFile(after);
  };
}
