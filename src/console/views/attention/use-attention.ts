import { isGatewayError, isNoAnswer } from "@luckygas/gateway-client/client";
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

const nothing = { items: [] };

/** What cannot be asked about is told in `faults`; the rest is shown all the same. */
async function askAll(signal: AbortSignal) {
  const { einvoice, banking, sms, system } = gateway;
  const options = { signal };
  const faults: unknown[] = [];
  const part = async <Found, None>(asked: Promise<Found>, none: None): Promise<Found | None> => {
    try {
      return await asked;
    } catch (error) {
      if (isNoAnswer(error) || endsTheSession(error)) throw error;
      faults.push(error);
      return none;
    }
  };
  const limit = LIST_MAX;
  const [invoices, orders, ranges, deadlines, batches, files, messages, health, providers] = await Promise.all([
    part(
      lists(["unknown", "rejected"], (status) => einvoice.listInvoices.query({ status, limit }, options)),
      [],
    ),
    part(einvoice.listPendingOrders.query({ limit }, options), nothing),
    part(einvoice.listNumberRanges.query({ invoicePeriod: periodOf(new Date()), limit: 200 }, options), undefined),
    part(
      lists(["overdue", "urgent"], (level) => einvoice.listDeadlines.query({ level, limit }, options)),
      [],
    ),
    part(
      lists(["indeterminate", "held"], (status) => banking.listBatches.query({ status, limit }, options)),
      [],
    ),
    part(
      lists(["quarantined", "correction"], (status) => banking.listInboundFiles.query({ status, limit }, options)),
      [],
    ),
    part(sms.listMessages.query({ status: "unknown", limit }, options), nothing),
    part(system.health.query(undefined, options), { services: {} }),
    part(sms.listProviders.query(undefined, options), nothing),
  ]);
  const stock = ranges ? stockOf(ranges.items) : undefined;
  const services = Object.entries(health.services).filter(([, { status }]) => status === "unhealthy");
  const found = {
    invoices,
    orders: orders.items.filter(({ status }) => status === "unknown"),
    deadlines,
    batches,
    files,
    messages: messages.items,
    lowCredits: providers.items.filter(({ isCreditLow }) => isCreditLow),
    services: services.map(([name, service]) => ({ name, ...service })),
  };
  const count = Object.values(found).reduce((sum, list) => sum + list.length, stock?.low ? 1 : 0);
  return { ...found, stock, count, faults };
}

/** One list of several, each asked for by its own state. */
async function lists<State extends string, Item>(
  states: State[],
  ask: (state: State) => Promise<{ items: Item[] }>,
): Promise<Item[]> {
  return (await Promise.all(states.map(ask))).flatMap(({ items }) => items);
}

const endsTheSession = (error: unknown) => isGatewayError(error) && error.data.gateway.code === "unauthenticated";

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
