import { idSchema } from "@luckygas/gateway-client";
import { invalidInput } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { findBatch, listBatches, listItems } from "../store/batches.ts";
import { listAttempts } from "../store/transfers.ts";
import { batchNotFound, type Input, type Output, viewAttempt, viewBatches, viewItem, viewOne } from "./batch-view.ts";

export function createGetBatch(deps: BankingDependencies) {
  return async ({ batchId, includeItems }: Input<"getBatch">): Promise<Output<"getBatch">> => {
    const row = await findBatch(deps.db, batchId);
    if (!row) throw batchNotFound();
    const [view, attempts, items] = await Promise.all([
      viewOne(deps, row),
      listAttempts(deps.db, batchId),
      includeItems ? listItems(deps.db, batchId) : undefined,
    ]);
    return { ...view, attempts: attempts.map(viewAttempt), ...(items && { items: items.map(viewItem) }) };
  };
}

/** Batches, newest first. The cursor is the id of the last batch of the page before. */
export function createListBatches(deps: BankingDependencies) {
  return async (input: Input<"listBatches">): Promise<Output<"listBatches">> => {
    const beforeId = parseCursor(input.cursor);
    const found = await listBatches(deps.db, { bank: input.bank, status: input.status, beforeId }, input.limit + 1);
    const page = found.slice(0, input.limit);
    return {
      items: await viewBatches(deps, page),
      nextCursor: found.length > input.limit ? (page.at(-1)?.id ?? null) : null,
    };
  };
}

/** A cursor is the id of a row. */
export function parseCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || idSchema.safeParse(cursor).success) return cursor;
  throw invalidInput("cursor", "must be the nextCursor of an earlier answer");
}
