import type { StatementLineClass } from "@luckygas/gateway-client";
import type { CountAndAmount, Identity } from "./reconcile-identities.ts";

/** Lines of a statement by class and direction, added up. */
export type StatementSums = readonly (CountAndAmount & { class: StatementLineClass; isReversal: boolean })[];

const postedClasses: readonly StatementLineClass[] = ["matched", "assigned"];
const suspenseClasses: readonly StatementLineClass[] = ["amount_mismatch", "already_received", "unexpected"];
const takenBackClasses: readonly StatementLineClass[] = ["reversed", "unmatched_reversal"];
const passedOverClasses: readonly StatementLineClass[] = ["duplicate_line", "not_settled"];

export interface StatementTotals {
  credited: CountAndAmount;
  reversed: CountAndAmount;
  posted: CountAndAmount;
  suspense: CountAndAmount;
  identities: Identity[];
}

/** How a statement adds up: what came, what was taken back, what was posted, and what belongs to no receipt. */
export function statementTotals(sums: StatementSums): StatementTotals {
  const add = (classes: readonly StatementLineClass[], isReversal: boolean) =>
    total(sums.filter((sum) => sum.isReversal === isReversal && classes.includes(sum.class)));
  const credited = total(sums.filter((sum) => !sum.isReversal));
  const reversed = total(sums.filter((sum) => sum.isReversal));
  const posted = add(postedClasses, false);
  const suspense = add(suspenseClasses, false);
  return {
    credited,
    reversed,
    posted,
    suspense,
    identities: [
      identity(
        "credits = posted + suspense + told before or not settled",
        credited,
        total([posted, suspense, add(passedOverClasses, false)]),
      ),
      identity(
        "reversals = receipts reversed + unmatched + told before or not settled",
        reversed,
        total([add(takenBackClasses, true), add(passedOverClasses, true)]),
      ),
    ],
  };
}

const total = (parts: readonly CountAndAmount[]): CountAndAmount => ({
  count: parts.reduce((sum, part) => sum + part.count, 0),
  amount: parts.reduce((sum, part) => sum + part.amount, 0),
});

const identity = (name: string, left: CountAndAmount, right: CountAndAmount): Identity => ({
  name,
  left,
  right,
  explanation: null,
  holds: left.count === right.count && left.amount === right.amount,
});
