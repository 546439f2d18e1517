import type { RouterContract } from "./procedure.ts";

export const smsContract = {} satisfies RouterContract;
