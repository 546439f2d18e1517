import type { Claim } from "./dispatch-messages.ts";

/**
 * Up to where this process has emptied each queue and lane, so that a round need not walk over the index entries of all that
 * were queued before: a backlog drains as fast at its end as at its beginning. A message may still come in below a floor,
 * queued again or committed late, so floors are forgotten every now and then.
 */
export interface QueueFloors {
  /** Id after which messages of a queue and lane are looked for. */
  of(queue: string, lane: number): string;
  /** Takes over what a committed round has emptied. */
  raise(claim: Pick<Claim, "looked" | "leavesSome">): void;
  forget(): void;
}

const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

export function createQueueFloors(): QueueFloors {
  const floors = new Map<string, string>();
  const keyOf = (queue: string, lane: number) => `${lane} ${queue}`;
  return {
    of: (queue, lane) => floors.get(keyOf(queue, lane)) ?? LOWEST_ID,
    raise: ({ looked, leavesSome }) => {
      if (leavesSome) return floors.clear();
      for (const { id, lane, requestedProvider } of looked) floors.set(keyOf(requestedProvider ?? "", lane), id);
    },
    forget: () => floors.clear(),
  };
}
