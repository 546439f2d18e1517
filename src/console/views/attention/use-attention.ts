import { periodOf } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { type Query, useQuery } from "../../lib/use-query.ts";

const LIST_MAX = 50;
const POLL_MS = 8_000;
/** Fewer numbers than this, or than a tenth of the period's, and somebody should see to new ones. */
const STOCK_MIN = 200;

type Answer<Ask extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<Ask>>;

/** Everything that does not end by itself, and how much of it there is. */
export type Attention = Answer<typeof askAll>;

/** Asked once for the whole page: the navigation shows the count, the view the list. Calls of one turn are one request. */
export const useAttention = (): Query<Attention> => useQuery("attention", askAll, POLL_MS);

async function askAll(signal: AbortSignal) {
  const { einvoice, banking, sms, system } = gateway;
  const options = { signal };
  const [
    unknownInvoices,
    rejectedInvoices,
    ranges,
    indeterminate,
    held,
    quarantined,
    corrections,
    messages,
    health,
    providers,
  ] = await Promise.all([
    einvoice.listInvoices.query({ status: "unknown", limit: LIST_MAX }, options),
    einvoice.listInvoices.query({ status: "rejected", limit: LIST_MAX }, options),
    einvoice.listNumberRanges.query({ invoicePeriod: periodOf(new Date()), limit: 200 }, options),
    banking.listBatches.query({ status: "indeterminate", limit: LIST_MAX }, options),
    banking.listBatches.query({ status: "held", limit: LIST_MAX }, options),
    banking.listInboundFiles.query({ status: "quarantined", limit: LIST_MAX }, options),
    banking.listInboundFiles.query({ status: "correction", limit: LIST_MAX }, options),
    sms.listMessages.query({ status: "unknown", limit: LIST_MAX }, options),
    system.health.query(undefined, options),
    sms.listProviders.query(undefined, options),
  ]);
  const stock = stockOf(ranges.items);
  const services = Object.entries(health.services).filter(([, { status }]) => status === "unhealthy");
  const lists = {
    invoices: [...unknownInvoices.items, ...rejectedInvoices.items],
    batches: [...indeterminate.items, ...held.items],
    files: [...quarantined.items, ...corrections.items],
    messages: messages.items,
    lowCredits: providers.items.filter(({ isCreditLow }) => isCreditLow),
    services: services.map(([name, service]) => ({ name, ...service })),
  };
  const count = Object.values(lists).reduce((sum, list) => sum + list.length, stock.low ? 1 : 0);
  return { ...lists, stock, count };
}

interface Range {
  rangeStart: number;
  rangeEnd: number;
  remaining: number;
  isActive: boolean;
}

/** Numbers left in this period, and whether that is too few. */
export function stockOf(ranges: Range[]): { remaining: number; total: number; low: boolean } {
  const active = ranges.filter(({ isActive }) => isActive);
  const remaining = active.reduce((sum, range) => sum + range.remaining, 0);
  const total = active.reduce((sum, { rangeStart, rangeEnd }) => sum + rangeEnd - rangeStart + 1, 0);
  return { remaining, total, low: remaining < Math.max(STOCK_MIN, total / 10) };
}
