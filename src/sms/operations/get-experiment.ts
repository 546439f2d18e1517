import type { Contract } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { probabilityBetter, type Share, wilson } from "../rules/statistics.ts";
import { judge, type VariantResults } from "../rules/verdict.ts";
import { countExperiment, type ExperimentCounts } from "../store/experiments.ts";
import { readExperiment } from "../store/templates.ts";
import { presentTemplates } from "./templates.ts";

export type GetExperimentInput = z.output<Contract["sms"]["getExperiment"]["input"]>;
export type GetExperimentOutput = z.output<Contract["sms"]["getExperiment"]["output"]>;

const TERMS_MAX = 20_000;
/** A receipt that has not come by then never will. */
const SILENT_MS = 3 * 24 * 60 * 60 * 1000;

/** The running experiment of a template: what each variant has done, and whether one may be called the better. */
export async function getExperiment(deps: SmsDependencies, input: GetExperimentInput): Promise<GetExperimentOutput> {
  const { db, hot } = deps.platform.database;
  const present = await presentTemplates(deps, input.code);
  if (present.length === 0) throw new OperationError("not_found", "no such template");
  const { number, plannedPerVariant, startedAt } = await readExperiment(db, input.code);
  const experiment = `${input.code}#${number}`;
  const silentBefore = new Date(deps.platform.clock.now().getTime() - SILENT_MS);
  const counts = await countExperiment(hot, experiment, { plannedPerVariant, silentBefore });
  const drawn = present.filter(({ isActive, weight }) => isActive && weight > 0);
  const results = drawn.map(({ variant, weight }) =>
    resultsOf(
      variant,
      weight,
      counts.filter((row) => row.variant === variant),
    ),
  );
  const verdict = judge(results, plannedPerVariant);
  return {
    experiment,
    plannedPerVariant,
    startedAt: startedAt.getTime() === 0 ? null : startedAt.toISOString(),
    variants: drawn.map(({ variant, weight }) => variantView(variant, weight, counts)),
    ...verdict,
    comparisons: verdict.comparisons.map((one) => ({ ...one, probabilityBetter: probabilityOf(one, results) })),
  };
}

const sumOf = (rows: readonly ExperimentCounts[], read: (row: ExperimentCounts) => number) =>
  rows.reduce((sum, row) => sum + read(row), 0);

function resultsOf(variant: string, weight: number, rows: readonly ExperimentCounts[]): VariantResults {
  const ended = new Map<string, Share>();
  for (const { provider, plannedDelivered, plannedFailed } of rows) {
    const total = plannedDelivered + plannedFailed;
    if (provider !== undefined && total > 0) ended.set(provider, { successes: plannedDelivered, total });
  }
  const counted = sumOf(rows, (row) => row.planned);
  const pending = counted - sumOf(rows, (row) => row.plannedDelivered + row.plannedFailed);
  return { variant, weight, assigned: sumOf(rows, (row) => row.assigned), ended, counted, pending };
}

/** That b's true share is the larger one, whatever the provider; a sum of as many terms as b has deliveries. */
function probabilityOf({ a, b }: { a: string; b: string }, results: readonly VariantResults[]): number | null {
  const [shareA, shareB] = [wholeOf(results, a), wholeOf(results, b)];
  return shareB.successes > TERMS_MAX ? null : probabilityBetter(shareA, shareB);
}

function wholeOf(results: readonly VariantResults[], name: string): Share {
  const shares = results.filter(({ variant }) => variant === name).flatMap(({ ended }) => [...ended.values()]);
  return {
    successes: shares.reduce((sum, { successes }) => sum + successes, 0),
    total: shares.reduce((sum, { total }) => sum + total, 0),
  };
}

function variantView(variant: string, weight: number, counts: readonly ExperimentCounts[]) {
  const rows = counts.filter((row) => row.variant === variant);
  const sent = sumOf(rows, (row) => row.sent);
  const delivered = sumOf(rows, (row) => row.delivered);
  const failed = sumOf(rows, (row) => row.failed);
  const ended = delivered + failed;
  return {
    ...{ variant, weight, assigned: sumOf(rows, (row) => row.assigned), sent, delivered, failed },
    deliveryRate: ended === 0 ? null : delivered / ended,
    interval: wilson({ successes: delivered, total: ended }),
    providers: rows.flatMap(({ provider, sent, delivered, failed }) =>
      provider === undefined || sent === 0 ? [] : [{ provider, sent, delivered, failed }],
    ),
  };
}
