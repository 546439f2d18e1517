import type { AuditTrail } from "./audit.ts";
import type { Clock } from "./clock.ts";
import type { Job } from "./jobs.ts";
import type { WebhookHandler } from "./webhook.ts";

export interface WebhookRecord {
  /** The same handlers, counted. */
  handlers: Record<string, WebhookHandler>;
  /** Adds what was counted to the audit chain. */
  flush(): Promise<void>;
  job: Job;
}

const EVERY_MS = 10_000;

interface Counted {
  accepted: number;
  refused: number;
  since: string;
}

/**
 * Who called back, when and how often, in the audit chain: one entry for each provider and ten seconds, as
 * `webhook.<provider>`. What was told in each call is a receipt's own row; an entry for each would cost more than the
 * receipt, and let whoever calls without a right fill the chain.
 */
export function createWebhookRecord(
  handlers: Readonly<Record<string, WebhookHandler>>,
  deps: { audit: AuditTrail; clock: Clock },
): WebhookRecord {
  const counts = new Map<string, Counted>();

  function count(provider: string, status: number): void {
    const counted = counts.get(provider) ?? { accepted: 0, refused: 0, since: deps.clock.now().toISOString() };
    counts.set(provider, counted);
    counted[status < 300 ? "accepted" : "refused"] += 1;
  }

  async function flush(): Promise<void> {
    const told = [...counts];
    counts.clear();
    await Promise.all(
      told.map(([provider, { accepted, refused, since }]) =>
        deps.audit.record({
          callId: crypto.randomUUID(),
          phase: accepted > 0 ? "applied" : "refused",
          actor: `provider:${provider}`,
          role: null,
          action: `webhook.${provider}`,
          object: null,
          requestId: "(none)",
          before: null,
          after: { accepted, refused, since },
        }),
      ),
    );
  }

  const counting = (provider: string, take: WebhookHandler): WebhookHandler => {
    return async (request) => {
      const reply = await take(request);
      count(provider, reply.status);
      return reply;
    };
  };
  return {
    handlers: Object.fromEntries(
      Object.entries(handlers).map(([provider, take]) => [provider, counting(provider, take)]),
    ),
    flush,
    job: {
      name: "audit-webhooks",
      intervalMs: EVERY_MS,
      run: async () => {
        await flush();
        return { more: false };
      },
    },
  };
}
