import type { InvoiceStatus } from "@luckygas/gateway-client";
import { type SQL, sql } from "drizzle-orm";
import type { GivenByProvider } from "../connectors/port.ts";
import type { UploadStatus } from "../rules/upload-state.ts";

/** How the state of the message that tells of an issue shows in the invoice or allowance. */
export const INVOICE_STATUS = {
  due: "issued",
  sending: "uploading",
  sent: "uploading",
  unknown: "unknown",
  accepted: "accepted",
  rejected: "rejected",
} as const satisfies Record<Exclude<UploadStatus, "superseded">, InvoiceStatus>;

/** Sets a column to what the provider gave, where it gave it. */
const keep = (column: string, value: string | undefined): SQL =>
  value === undefined ? sql`` : sql`, ${sql.raw(column)} = ${value}`;

/**
 * Common table expressions that carry a new state of messages into their invoices and allowances. `moved` names the expression that
 * returns `invoice_id, allowance_id, kind, position`. A cancelled or voided document stays so, and the state of a content that was
 * corrected since is no longer the invoice's. What the provider gave is kept with the document.
 */
export function showStatus(
  moved: "held" | "settled" | "lost",
  status: InvoiceStatus,
  given: GivenByProvider = {},
): SQL {
  const source = sql.raw(moved);
  return sql`shown AS (
      UPDATE invoices SET status = ${status}${keep("random_code", given.randomCode)} FROM ${source} m
      WHERE invoices.id = m.invoice_id AND m.kind = 'issue' AND invoices.status NOT IN ('cancelled', 'voided')
        AND NOT EXISTS (SELECT 1 FROM einvoice_uploads later
          WHERE later.invoice_id = m.invoice_id AND later.kind = 'issue' AND later.position > m.position)
    ), shown_allowances AS (
      UPDATE einvoice_allowances SET
        status = CASE WHEN einvoice_allowances.status = 'cancelled' THEN 'cancelled' ELSE ${status} END
        ${keep("number", given.allowanceNumber)}
      FROM ${source} m WHERE einvoice_allowances.id = m.allowance_id AND m.kind = 'allowance'
    )`;
}
