import type { BankingDependencies } from "../../dependencies.ts";
import { listReceipts } from "../../store/receipts.ts";
import type { Input, Output } from "../batch-view.ts";
import { parseCursor } from "../get-batch.ts";
import { viewReceipt } from "./receipt-view.ts";

/** Expected receipts, newest first. The cursor is the id of the last one of the page before. */
export function createListReceipts(deps: BankingDependencies) {
  return async ({ limit, cursor, ...filter }: Input<"listReceipts">): Promise<Output<"listReceipts">> => {
    const found = await listReceipts(deps.db, { ...filter, beforeId: parseCursor(cursor) }, limit + 1);
    const page = found.slice(0, limit);
    return { items: page.map(viewReceipt), nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null };
  };
}
