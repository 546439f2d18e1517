import type { UnusedNumbersReport } from "@luckygas/gateway-client";
import type { ActiveSellers } from "../connectors/active-seller.ts";
import { reportDueAt } from "../rules/deadlines.ts";
import { countNumbers, eightDigits } from "../rules/unused-numbers.ts";
import type { NumberReport, NumberReportStore } from "../store/number-reports.ts";

type Track = UnusedNumbersReport["tracks"][number];

/** Reports the unused numbers of a closed period (E0402), once. Throws `state_not_allowed`. */
export function createReportUnusedNumbers(deps: {
  sellers: ActiveSellers;
  reports: NumberReportStore;
  /** Called when there may be something to send. */
  onReported(): void;
}) {
  return async ({ invoicePeriod }: { invoicePeriod: string }): Promise<UnusedNumbersReport> => {
    const { seller, supports } = await deps.sellers.required();
    const reports = await deps.reports.report(seller.ubn, invoicePeriod, supports.has("unused_numbers"));
    deps.onReported();
    return { invoicePeriod, dueAt: reportDueAt(invoicePeriod).toISOString(), tracks: reports.map(trackView) };
  };
}

function trackView({ id, prefix, ranges, isByHand, uploadStatus }: NumberReport): Track {
  return {
    id,
    prefix,
    ranges: ranges.map(([begin, end]) => ({ beginNumber: eightDigits(begin), endNumber: eightDigits(end) })),
    unusedCount: countNumbers(ranges),
    status: ranges.length === 0 ? "nothing_to_report" : isByHand ? "by_hand" : sentStatus(uploadStatus),
  };
}

function sentStatus(status: string | null): Track["status"] {
  switch (status) {
    case "sending":
    case "sent":
    case "unknown":
    case "accepted":
    case "rejected":
    case "superseded":
      return status;
    default:
      return "due";
  }
}
