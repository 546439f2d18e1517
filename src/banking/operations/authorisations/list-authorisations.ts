import type { BankingDependencies } from "../../dependencies.ts";
import { listAuthorisations } from "../../store/authorisations.ts";
import type { Input, Output } from "../batch-view.ts";
import { parseCursor } from "../get-batch.ts";
import { viewAuthorisation } from "./authorisation-view.ts";

/** Authorisations, newest first. The cursor is the id of the last one of the page before. */
export function createListAuthorisations(deps: BankingDependencies) {
  return async ({ limit, cursor, ...filter }: Input<"listAuthorisations">): Promise<Output<"listAuthorisations">> => {
    const found = await listAuthorisations(deps.db, { ...filter, beforeId: parseCursor(cursor) }, limit + 1);
    const page = found.slice(0, limit);
    return {
      items: page.map(viewAuthorisation),
      nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  };
}
