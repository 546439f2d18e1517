import { type GatewayClient, isGatewayError, isNoAnswer } from "@luckygas/gateway-client";
import type postgres from "postgres";
import { waitFor } from "../../support/wait-for.ts";

/** What callers were told while processes died under them. */
export interface Told {
  /** Number by idempotency key. */
  invoices: Map<string, string>;
  /** Ids of invoices whose cancellation was answered. */
  cancelled: Set<string>;
  /** Total of the corrected content, by the invoice's id. */
  corrected: Map<string, number>;
  /** Ids of allowances, with whether each was cancelled again. */
  allowances: Map<string, boolean>;
}

export const nothingTold = (): Told => ({
  invoices: new Map(),
  cancelled: new Set(),
  corrected: new Map(),
  allowances: new Map(),
});

/** Ends the waits between tries and of the breaker: how long these last is the matter of other tests. */
export async function letTimePass(sql: postgres.Sql): Promise<void> {
  await sql`UPDATE einvoice_uploads SET next_attempt_at = now()
    WHERE status NOT IN ('accepted', 'superseded') AND lease_until IS NULL AND next_attempt_at > now()`;
  await sql`UPDATE circuit_breakers SET opened_at = now() - interval '1 hour' WHERE opened_at > now() - interval '1 hour'`;
}

const PATIENCE_MS = 120_000;
const PER_BULK_CALL = 10;

/** One caller that works until `isOver`, at whichever process answers, each call under its one key until there is an answer. */
export async function runCaller(
  name: string,
  told: Told,
  world: { clients: GatewayClient[]; random: () => number; isOver: () => boolean },
): Promise<void> {
  const { clients, random } = world;
  const call = <T>(ask: (client: GatewayClient) => Promise<T>): Promise<T | { refused: string }> =>
    waitFor(
      "an answer",
      async () => {
        const client = clients[Math.floor(random() * clients.length)];
        if (!client) throw new Error("no gateway to ask");
        try {
          return { answer: await ask(client) };
        } catch (error) {
          if (isGatewayError(error)) return { answer: { refused: error.data.gateway.reason ?? error.message } };
          if (isNoAnswer(error)) return undefined;
          throw error;
        }
      },
      PATIENCE_MS,
    ).then(({ answer }) => answer);

  const earlier: string[] = [];
  for (let turn = 0; !world.isOver(); turn += 1) {
    const key = `kill-${name}-${turn}`;
    const invoice = done(await call(({ einvoice }) => einvoice.issueInvoice.mutate(consumer(key, 600 + turn))));
    told.invoices.set(key, invoice.invoiceNumber);
    if (turn % 6 === 0) await cancel(invoice.id);
    else earlier.push(invoice.id);
    if (turn % 6 === 1) await correct(invoice.id, turn);
    if (turn % 6 === 2) await issueMany(key);
    if (turn % 6 === 3) await allow(earlier.shift() ?? "", turn % 12 === 3);
    await Bun.sleep(random() * 120);
  }

  async function cancel(id: string): Promise<void> {
    done(
      await call(({ einvoice }) =>
        einvoice.cancelInvoice.mutate({ idempotencyKey: `cancel-${id}`, id, reason: "客戶退貨" }),
      ),
    );
    told.cancelled.add(id);
  }

  async function correct(id: string, turn: number): Promise<void> {
    const { idempotencyKey: _key, ...corrected } = consumer("", 5_000 + turn);
    done(
      await call(({ einvoice }) =>
        einvoice.voidInvoice.mutate({ idempotencyKey: `void-${id}`, id, reason: "金額錯誤", corrected }),
      ),
    );
    told.corrected.set(id, 5_000 + turn);
  }

  async function issueMany(key: string): Promise<void> {
    const invoices = Array.from({ length: PER_BULK_CALL }, (_, index) => consumer(`${key}-bulk-${index}`, 300 + index));
    const { items } = done(await call(({ einvoice }) => einvoice.issueInvoices.mutate({ invoices })));
    for (const { idempotencyKey, invoice, error } of items) {
      if (!invoice) throw new Error(`${idempotencyKey}: ${error?.message}`);
      told.invoices.set(idempotencyKey, invoice.invoiceNumber);
    }
  }

  /** Invoices that are not accepted yet, or not valid any more, have no allowance. */
  async function allow(invoiceId: string, isCancelled: boolean): Promise<void> {
    const allowance = await call(({ einvoice }) =>
      einvoice.issueAllowance.mutate({
        idempotencyKey: `allowance-${invoiceId}`,
        invoiceId,
        lines: [{ sequenceNumber: "001", amount: 100 }],
      }),
    );
    if ("refused" in allowance) {
      if (!["not_accepted", "already_cancelled"].includes(allowance.refused)) throw new Error(allowance.refused);
      return;
    }
    const { id } = allowance;
    told.allowances.set(id, false);
    if (!isCancelled) return;
    done(
      await call(({ einvoice }) =>
        einvoice.cancelAllowance.mutate({ idempotencyKey: `undo-${id}`, id, reason: "誤開" }),
      ),
    );
    told.allowances.set(id, true);
  }
}

function done<T extends object>(answer: T | { refused: string }): T {
  if ("refused" in answer && typeof answer.refused === "string") throw new Error(`refused: ${answer.refused}`);
  // as: a refusal has just been ruled out, which the compiler cannot follow through the type parameter.
  return answer as T;
}

const consumer = (idempotencyKey: string, unitPrice: number) => ({
  idempotencyKey,
  buyer: { kind: "consumer" as const },
  lines: [{ description: "家用瓦斯 20 公斤", quantity: 1, unitPrice }],
});
