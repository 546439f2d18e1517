import { bankingContract } from "./banking.ts";
import { einvoiceContract } from "./einvoice.ts";
import type { RouterContract } from "./procedure.ts";
import { smsContract } from "./sms.ts";
import { systemContract } from "./system.ts";

/** Every procedure of the gateway. The server's routers, the REST routes and the client's types are all made from this map. */
export const contract = {
  einvoice: einvoiceContract,
  banking: bankingContract,
  sms: smsContract,
  system: systemContract,
} as const satisfies Record<string, RouterContract>;

export type Contract = typeof contract;
