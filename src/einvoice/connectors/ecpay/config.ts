import { z } from "zod";
import { sellerOptionsSchema } from "../seller-options.ts";

/** `einvoice_sellers.config` of the ECPay transport. `ecpayEnvironment` is always said, never guessed. */
export const ecpayConfigSchema = sellerOptionsSchema.extend({
  ecpayEnvironment: z.enum(["stage", "production"]),
  /**
   * Which API carries invoices to businesses: the B2C API with the buyer's tax id, which is what ECPay advises, or its B2B API, for storage (存證)
   * or with exchange (交換), where the buyer confirms.
   */
  ecpayBusinessApi: z.enum(["b2c", "b2b_storage", "b2b_exchange"]).default("b2c"),
  requestTimeoutMs: z.int().min(1).max(120_000).default(30_000),
});
export type EcpayConfig = z.output<typeof ecpayConfigSchema>;
export type BusinessMode = Exclude<EcpayConfig["ecpayBusinessApi"], "b2c">;
