import { gateway } from "../lib/gateway.ts";
import { type Query, useQuery } from "../lib/use-query.ts";

const LIST_MAX = 200;

interface Part {
  count: number;
  /** There are more than were counted. */
  more: boolean;
  /** Age of the oldest of those counted. */
  oldestSeconds: number | undefined;
}

export interface Waiting {
  uploads: Part;
  messages: Part;
}

/** What waits to go out, and for how long. */
export const useWaiting = (): Query<Waiting> => useQuery("waiting", ask, 6_000);

async function ask(signal: AbortSignal): Promise<Waiting> {
  const { einvoice, sms } = gateway;
  const [issued, uploading, queued, deferred] = await Promise.all([
    einvoice.listInvoices.query({ status: "issued", limit: LIST_MAX }, { signal }),
    einvoice.listInvoices.query({ status: "uploading", limit: LIST_MAX }, { signal }),
    sms.listMessages.query({ status: "queued", limit: LIST_MAX }, { signal }),
    sms.listMessages.query({ status: "deferred", limit: LIST_MAX }, { signal }),
  ]);
  return {
    uploads: partOf(
      [...issued.items, ...uploading.items].map(({ issuedAt }) => issuedAt),
      [issued, uploading],
    ),
    messages: partOf(
      [...queued.items, ...deferred.items].map(({ createdAt }) => createdAt),
      [queued, deferred],
    ),
  };
}

function partOf(instants: string[], pages: { nextCursor: string | null }[]): Part {
  const oldest = instants.toSorted()[0];
  return {
    count: instants.length,
    more: pages.some(({ nextCursor }) => nextCursor !== null),
    oldestSeconds: oldest === undefined ? undefined : (Date.now() - Date.parse(oldest)) / 1000,
  };
}
