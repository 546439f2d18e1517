import type { Deadline, einvoiceContract } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { invalidInput } from "../../platform/errors.ts";
import { deadlineLevel } from "../rules/deadlines.ts";
import { remediesOf } from "../rules/remedies.ts";
import type { DeadlineRow, DeadlineStore } from "../store/deadlines.ts";

type Input = z.output<typeof einvoiceContract.listDeadlines.input>;

const CURSOR = /^([0-9]{1,15})_([0-9a-f-]{36})$/;

/** What the platform must still be told, the nearest deadline first. The cursor is deadline and id of the last item. */
export function createListDeadlines(deps: { deadlines: DeadlineStore; clock: Clock }) {
  return async (input: Input): Promise<{ items: Deadline[]; nextCursor: string | null }> => {
    const now = deps.clock.now();
    const after = input.cursor === undefined ? undefined : readCursor(input.cursor);
    const found = await deps.deadlines.list({ level: input.level, after, now }, input.limit + 1);
    const page = found.slice(0, input.limit);
    const last = page.at(-1);
    return {
      items: page.map((row) => deadlineView(row, now)),
      nextCursor: found.length > input.limit && last ? `${last.due_ms}_${last.id}` : null,
    };
  };
}

function readCursor(cursor: string): { dueMs: number; id: string } {
  const match = CURSOR.exec(cursor);
  if (!match?.[2]) throw invalidInput("cursor", "must be the nextCursor of an earlier answer");
  return { dueMs: Number(match[1]), id: match[2] };
}

function deadlineView(row: DeadlineRow, now: Date): Deadline {
  const [actedAt, dueAt] = [new Date(row.acted_ms), new Date(row.due_ms)];
  return {
    messageId: row.id,
    kind: row.kind,
    invoiceId: row.invoice_id,
    invoiceNumber: row.number,
    invoicePeriod: row.period,
    actedAt: actedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    level: deadlineLevel(actedAt, dueAt, now),
    status: row.status,
    reason: row.reason,
    remedies: remediesOf(row),
  };
}
