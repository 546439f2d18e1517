import { eq } from "drizzle-orm";
import type { Drizzle } from "../../platform/database.ts";
import { einvoiceSellers } from "../tables.ts";

/** A seller as configured; `config` is checked by its transport. */
export interface SellerConfiguration {
  ubn: string;
  name: string;
  /** At most 100 characters, as on every invoice. */
  address: string;
  transport: string;
  config: unknown;
}

/** The active sellers, by tax id. */
export async function readActiveSellers(db: Drizzle): Promise<SellerConfiguration[]> {
  const { ubn, name, address, transport, config } = einvoiceSellers;
  return db
    .select({ ubn, name, address, transport, config })
    .from(einvoiceSellers)
    .where(eq(einvoiceSellers.isActive, true))
    .orderBy(ubn);
}
