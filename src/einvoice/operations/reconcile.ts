import type { Reconciliation } from "@luckygas/gateway-client";
import type { Clock } from "../../platform/clock.ts";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import { taipeiDate } from "../../platform/taipei-time.ts";
import type { ActiveSellers } from "../connectors/active-seller.ts";
import { firstOfSpans } from "../rules/unclaimed-numbers.ts";
import { eightDigits } from "../rules/unused-numbers.ts";
import type { LookedAt, ReconciliationRun, ReconciliationStore } from "../store/reconciliations.ts";

interface Deps {
  sellers: ActiveSellers;
  runs: ReconciliationStore;
  clock: Clock;
  newId(): string;
  /** Called when a run has begun. */
  onBegun(): void;
}

/** Begins a comparison of a day; joins the one that is under way. Throws `invalid_input` for a day to come. */
export function createReconcile(deps: Deps) {
  return async ({ day }: { day: string }): Promise<Reconciliation> => {
    const { seller } = await deps.sellers.required();
    const startedAt = deps.clock.now();
    if (day > taipeiDate(startedAt)) throw invalidInput("day", "must not be a day to come");
    await deps.runs.begin({ id: deps.newId(), sellerUbn: seller.ubn, day, startedAt });
    deps.onBegun();
    return latest(deps, seller.ubn, day);
  };
}

/** The latest comparison of a day. Throws `not_found` when there was none. */
export function createGetReconciliation(deps: Pick<Deps, "sellers" | "runs">) {
  return async ({ day }: { day: string }): Promise<Reconciliation> => {
    const { seller } = await deps.sellers.required();
    return latest(deps, seller.ubn, day);
  };
}

async function latest(deps: Pick<Deps, "runs">, sellerUbn: string, day: string): Promise<Reconciliation> {
  const run = await deps.runs.latest(sellerUbn, day);
  if (!run) throw new OperationError("not_found", "this day was not reconciled yet; call reconcile");
  return view(run);
}

function view(run: ReconciliationRun): Reconciliation {
  const { startedAt, finishedAt, cursor: _cursor, sellerUbn: _ubn, lookedAt, ...rest } = run;
  return {
    ...rest,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    lookedAt: lookedAtView(lookedAt, run.status === "done"),
  };
}

function lookedAtView(lookedAt: LookedAt | null, isDone: boolean): Reconciliation["lookedAt"] {
  if (lookedAt?.method === "list") {
    return { method: "list", numbers: lookedAt.invoices, ranges: [], isComplete: true };
  }
  if (lookedAt?.method !== "numbers") return { method: "none", numbers: 0, ranges: [], isComplete: false };
  const ranges = firstOfSpans(lookedAt.spans, lookedAt.asked).map(({ prefix, rangeStart, rangeEnd }) => ({
    prefix,
    beginNumber: eightDigits(rangeStart),
    endNumber: eightDigits(rangeEnd),
  }));
  return { method: "numbers", numbers: lookedAt.asked, ranges, isComplete: isDone && lookedAt.isComplete };
}
