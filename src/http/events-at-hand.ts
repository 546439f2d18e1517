/** How long a caller that cannot read while an answer comes is kept waiting for a first event. */
const FIRST_EVENT_MS = 20_000;
/** After an event, how long the next one is waited for. */
const NEXT_EVENT_MS = 200;

/**
 * The events that are there, for callers that get an answer only when it has ended (React Native): ends when there are no
 * more for a moment, or none at all for 20 s. The caller asks again from the last id it got.
 */
export async function* eventsAtHand<Event>(
  open: (signal: AbortSignal) => AsyncIterable<Event>,
  signal: AbortSignal,
  waits = { firstMs: FIRST_EVENT_MS, nextMs: NEXT_EVENT_MS },
): AsyncGenerator<Event> {
  const enough = new AbortController();
  let timer = setTimeout(() => enough.abort(), waits.firstMs);
  try {
    for await (const event of open(AbortSignal.any([signal, enough.signal]))) {
      clearTimeout(timer);
      yield event;
      timer = setTimeout(() => enough.abort(), waits.nextMs);
    }
  } finally {
    clearTimeout(timer);
    enough.abort();
  }
}
