import { taipeiDate, taipeiDayStart } from "../../platform/taipei-time.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { lanes } from "../rules/message-types.ts";
import {
  type ClaimTx,
  countAttemptsSince,
  countSlots,
  type LockedProvider,
  type QueuedMessage,
  SLOTS_COUNTED_MAX,
} from "../store/claim.ts";
import type { Entrant } from "./dispatch-messages.ts";

/** A call that takes several messages, begun in this round. */
export interface BulkCall {
  callId: string;
  items: number;
}

/** What a provider may still be given in this round. */
export interface Room {
  /** Messages, of all lanes and of promotions, which must leave a reserve. */
  slots: number;
  promotionalSlots: number;
  /** Further calls. */
  calls: number;
  bulkItemsMax: number;
  bulk: BulkCall | undefined;
  /** It is full only until a call ends. */
  awaitsCalls: boolean;
}

export async function countRooms(
  deps: SmsDependencies,
  tx: ClaimTx,
  entrants: readonly Entrant[],
  locked: readonly LockedProvider[],
): Promise<Map<string, Room>> {
  const counted = entrants.filter(({ provider }) => isLimited(provider)).map(({ provider }) => provider.name);
  const usage = await countSlots(tx, counted);
  const rooms = new Map<string, Room>();
  for (const { provider, connector, breaker, permit } of entrants) {
    const { used, inFlight } = usage.get(provider.name) ?? { used: 0, inFlight: 0 };
    const isPaused = locked.some(({ provider: name, isPaused }) => name === provider.name && isPaused);
    const probing = !permit || isPaused ? 0 : breaker === "half_open" ? 1 : Number.POSITIVE_INFINITY;
    const calls = Math.min(probing, provider.inFlightMax - inFlight);
    const slots = Math.min(provider.rateLimit - used, await dailyRoom(deps, tx, provider));
    const reserve = Math.ceil((provider.rateLimit * provider.settings.promotionalReservePercent) / 100);
    // A probe is one message: what is sent with it would be lost with it.
    const takesMany = connector.sendMany && breaker === "closed";
    rooms.set(provider.name, {
      slots,
      promotionalSlots: Math.min(slots, provider.rateLimit - used - reserve),
      calls,
      bulkItemsMax: takesMany ? (provider.definition.supports.bulkItemsMax ?? 0) : 0,
      bulk: undefined,
      awaitsCalls: calls < slots && !isPaused,
    });
  }
  return rooms;
}

const isLimited = ({ rateLimit, inFlightMax }: Entrant["provider"]) =>
  rateLimit <= SLOTS_COUNTED_MAX || Number.isFinite(inFlightMax);

/** Urgent messages have a call of their own: nothing they do not need stands beside them. */
const mayShareCall = ({ lane }: Pick<QueuedMessage, "lane">) => lane !== lanes.urgent;

/** How many messages of this lane the room still holds. */
export function freeFor(room: Room | undefined, message: Pick<QueuedMessage, "lane">): number {
  if (!room) return 0;
  const inBulk = room.bulk && mayShareCall(message) ? room.bulkItemsMax - room.bulk.items : 0;
  const perCall = mayShareCall(message) ? Math.max(1, room.bulkItemsMax) : 1;
  const byCalls = inBulk + Math.max(0, room.calls) * perCall;
  return Math.min(message.lane === lanes.promotional ? room.promotionalSlots : room.slots, byCalls);
}

/** Takes one message's place; returns the call it shares, if it may share one. */
export function takeRoom(room: Room, message: Pick<QueuedMessage, "lane">, newId: () => string): string | undefined {
  room.slots -= 1;
  room.promotionalSlots -= 1;
  if (room.bulkItemsMax === 0 || !mayShareCall(message)) {
    room.calls -= 1;
    return undefined;
  }
  if (!room.bulk || room.bulk.items >= room.bulkItemsMax) {
    room.calls -= 1;
    room.bulk = { callId: newId(), items: 0 };
  }
  room.bulk.items += 1;
  return room.bulk.callId;
}

async function dailyRoom(deps: SmsDependencies, tx: ClaimTx, provider: Entrant["provider"]): Promise<number> {
  if (provider.dailyLimit === undefined) return Number.POSITIVE_INFINITY;
  const today = taipeiDayStart(taipeiDate(deps.platform.clock.now()));
  return provider.dailyLimit - (await countAttemptsSince(tx, provider.name, today));
}
