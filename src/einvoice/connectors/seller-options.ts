import { z } from "zod";
import { QR_CAPACITY_BYTES } from "../rules/proof.ts";

/** The part of a seller's `config` that every transport has; a transport's schema extends it. */
export const sellerOptionsSchema = z.strictObject({
  memberCarrierTypes: z.array(z.string().regex(/^E[JG][0-9]{4}$/, "must be EJ or EG and 4 digits")).default([]),
  qrCapacityBytes: z.int().min(QR_CAPACITY_BYTES).max(2953).default(QR_CAPACITY_BYTES),
  lookupUrl: z.url({ protocol: /^https?$/, error: "must be an address" }).optional(),
  lookupSignsAll: z.boolean().default(true),
  sellerPhone: z
    .string()
    .regex(/^\P{Cc}{1,26}$/u, "must have 1 to 26 characters")
    .optional(),
  sellerEmail: z
    .string()
    .regex(/^\P{Cc}{1,400}$/u, "must have 1 to 400 characters")
    .optional(),
});
