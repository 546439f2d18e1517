import type { Remedy } from "@luckygas/gateway-client";
import type { EinvoiceDocument } from "./document.ts";
import type { UploadStatus } from "./upload-state.ts";

/** Kinds of messages as rows have them: a reissue is an issue. */
export type StoredMessageKind = Exclude<EinvoiceDocument["kind"], "reissue">;

/**
 * What a person can do about a message. Nothing while the gateway goes on by itself; a message that waits for a result may be ended by
 * whoever has seen it at the platform.
 */
export function remediesOf({ kind, status }: { kind: StoredMessageKind; status: UploadStatus }): Remedy[] {
  if (status === "unknown" || status === "sent") return ["settle"];
  if (status !== "rejected") return [];
  switch (kind) {
    case "issue":
      return ["resend", "void_and_correct"];
    case "allowance":
      return ["resend", "cancel_allowance", "settle"];
    default:
      return ["resend", "settle"];
  }
}
