import type { AssignBranchNumbersInput, BranchNumbers } from "@luckygas/gateway-client";
import type { Clock } from "../../platform/clock.ts";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import type { ActiveSellers } from "../connectors/active-seller.ts";
import { givenAwayProblems } from "../rules/branch-numbers.ts";
import { uploadDueAt } from "../rules/deadlines.ts";
import { hashOf } from "../rules/request-hash.ts";
import { eightDigits } from "../rules/unused-numbers.ts";
import type { AssignedNumbers, BranchNumberStore } from "../store/branch-numbers.ts";

interface Deps {
  sellers: ActiveSellers;
  branches: BranchNumberStore;
  clock: Clock;
  /** Called when there may be something to send. */
  onAssigned(): void;
}

/**
 * A head office gives unused numbers to a branch (E0401). Throws `invalid_input`, `state_not_allowed` when the numbers are not free, and
 * `unsupported` where the provider gives the numbers.
 */
export function createAssignBranchNumbers(deps: Deps) {
  return async (input: AssignBranchNumbersInput, callerSubject: string): Promise<BranchNumbers> => {
    const { seller, supports } = await deps.sellers.required();
    const problems = givenAwayProblems(input);
    if (problems.length > 0) {
      throw new OperationError("invalid_input", "the numbers cannot be given to a branch", { fields: problems });
    }
    if (input.branchUbn === seller.ubn) throw invalidInput("branchUbn", "must not be the head office's own");
    if (supports.has("numbers_from_provider")) {
      throw new OperationError(
        "unsupported",
        "the seller's provider gives the numbers, so that there are none to assign",
        {
          reason: "numbers_from_provider",
        },
      );
    }
    const { idempotencyKey, ...request } = input;
    const now = deps.clock.now();
    const assigned = await deps.branches.assign({
      ...request,
      callerSubject,
      idempotencyKey,
      requestHash: hashOf(request),
      sellerUbn: seller.ubn,
      period: input.invoicePeriod,
      isCarried: supports.has("branch_numbers"),
      now,
      // No deadline is known from the law: the shorter one of invoices makes it noticed in time.
      dueAt: uploadDueAt(now, "consumer"),
    });
    deps.onAssigned();
    return view(assigned);
  };
}

const view = (numbers: AssignedNumbers): BranchNumbers => ({
  id: numbers.id,
  invoicePeriod: numbers.period,
  prefix: numbers.prefix,
  branchUbn: numbers.branchUbn,
  beginNumber: eightDigits(numbers.beginNumber),
  endNumber: eightDigits(numbers.endNumber),
  count: numbers.endNumber - numbers.beginNumber + 1,
  messageId: numbers.messageId,
  status: numbers.uploadStatus ?? "by_hand",
});
