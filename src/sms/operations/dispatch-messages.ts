import type { BreakerPermit, BreakerState } from "../../platform/breaker.ts";
import { taipeiDate, taipeiDayStart } from "../../platform/taipei-time.ts";
import type { SmsConnector } from "../connectors/port.ts";
import type { SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { lanes } from "../rules/message-types.ts";
import { type Candidate, selectProvider } from "../rules/selection.ts";
import { successRate } from "../rules/success-rate.ts";
import {
  type ClaimTx,
  countAttemptsSince,
  countSlots,
  deferMessages,
  findTried,
  insertAttempts,
  type LockedProvider,
  lockProviders,
  lockQueued,
  type QueuedMessage,
} from "../store/claim.ts";
import { isAnythingQueued, queueDue } from "../store/housekeeping.ts";
import type { Delivery } from "./deliver-message.ts";
import { costOf } from "./settlement.ts";

/** A provider that may be called in this round. */
interface Entrant {
  provider: Provider;
  connector: SmsConnector;
  breaker: BreakerState;
  permit: BreakerPermit | undefined;
}

/** What a round has given out. */
export interface Claim {
  deliveries: Delivery[];
  /** A provider has slots but no room for a further call until one of those under way has ended. */
  awaitsCalls: boolean;
}

interface Room {
  /** Slots for urgent and transactional messages, and for promotional ones, which must leave a reserve. */
  free: number;
  promotionalFree: number;
  /** It is full only until a call ends. */
  awaitsCalls: boolean;
}

const NOTHING: Claim = { deliveries: [], awaitsCalls: false };
const DUE_ITEMS_MAX = 1_000;
/** How long the call's record may take beyond the call itself before the attempt counts as abandoned. */
const LEASE_MARGIN_MS = 30_000;
const PUT_OFF_MS = 5_000;

/**
 * Gives up to `itemsMax` queued messages to providers that have room. When it returns, their attempts are committed as
 * `dispatching`, so that a crash from here on leaves a trace; the caller then calls the providers.
 */
export async function claimDeliveries(deps: SmsDependencies, itemsMax: number): Promise<Claim> {
  const { hot } = deps.platform.database;
  await queueDue(hot, deps.platform.clock.now(), DUE_ITEMS_MAX);
  if (!(await isAnythingQueued(hot))) return NOTHING;
  const entrants = await enterBreakers(await deps.providers.list());
  const ready = entrants.filter(({ permit }) => permit !== undefined);
  const claim = ready.length === 0 ? NOTHING : await hot.begin((tx) => place(deps, tx, entrants, itemsMax));
  await giveUnusedProbesBack(ready, claim.deliveries);
  return claim;
}

async function enterBreakers(providers: readonly Provider[]): Promise<Entrant[]> {
  const entering = providers.map(async (provider): Promise<Entrant[]> => {
    const { connector, problem, breaker } = provider;
    if (!connector || problem) return [];
    const state = await breaker.state();
    const entered = state === "open" ? undefined : await breaker.enter();
    const permit = entered && "permit" in entered ? entered.permit : undefined;
    // Half-open with the probe in another hand is as good as open.
    return [{ provider, connector, breaker: permit ? state : "open", permit }];
  });
  return (await Promise.all(entering)).flat();
}

async function giveUnusedProbesBack(entrants: readonly Entrant[], deliveries: readonly Delivery[]): Promise<void> {
  for (const { provider, breaker, permit } of entrants) {
    const used = deliveries.some((delivery) => delivery.provider === provider);
    if (breaker === "half_open" && !used) await permit?.neutral();
  }
}

async function place(
  deps: SmsDependencies,
  tx: ClaimTx,
  entrants: readonly Entrant[],
  itemsMax: number,
): Promise<Claim> {
  const names = entrants.map(({ provider }) => provider.name);
  const locked = await lockProviders(tx, names);
  const rooms = await countRooms(deps, tx, entrants, locked);
  const open = names.filter((name) => (rooms.get(name)?.free ?? 0) > 0);
  const isFull = () => [...rooms.values()].some(({ free, awaitsCalls }) => free <= 0 && awaitsCalls);
  if (open.length === 0) return { deliveries: [], awaitsCalls: isFull() };
  const now = deps.platform.clock.now();
  const isPromotionalOpen = open.some((name) => (rooms.get(name)?.promotionalFree ?? 0) > 0);
  const queued = await lockQueued(tx, {
    queues: ["", ...open],
    lanesBelow: isPromotionalOpen ? lanes.promotional + 1 : lanes.promotional,
    now,
    itemsMax: Math.min(itemsMax, sum(open.map((name) => rooms.get(name)?.free ?? 0))),
  });
  const tried = await findTried(
    tx,
    queued.flatMap(({ id, attemptsCount }) => (attemptsCount > 0 ? [id] : [])),
  );
  const deliveries: (Delivery & { reason: string })[] = [];
  const putOff: { messageId: string; reason: string; dueAt: Date }[] = [];
  for (const message of queued) {
    const candidates = candidatesFor(message, entrants, locked, rooms, tried.get(message.id), now);
    const request = {
      requestedProvider: message.requestedProvider,
      textUnits: message.text.length,
      segments: message.segments,
    };
    const selection = selectProvider(candidates, request);
    if (selection.provider === undefined) {
      if (selection.obstacle === "wait_for_slot") continue;
      putOff.push({ messageId: message.id, reason: selection.reason, dueAt: new Date(now.getTime() + PUT_OFF_MS) });
      continue;
    }
    const entrant = entrants.find(({ provider }) => provider.name === selection.provider);
    const room = rooms.get(selection.provider);
    if (!entrant?.permit || !room) throw new Error("a provider was chosen that is no candidate");
    room.free -= 1;
    room.promotionalFree -= 1;
    const { provider, connector, permit } = entrant;
    const alternatives = candidates.filter(({ breaker }) => breaker !== "open").length;
    const attemptId = deps.newId();
    deliveries.push({ attemptId, message, provider, connector, permit, alternatives, reason: selection.reason });
  }
  if (deliveries.length > 0) await insertDeliveries(deps, tx, deliveries, now);
  if (putOff.length > 0) await deferMessages(tx, putOff, now);
  return { deliveries, awaitsCalls: isFull() };
}

function insertDeliveries(
  deps: SmsDependencies,
  tx: ClaimTx,
  deliveries: readonly (Delivery & { reason: string })[],
  now: Date,
): Promise<void> {
  const placements = deliveries.map(({ attemptId, message, provider, reason }) => ({
    attemptId,
    messageId: message.id,
    provider: provider.name,
    selectionReason: reason,
    leaseMs: provider.settings.timeoutMs + LEASE_MARGIN_MS,
  }));
  const { owner } = deps.platform.leases;
  return insertAttempts(tx, placements, { owner, now, rateWindowMs: deps.rateWindowMs });
}

async function countRooms(
  deps: SmsDependencies,
  tx: ClaimTx,
  entrants: readonly Entrant[],
  locked: readonly LockedProvider[],
): Promise<Map<string, Room>> {
  const usage = await countSlots(
    tx,
    entrants.map(({ provider }) => provider.name),
  );
  const rooms = new Map<string, Room>();
  for (const { provider, breaker, permit } of entrants) {
    const { used, inFlight } = usage.get(provider.name) ?? { used: 0, inFlight: 0 };
    const isPaused = locked.some(({ provider: name, isPaused }) => name === provider.name && isPaused);
    const probing = !permit || isPaused ? 0 : breaker === "half_open" ? 1 : Number.POSITIVE_INFINITY;
    const calls = provider.inFlightMax - inFlight;
    const slots = Math.min(provider.rateLimit - used, await dailyRoom(deps, tx, provider));
    const free = Math.min(probing, calls, slots);
    const reserve = Math.ceil((provider.rateLimit * provider.settings.promotionalReservePercent) / 100);
    rooms.set(provider.name, {
      free,
      promotionalFree: Math.min(free, provider.rateLimit - used - reserve),
      awaitsCalls: Math.min(probing, calls) < slots && !isPaused,
    });
  }
  return rooms;
}

async function dailyRoom(deps: SmsDependencies, tx: ClaimTx, provider: Provider): Promise<number> {
  if (provider.dailyLimit === undefined) return Number.POSITIVE_INFINITY;
  const today = taipeiDayStart(taipeiDate(deps.platform.clock.now()));
  return provider.dailyLimit - (await countAttemptsSince(tx, provider.name, today));
}

function candidatesFor(
  message: QueuedMessage,
  entrants: readonly Entrant[],
  locked: readonly LockedProvider[],
  rooms: ReadonlyMap<string, Room>,
  tried: ReadonlySet<string> | undefined,
  now: Date,
): Candidate[] {
  return entrants.map(({ provider, breaker }) => {
    const room = rooms.get(provider.name);
    const state = locked.find((row) => row.provider === provider.name);
    const record = state?.resultsAsOf && { delivered: state.delivered, total: state.total, asOf: state.resultsAsOf };
    return {
      provider: provider.name,
      breaker,
      slotsFree: (message.lane === lanes.promotional ? room?.promotionalFree : room?.free) ?? 0,
      priority: provider.priority,
      successRate: successRate(record, now),
      costMicros: costOf({ ...provider, segments: message.segments }),
      lastUsedAt: state?.lastUsedAt,
      textUnitsMax: provider.textUnitsMax,
      segmentsMax: provider.segmentsMax,
      triedBefore: tried?.has(provider.name) ?? false,
    };
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
