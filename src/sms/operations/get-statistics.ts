import type { Contract } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import { taipeiDate, taipeiDayStart } from "../../platform/taipei-time.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { formatMicros } from "../rules/cost.ts";
import { readStatistics, type StatisticsRow } from "../store/statistics.ts";

export type GetStatisticsInput = z.output<Contract["sms"]["getStatistics"]["input"]>;
export type GetStatisticsOutput = z.output<Contract["sms"]["getStatistics"]["output"]>;

const DAYS_MAX = 92;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Counts and cost by day, provider and type, of the messages that were taken on these Taipei days, and their sums. */
export async function getStatistics(deps: SmsDependencies, input: GetStatisticsInput): Promise<GetStatisticsOutput> {
  const from = taipeiDayStart(input.from);
  const until = taipeiDayStart(input.to, 1);
  if (until <= from) throw invalidInput("to", "must not be before from");
  if (until.getTime() - from.getTime() > DAYS_MAX * DAY_MS) throw invalidInput("to", `at most ${DAYS_MAX} days`);
  const { provider, messageType } = input;
  const rows = await readStatistics(deps.platform.database.hot, { days: daysOf(from, until), provider, messageType });
  return {
    items: rows.map((row) => ({
      day: row.day,
      provider: row.provider,
      messageType: row.message_type,
      ...countsOf([row]),
    })),
    total: countsOf(rows),
    nextCursor: null,
  };
}

/** The Taipei days of a span; every day has 24 hours there. */
function daysOf(from: Date, until: Date) {
  return Array.from({ length: Math.round((until.getTime() - from.getTime()) / DAY_MS) }, (_, index) => {
    const begin = new Date(from.getTime() + index * DAY_MS);
    return { day: taipeiDate(begin), from: begin, until: new Date(begin.getTime() + DAY_MS) };
  });
}

function countsOf(rows: readonly StatisticsRow[]): GetStatisticsOutput["total"] {
  const sum = (read: (row: StatisticsRow) => number) => rows.reduce((total, row) => total + read(row), 0);
  return {
    messages: sum((row) => row.messages),
    sent: sum((row) => row.sent),
    delivered: sum((row) => row.delivered),
    failed: sum((row) => row.failed),
    unknown: sum((row) => row.unknown),
    pending: sum((row) => row.pending),
    segments: sum((row) => row.segments),
    costTwd: formatMicros(rows.reduce((total, row) => total + row.cost_micros, 0n)),
  };
}
