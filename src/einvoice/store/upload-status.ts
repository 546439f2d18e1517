import type { InvoiceStatus } from "@luckygas/gateway-client";
import type { UploadStatus } from "../rules/upload-state.ts";

/** How the state of an invoice's upload shows in the invoice. */
export const INVOICE_STATUS = {
  due: "issued",
  sending: "uploading",
  unknown: "unknown",
  accepted: "accepted",
  rejected: "rejected",
} as const satisfies Record<UploadStatus, InvoiceStatus>;
