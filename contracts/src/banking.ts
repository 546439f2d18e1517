import type { RouterContract } from "./procedure.ts";

export const bankingContract = {} satisfies RouterContract;
