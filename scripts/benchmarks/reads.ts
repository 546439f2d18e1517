import { createGatewayClient, type GatewayClient } from "@luckygas/gateway-client";
import type { SmsWorld } from "./sms-world.ts";

const READERS = 16;
/** Rows that what is asked for is chosen from. */
const SAMPLED = 20_000;
const DAY_MS = 24 * 3_600_000;

/** Ids and values of some rows that are there, of any age. */
interface Known {
  messages: { id: string; recipient: string }[];
  invoices: { id: string; number: string; period: string; order_reference: string }[];
}

const local = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

/** One of everything that front ends ask for: lists by every filter that people use, single rows, and yesterday's statistics. */
function questions(client: GatewayClient, known: Known, now: Date): ((turn: number) => Promise<unknown>)[] {
  const { sms, einvoice } = client;
  const yesterday = local(new Date(now.getTime() - DAY_MS));
  const message = (turn: number) => known.messages[turn % known.messages.length] ?? { id: "", recipient: "" };
  const invoice = (turn: number) =>
    known.invoices[turn % known.invoices.length] ?? { id: "", number: "", period: "", order_reference: "" };
  return [
    () => sms.listMessages.query({}),
    () => sms.listMessages.query({ status: "undelivered" }),
    () => sms.listMessages.query({ status: "unknown" }),
    () => sms.listMessages.query({ createdBefore: new Date(now.getTime() - DAY_MS / 2).toISOString() }),
    (turn) => sms.listMessages.query({ to: message(turn).recipient }),
    (turn) => sms.getMessage.query({ id: message(turn).id }),
    () => sms.getStatistics.query({ from: yesterday, to: yesterday }),
    () => einvoice.listInvoices.query({}),
    () => einvoice.listInvoices.query({ status: "rejected" }),
    () => einvoice.listInvoices.query({ issuedFrom: yesterday, issuedTo: yesterday }),
    (turn) => einvoice.listInvoices.query({ invoiceNumber: invoice(turn).number }),
    (turn) => einvoice.listInvoices.query({ invoicePeriod: invoice(turn).period }),
    (turn) => einvoice.listInvoices.query({ orderReference: invoice(turn).order_reference }),
    (turn) => einvoice.getInvoice.query({ id: invoice(turn).id }),
  ];
}

/** Reads a second, of all kinds in turn. */
export async function readsPerSecond(world: SmsWorld, seconds: number): Promise<number> {
  const client = createGatewayClient({ url: world.gateway.url, token: world.managerToken });
  const asked = questions(client, await knownRows(world), new Date());
  const startMs = performance.now();
  let turn = 0;
  const reader = async () => {
    while (performance.now() < startMs + seconds * 1_000) {
      turn += 1;
      await asked[turn % asked.length]?.(turn);
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  return turn / ((performance.now() - startMs) / 1_000);
}

async function knownRows({ sql }: SmsWorld): Promise<Known> {
  // A share of the blocks in the order of chance: rows of any age, without reading them all.
  const sample = async (table: string, columns: string) => {
    const [size] =
      await sql`SELECT greatest(reltuples, 1)::float8 AS rows FROM pg_class WHERE oid = ${table}::regclass`;
    const percent = Math.min(100, (100 * SAMPLED) / Number(size?.rows));
    return sql.unsafe(`SELECT ${columns} FROM ${table} TABLESAMPLE SYSTEM (${percent}) ORDER BY random() LIMIT 1000`);
  };
  const text = (value: unknown) => String(value);
  const messages = await sample("sms_messages", "id, recipient");
  const invoices = await sample("invoices", "id, number, period, order_reference");
  return {
    messages: messages.map((row) => ({ id: text(row.id), recipient: text(row.recipient) })),
    invoices: invoices.map((row) => ({
      id: text(row.id),
      number: text(row.number),
      period: text(row.period),
      order_reference: text(row.order_reference),
    })),
  };
}
