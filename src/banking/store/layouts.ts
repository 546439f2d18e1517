import type { Drizzle } from "../../platform/database.ts";
import { bankLayouts } from "../tables.ts";

export interface StoredLayouts {
  /** As stored; whoever uses one checks it. */
  list(): Promise<{ id: string; description: unknown }[]>;
  write(id: string, description: Record<string, unknown>, at: Date): Promise<void>;
}

export const createStoredLayouts = (db: Drizzle): StoredLayouts => ({
  list: () => db.select({ id: bankLayouts.id, description: bankLayouts.description }).from(bankLayouts),
  write: async (id, description, at) => {
    await db
      .insert(bankLayouts)
      .values({ id, description, createdAt: at, updatedAt: at })
      .onConflictDoUpdate({ target: bankLayouts.id, set: { description, updatedAt: at } });
  },
});
