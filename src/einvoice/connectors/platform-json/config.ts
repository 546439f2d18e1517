import { z } from "zod";
import { sellerOptionsSchema } from "../seller-options.ts";

const address = z
  .url({ protocol: /^https?$/, error: "must be an address such as https://einvoice.example.tw/Invoice" })
  .transform((url) => url.replace(/\/+$/, ""));
const path = z.string().regex(/^\/[\w./-]*$/, "must be a path that begins with /");

/** `einvoice_sellers.config` of the JSON transport: every key may be left out. */
export const platformJsonConfigSchema = sellerOptionsSchema.extend({
  /** One address for everything; wins over the two below. */
  baseUrl: address.optional(),
  /** For invoices to businesses and to consumers. */
  businessBaseUrl: address.optional(),
  consumerBaseUrl: address.optional(),
  paths: z
    .strictObject({
      issue: path.optional(),
      query: path.optional(),
      test: path.optional(),
      cancel: path.optional(),
      allowance: path.optional(),
      cancelAllowance: path.optional(),
      /** 註銷; the dialect names no such operation, so that it exists only where this is given. */
      void: path.optional(),
    })
    .default({}),
  requestTimeoutMs: z.int().min(1).max(120_000).default(30_000),
});
export type PlatformJsonConfig = z.output<typeof platformJsonConfigSchema>;
