import type { bankSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { ServiceHealth } from "../../platform/capability.ts";
import { taipeiDate } from "../../platform/taipei-time.ts";
import type { KnownBank } from "../banks.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { dayAfter } from "../rules/calendar/banking-calendar.ts";
import { countBatches } from "../store/batches.ts";
import { readHolidays } from "../store/calendar-days.ts";
import { latestInboundAt } from "../store/inbound.ts";
import type { Input, Output } from "./batch-view.ts";
import { refusedCredentials } from "./transfer/refused-credentials.ts";

const CONNECTIONS_MAX_DEFAULT = 5;
/** How long before the known holidays end health says so. */
const CALENDAR_NOTICE_DAYS = 45;

export function createListBanks(deps: BankingDependencies) {
  return async (): Promise<Output<"listBanks">> => {
    const banks = await deps.banks.list();
    return { items: await Promise.all(banks.map((bank) => viewBank(deps, bank))), nextCursor: null };
  };
}

export async function viewBank(deps: BankingDependencies, known: KnownBank): Promise<z.input<typeof bankSchema>> {
  const { key, name, fileFormat, encoding, isActive, bank, problem } = known;
  return {
    bank: key,
    name,
    fileFormat,
    encoding,
    isActive,
    approvalsRequired: bank?.row.approvalsRequired ?? 1,
    cutoffTime: bank?.row.cutoffTime ?? null,
    nextCutoffAt: await nextCutoffAt(deps, known),
    calendarKnownUntil: (await readHolidays(deps.db)).knownUntil,
    problem: problem ?? null,
  };
}

async function nextCutoffAt(deps: BankingDependencies, { bank }: KnownBank): Promise<string | null> {
  if (!bank) return null;
  return (await deps.calendarOf(bank)).nextCutoffAt(deps.clock.now())?.toISOString() ?? null;
}

/** State of the link and of what is under way; never connects. */
export function createGetBankStatus(deps: BankingDependencies) {
  return async ({ bank: key }: Input<"getBankStatus">): Promise<Output<"getBankStatus">> => {
    const known = await deps.banks.find(key);
    const [link, counts, lastInboundAt] = await Promise.all([
      bankHealth(deps, known),
      countBatches(deps.db, key),
      latestInboundAt(deps.db, key),
    ]);
    return {
      bank: key,
      status: link.status,
      ...(link.detail && { detail: link.detail }),
      active_connections: link.active_connections,
      connections_max: known.bank?.row.connectionsMax ?? CONNECTIONS_MAX_DEFAULT,
      circuit_breaker: link.circuit_breaker,
      ciphers: deps.links.algorithms.ciphers() ?? null,
      batches: {
        sending: counts.get("sending") ?? 0,
        indeterminate: counts.get("indeterminate") ?? 0,
        held: counts.get("held") ?? 0,
        awaitingReply: (counts.get("sent") ?? 0) + (counts.get("acknowledged") ?? 0),
      },
      lastInboundFileAt: lastInboundAt?.toISOString() ?? null,
      nextCutoffAt: await nextCutoffAt(deps, known),
      calendarKnownUntil: (await readHolidays(deps.db)).knownUntil,
    };
  };
}

type BankHealth = ServiceHealth & Required<Pick<ServiceHealth, "active_connections" | "circuit_breaker">>;

/** The health of one bank's link, in the shape of the deployment guide. */
export async function bankHealth(deps: BankingDependencies, known: KnownBank): Promise<BankHealth> {
  const circuitBreaker = await deps.links.to(known.key).breaker.state();
  const facts = { active_connections: deps.links.connections(known.key), circuit_breaker: circuitBreaker };
  if (!known.isActive) return { status: "disabled", detail: "switched off in bank_configurations", ...facts };
  if (known.problem !== undefined) return { status: "disabled", detail: known.problem, ...facts };
  const problem = (known.bank && deps.links.problem(known.bank.row)) ?? (await refusedCredentials(deps, known.key));
  if (problem !== undefined) return { status: "unhealthy", detail: problem, ...facts };
  if (circuitBreaker === "open") return { status: "unhealthy", detail: "the bank's server does not answer", ...facts };
  const detail = await calendarDetail(deps);
  return { status: circuitBreaker === "half_open" ? "degraded" : "healthy", ...(detail && { detail }), ...facts };
}

/** Told in time, so that nobody trusts a year without holidays. */
async function calendarDetail(deps: BankingDependencies): Promise<string | undefined> {
  const { knownUntil } = await readHolidays(deps.db);
  if (dayAfter(taipeiDate(deps.clock.now()), CALENDAR_NOTICE_DAYS) <= knownUntil) return undefined;
  return `holidays are known until ${knownUntil} only; import the next year's calendar (banking.importCalendar)`;
}

export async function banksHealth(deps: BankingDependencies): Promise<Record<string, ServiceHealth>> {
  const banks = await deps.banks.list();
  const entries = await Promise.all(
    banks.map(async (bank) => [`banking_${bank.key}`, await bankHealth(deps, bank)] as const),
  );
  return Object.fromEntries(entries);
}
