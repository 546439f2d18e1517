import type { BankingDependencies } from "../../dependencies.ts";
import { listInboundFiles } from "../../store/inbound.ts";
import type { Input, Output } from "../batch-view.ts";
import { parseCursor } from "../get-batch.ts";
import { viewInboundFile } from "./inbound-view.ts";

/** Received files, newest first. The cursor is the id of the last file of the page before. */
export function createListInboundFiles(deps: BankingDependencies) {
  return async (input: Input<"listInboundFiles">): Promise<Output<"listInboundFiles">> => {
    const beforeId = parseCursor(input.cursor);
    const found = await listInboundFiles(
      deps.db,
      { bank: input.bank, status: input.status, beforeId },
      input.limit + 1,
    );
    const page = found.slice(0, input.limit);
    return {
      items: page.map(viewInboundFile),
      nextCursor: found.length > input.limit ? (page.at(-1)?.id ?? null) : null,
    };
  };
}
