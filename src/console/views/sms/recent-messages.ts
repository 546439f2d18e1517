import type { SmsMessageSummary, SmsStatus } from "@luckygas/gateway-client";
import { gateway } from "../../lib/gateway.ts";
import { useQuery } from "../../lib/use-query.ts";

const PAGES_MAX = 5;
const PAGE_SIZE = 200;
const DAY_MS = 24 * 3_600_000;

export interface RecentMessages {
  items: SmsMessageSummary[];
  /** There were more in this time than are looked at. */
  cut: boolean;
  since: Date;
}

/** The messages of the last 24 hours, at most a thousand: what charts and comparisons are made from. */
export const useRecentMessages = () => useQuery("recent messages", ask, 15_000);

async function ask(signal: AbortSignal): Promise<RecentMessages> {
  const since = new Date(Date.now() - DAY_MS);
  const items: SmsMessageSummary[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { createdFrom: since.toISOString(), limit: PAGE_SIZE, ...(cursor && { cursor }) };
    const answer = await gateway.sms.listMessages.query(input, { signal });
    items.push(...answer.items);
    if (answer.nextCursor === null) return { items, cut: false, since };
    cursor = answer.nextCursor;
  }
  return { items, cut: true, since };
}

/** The three ends that a chart tells apart, and what has not ended. */
export const outcomeGroups = ["delivered", "waiting", "unknown", "failed"] as const;
export type OutcomeGroup = (typeof outcomeGroups)[number];

export function outcomeGroupOf(status: SmsStatus): OutcomeGroup {
  if (status === "delivered" || status === "unknown") return status;
  return ["undelivered", "expired", "rejected", "cancelled", "suppressed"].includes(status) ? "failed" : "waiting";
}
