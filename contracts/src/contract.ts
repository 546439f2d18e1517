import { bankingContract } from "./banking.ts";
import { einvoiceContract } from "./einvoice.ts";
import type { RouterContract } from "./procedure.ts";
import { smsContract } from "./sms.ts";
import { systemContract } from "./system.ts";

/** Named by its parts, so that declarations refer to them instead of writing every schema out. */
export type Contract = {
  einvoice: typeof einvoiceContract;
  banking: typeof bankingContract;
  sms: typeof smsContract;
  system: typeof systemContract;
};

/** Every procedure of the gateway. The server's routers, the REST routes and the client's types are all made from this map. */
export const contract: Contract = {
  einvoice: einvoiceContract,
  banking: bankingContract,
  sms: smsContract,
  system: systemContract,
} satisfies Record<string, RouterContract>;
