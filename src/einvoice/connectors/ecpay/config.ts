import { z } from "zod";
import { sellerOptionsSchema } from "../seller-options.ts";

/** `einvoice_sellers.config` of the ECPay transport. `environment` is always said, never guessed. */
export const ecpayConfigSchema = sellerOptionsSchema.extend({
  ecpayEnvironment: z.enum(["stage", "production"]),
  requestTimeoutMs: z.int().min(1).max(120_000).default(30_000),
});
export type EcpayConfig = z.output<typeof ecpayConfigSchema>;
