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
import { queueDue } from "../store/housekeeping.ts";
import { beginIndexed } from "../store/indexed.ts";
import type { Delivery } from "./deliver-message.ts";
import { createQueueFloors, type QueueFloors } from "./queue-floors.ts";
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
  looked: readonly QueuedMessage[];
  /** Some of them stay queued, since no provider has room for them. */
  leavesSome: boolean;
  /** A provider has slots but no room for a further call until one of those under way has ended. */
  awaitsCalls: boolean;
}

const NOTHING: Claim = { deliveries: [], looked: [], leavesSome: false, awaitsCalls: false };
const DUE_ITEMS_MAX = 1_000;
/** How long the call's record may take beyond the call itself before the attempt counts as abandoned. */
const LEASE_MARGIN_MS = 30_000;
const PUT_OFF_MS = 5_000;
const LANES = Object.values(lanes).sort((a, b) => a - b);
const PROMOTIONAL = { lane: lanes.promotional };

/** Queues what is due, and puts promotions off in quiet hours. */
export async function queueWhatIsDue(deps: SmsDependencies): Promise<void> {
  const now = deps.platform.clock.now();
  const until = deps.quietUntil(now);
  const queues = ["", ...(await deps.providers.list()).map(({ name }) => name)];
  await beginIndexed(deps.platform.database.hot, async (tx) => {
    await queueDue(tx, now, DUE_ITEMS_MAX);
    const lane = lanes.promotional;
    if (until) await deferPromotions(tx, { lane, queues, until, now, itemsMax: DUE_ITEMS_MAX });
  });
}

/**
 * Gives up to `itemsMax` queued messages to providers that have room. When it returns, their attempts are committed as
 * `dispatching`, so that a crash from here on leaves a trace; the caller then calls the providers.
 */
export async function claimDeliveries(
  deps: SmsDependencies,
  itemsMax: number,
  floors: QueueFloors = createQueueFloors(),
): Promise<Claim> {
  const { hot } = deps.platform.database;
  const entrants = await enterBreakers(await deps.providers.list());
  const links = await deps.links.read();
  const ready = entrants.filter(({ permit }) => permit !== undefined);
  const claim =
    ready.length === 0
      ? NOTHING
      : await beginIndexed(hot, (tx) => place({ deps, tx, entrants, links, floors }, itemsMax));
  floors.raise(claim);
  await giveUnusedProbesBack(ready, claim.deliveries);
  return claim;
}

async function enterBreakers(providers: readonly Provider[]): Promise<Entrant[]> {
  const entering = providers.map(async (provider): Promise<Entrant[]> => {
    const { connector, problem, breaker } = provider;
    if (!connector || problem) return [];
    const entered = await breaker.enter();
    // Half-open with the probe in another hand is as good as open.
    if (!("permit" in entered)) return [{ provider, connector, breaker: "open", permit: undefined }];
    return [{ provider, connector, breaker: entered.isProbe ? "half_open" : "closed", permit: entered.permit }];
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
  floors: QueueFloors;
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
  if (open.length === 0) return { ...NOTHING, awaitsCalls: isFull() };
  const now = deps.platform.clock.now();
  const isPromotionalOpen = !deps.quietUntil(now) && open.some((name) => freeFor(rooms.get(name), PROMOTIONAL) > 0);
  const queued = await lockMostUrgent(round, {
    queues: ["", ...open],
    lanes: isPromotionalOpen ? LANES : LANES.filter((lane) => lane !== lanes.promotional),
    now,
    itemsMax: Math.min(itemsMax, sum(open.map(usualFree))),
  });
  const passed = await screen(deps, tx, queued, now);
  const { deliveries, leavesSome } = await placeEach(round, { passed, locked, rooms, now });
  return { deliveries, looked: queued, leavesSome, awaitsCalls: isFull() };
}

/** The most urgent lane first, and there the oldest. */
async function lockMostUrgent(
  { tx, floors }: Round,
  wanted: { queues: readonly string[]; lanes: readonly number[]; now: Date; itemsMax: number },
): Promise<QueuedMessage[]> {
  const { now, itemsMax } = wanted;
  const queued: QueuedMessage[] = [];
  for (const lane of wanted.lanes) {
    const left = itemsMax - queued.length;
    if (left <= 0) break;
    const queues = wanted.queues.map((queue) => ({ queue, after: floors.of(queue, lane) }));
    queued.push(...(await lockQueued(tx, { lane, queues, now, itemsMax: left })));
  }
  return queued;
}

interface Placing {
  passed: readonly QueuedMessage[];
  locked: readonly LockedProvider[];
  rooms: ReadonlyMap<string, Room>;
  now: Date;
}

async function placeEach(
  round: Round,
  { passed, locked, rooms, now }: Placing,
): Promise<{ deliveries: Placed[]; leavesSome: boolean }> {
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
  return { deliveries, leavesSome: deliveries.length + putOff.length < passed.length };
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
