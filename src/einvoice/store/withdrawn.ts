import { sql } from "drizzle-orm";
import type { DbOrTx } from "../../platform/database.ts";

/**
 * When the platform has refused an issue that was to be withdrawn (註銷) next, neither needs to be told any more: both are superseded, and
 * what follows, such as the corrected content, may be sent. Does nothing otherwise.
 */
export async function dropWithdrawn(db: DbOrTx, uploadId: string): Promise<void> {
  await db.execute(sql`
    WITH pair AS MATERIALIZED (
      SELECT m.id FROM einvoice_uploads refused
      JOIN einvoice_uploads withdrawal ON withdrawal.invoice_id = refused.invoice_id
        AND withdrawal.position = refused.position + 1 AND withdrawal.kind = 'void' AND withdrawal.status = 'due'
      JOIN einvoice_uploads m ON m.id IN (refused.id, withdrawal.id)
      WHERE refused.id = ${uploadId} AND refused.kind = 'issue' AND refused.status = 'rejected'
      ORDER BY m.position FOR UPDATE OF m
    )
    UPDATE einvoice_uploads SET status = 'superseded' WHERE id IN (SELECT id FROM pair)`);
}
