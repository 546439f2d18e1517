import type { BreakerPermit, BreakerState } from "../../platform/breaker.ts";
import type { SmsConnector } from "../connectors/port.ts";
import type { SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { type ApprovedLink, findLinks, isApproved } from "../rules/links.ts";
import { lanes } from "../rules/message-types.ts";
import { type Candidate, selectProvider } from "../rules/selection.ts";
import { successRate } from "../rules/success-rate.ts";
import {
  type ClaimTx,
  deferMessages,
  deferPromotions,
  findTried,
  insertAttempts,
  type LockedProvider,
  lockProviders,
  lockQueued,
  type QueuedMessage,
} from "../store/claim.ts";
import { isAnythingQueued, queueDue } from "../store/housekeeping.ts";
import type { Delivery } from "./deliver-message.ts";
import { countRooms, freeFor, type Room, takeRoom } from "./rooms.ts";
import { screen } from "./screening.ts";
import { costOf } from "./settlement.ts";

/** A provider that may be called in this round. */
export interface Entrant {
  provider: Provider;
  connector: SmsConnector;
  breaker: BreakerState;
  permit: BreakerPermit | undefined;
}

/** What a round has given out. */
export interface Claim {
  deliveries: Delivery[];
  /** Messages that were looked at, whatever became of them. */
  handled: number;
  /** A provider has slots but no room for a further call until one of those under way has ended. */
  awaitsCalls: boolean;
}

const NOTHING: Claim = { deliveries: [], handled: 0, awaitsCalls: false };
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
  const links = await deps.links.read();
  const ready = entrants.filter(({ permit }) => permit !== undefined);
  const claim = ready.length === 0 ? NOTHING : await hot.begin((tx) => place({ deps, tx, entrants, links }, itemsMax));
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

interface Round {
  deps: SmsDependencies;
  tx: ClaimTx;
  entrants: readonly Entrant[];
  links: readonly ApprovedLink[];
}

type Placed = Delivery & { reason: string };

async function place(round: Round, itemsMax: number): Promise<Claim> {
  const { deps, tx, entrants } = round;
  const names = entrants.map(({ provider }) => provider.name);
  const locked = await lockProviders(tx, names);
  const rooms = await countRooms(deps, tx, entrants, locked);
  const urgentFree = (name: string) => freeFor(rooms.get(name), { lane: lanes.urgent });
  const usualFree = (name: string) => freeFor(rooms.get(name), { lane: lanes.transactional });
  const open = names.filter((name) => urgentFree(name) > 0);
  const isFull = () => names.some((name) => urgentFree(name) <= 0 && rooms.get(name)?.awaitsCalls);
  if (open.length === 0) return { deliveries: [], handled: 0, awaitsCalls: isFull() };
  const now = deps.platform.clock.now();
  const quietUntil = deps.quietUntil(now);
  const lane = lanes.promotional;
  if (quietUntil) await deferPromotions(tx, { lane, until: quietUntil, now, itemsMax: DUE_ITEMS_MAX });
  const isPromotionalOpen = !quietUntil && open.some((name) => freeFor(rooms.get(name), { lane }) > 0);
  const queued = await lockQueued(tx, {
    queues: ["", ...open],
    lanesBelow: isPromotionalOpen ? lane + 1 : lane,
    now,
    itemsMax: Math.min(itemsMax, sum(open.map(usualFree))),
  });
  const passed = await screen(deps, tx, queued, now);
  const deliveries = await placeEach(round, { passed, locked, rooms, now });
  return { deliveries, handled: queued.length, awaitsCalls: isFull() };
}

interface Placing {
  passed: readonly QueuedMessage[];
  locked: readonly LockedProvider[];
  rooms: ReadonlyMap<string, Room>;
  now: Date;
}

async function placeEach(round: Round, { passed, locked, rooms, now }: Placing): Promise<Placed[]> {
  const { deps, tx, entrants } = round;
  const repeated = passed.flatMap(({ id, attemptsCount }) => (attemptsCount > 0 ? [id] : []));
  const tried = await findTried(tx, repeated);
  const deliveries: Placed[] = [];
  const putOff: { messageId: string; reason: string; dueAt: Date }[] = [];
  for (const message of passed) {
    const candidates = candidatesFor(round, message, { locked, rooms, tried: tried.get(message.id), now });
    const selection = selectProvider(candidates, {
      requestedProvider: message.requestedProvider,
      textUnits: message.text.length,
      segments: message.segments,
    });
    if (selection.provider === undefined) {
      if (selection.obstacle === "wait_for_slot") continue;
      putOff.push({ messageId: message.id, reason: selection.reason, dueAt: new Date(now.getTime() + PUT_OFF_MS) });
      continue;
    }
    const entrant = entrants.find(({ provider }) => provider.name === selection.provider);
    const room = rooms.get(selection.provider);
    if (!entrant?.permit || !room) throw new Error("a provider was chosen that is no candidate");
    const { provider, connector, permit } = entrant;
    const alternatives = candidates.filter(({ breaker, unusable }) => breaker !== "open" && !unusable).length;
    const callId = takeRoom(room, message, deps.newId);
    const attemptId = deps.newId();
    const { reason } = selection;
    deliveries.push({ attemptId, message, provider, connector, permit, alternatives, callId, reason });
  }
  if (deliveries.length > 0) await insertDeliveries(deps, tx, deliveries, now);
  if (putOff.length > 0) await deferMessages(tx, putOff, now);
  return deliveries;
}

function insertDeliveries(deps: SmsDependencies, tx: ClaimTx, deliveries: readonly Placed[], now: Date): Promise<void> {
  const placements = deliveries.map(({ attemptId, message, provider, callId, reason }) => ({
    attemptId,
    messageId: message.id,
    provider: provider.name,
    selectionReason: reason,
    callId,
    leaseMs: provider.settings.timeoutMs + LEASE_MARGIN_MS,
  }));
  const { owner } = deps.platform.leases;
  return insertAttempts(tx, placements, { owner, now, rateWindowMs: deps.rateWindowMs });
}

function candidatesFor(
  { entrants, links }: Round,
  message: QueuedMessage,
  state: Omit<Placing, "passed"> & { tried: ReadonlySet<string> | undefined },
): Candidate[] {
  const found = findLinks(message.text);
  return entrants.map(({ provider, breaker }) => {
    const row = state.locked.find((row) => row.provider === provider.name);
    const record = row?.resultsAsOf && { delivered: row.delivered, total: row.total, asOf: row.resultsAsOf };
    const isRefused = found.some((link) => !isApproved(link, links, provider.name));
    return {
      provider: provider.name,
      ...(isRefused && { unusable: "a link of the text is not approved" }),
      breaker,
      slotsFree: freeFor(state.rooms.get(provider.name), message),
      priority: provider.priority,
      successRate: successRate(record, state.now),
      costMicros: costOf({ ...provider, segments: message.segments }),
      lastUsedAt: row?.lastUsedAt,
      textUnitsMax: provider.textUnitsMax,
      segmentsMax: provider.segmentsMax,
      triedBefore: state.tried?.has(provider.name) ?? false,
    };
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
