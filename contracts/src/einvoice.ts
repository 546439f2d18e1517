import type { RouterContract } from "./procedure.ts";

export const einvoiceContract = {} satisfies RouterContract;
