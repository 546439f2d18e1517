import type { InvoiceContent, IssuedInvoice } from "../rules/content.ts";

/** One invoice to be issued: complete, checked, lacking only number and time. */
export interface IssueRequest {
  id: string;
  uploadId: string;
  callerSubject: string;
  idempotencyKey: string;
  requestHash: string;
  /** 4 digits. */
  randomCode: string;
  content: InvoiceContent;
}

/**
 * `repeated`: the key was used before with the same request; `id` is that invoice. `failed`: the database cannot hold this one
 * request, whatever it comes with.
 */
export type IssueOutcome =
  | { kind: "issued"; invoice: IssuedInvoice; uploadDueAt: Date }
  | { kind: "repeated"; id: string }
  | { kind: "conflict" }
  | { kind: "no_number"; period: string }
  | { kind: "failed"; error: unknown };

/** A request that has its number and time. */
export interface Numbered {
  request: IssueRequest;
  invoice: IssuedInvoice;
  rangeId: number;
  uploadDueAt: Date;
}

/** One text for a caller and its key; the key cannot hold a line break. */
export const keyOf = (request: Pick<IssueRequest, "callerSubject" | "idempotencyKey">) =>
  `${request.callerSubject}\n${request.idempotencyKey}`;
