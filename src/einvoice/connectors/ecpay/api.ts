import { ConnectorError } from "../../../platform/errors.ts";
import type { InvoiceContent, IssuedInvoice } from "../../rules/content.ts";
import type { EinvoiceDocument, InvoiceDocument } from "../../rules/document.ts";
import { isUnlistedCode } from "../../rules/upload-state.ts";
import type {
  Asked,
  FindOutcome,
  GivenByProvider,
  ListOutcome,
  OrderFindOutcome,
  OrderOutcome,
  ProviderOrder,
  ProviderWords,
  SubmitOutcome,
} from "../port.ts";
import { type EcpayClient, type EcpayData, type EcpayReply, unreadable } from "./client.ts";
import { PROVIDER } from "./endpoints.ts";
import { notApplied } from "./errors.ts";

/** One of the centre's two APIs. */
export interface EcpayApi {
  /** What of a content it cannot carry. */
  problem(content: InvoiceContent): string | undefined;
  issue(order: ProviderOrder): Promise<OrderOutcome>;
  findOrder(order: ProviderOrder): Promise<OrderFindOutcome>;
  submit(document: EinvoiceDocument): Promise<SubmitOutcome>;
  find(document: EinvoiceDocument, asked: Asked): Promise<FindOutcome>;
  listIssued?(day: string): Promise<ListOutcome>;
}

export type Allowance = Extract<InvoiceDocument, { kind: "allowance" }>;
export type CancelAllowance = Extract<InvoiceDocument, { kind: "cancel_allowance" }>;
export type Reissue = Extract<InvoiceDocument, { kind: "reissue" }>;
export type Cancel = Extract<InvoiceDocument, { kind: "cancel" }>;
export type AskedInvoice = Reissue | { kind: "issue" | "cancel"; invoice: IssuedInvoice };

/** The calls of an API by what they are about. */
interface Calls {
  cancel(document: Cancel): Promise<SubmitOutcome>;
  reissue(document: Reissue): Promise<SubmitOutcome>;
  allow(document: Allowance): Promise<SubmitOutcome>;
  cancelAllowance(document: CancelAllowance): Promise<SubmitOutcome>;
  findInvoice(document: AskedInvoice): Promise<FindOutcome>;
  findAllowance(document: Allowance, asked: Asked): Promise<FindOutcome>;
  findCancelledAllowance(document: CancelAllowance): Promise<FindOutcome>;
}

/** Leads a document to its call. */
export const callsByKind = (calls: Calls): Pick<EcpayApi, "submit" | "find"> => ({
  submit: async (document) => {
    switch (document.kind) {
      case "cancel":
        return calls.cancel(document);
      case "reissue":
        return calls.reissue(document);
      case "allowance":
        return calls.allow(document);
      case "cancel_allowance":
        return calls.cancelAllowance(document);
      default:
        throw unsupported(document);
    }
  },
  find: async (document, asked) => {
    switch (document.kind) {
      case "issue":
      case "cancel":
      case "reissue":
        return calls.findInvoice(document);
      case "allowance":
        return calls.findAllowance(document, asked);
      case "cancel_allowance":
        return calls.findCancelledAllowance(document);
      default:
        throw unsupported(document);
    }
  },
});

/** What the centre took, and gave. */
interface Taken {
  reference: string;
  given?: GivenByProvider;
}

/** Sends what changes something; `read` is `undefined` when the answer does not say what it must. */
export async function submitTo(
  client: EcpayClient,
  path: string,
  data: Record<string, unknown>,
  read: (data: EcpayData) => Taken | undefined,
): Promise<SubmitOutcome> {
  const reply = await client.send(path, data);
  if (reply.kind === "unknown") return reply;
  if (reply.class !== "done") return notTaken(path, reply);
  const taken = read(reply.data);
  if (!taken) return unreadable(reply.words);
  const { reference, given } = taken;
  return { kind: "accepted", providerReference: reference, ...(given && { given }), ...reply.words };
}

/** Asks for a record; without one, what that means. */
export async function lookFor<Found>(
  client: EcpayClient,
  path: string,
  data: Record<string, unknown>,
  read: (data: EcpayData) => Found | undefined,
): Promise<{ found: Found; reply: EcpayReply } | FindOutcome> {
  const reply = await client.send(path, data);
  if (reply.kind === "unknown") return reply;
  if (reply.class !== "done") return failed(path, reply);
  const found = read(reply.data);
  return found === undefined ? unreadable(reply.words) : { found, reply };
}

/** Whether the centre has it, and it is the same. */
export const foundWhen = (isThere: boolean, { words }: EcpayReply): FindOutcome =>
  isThere ? { kind: "found", differences: [], ...words } : { kind: "not_found", ...words };

export const allowanceTaken = (allowanceNumber: string | undefined): Taken | undefined =>
  allowanceNumber === undefined ? undefined : { reference: allowanceNumber, given: { allowanceNumber } };

export const reissueTaken = (
  invoice: IssuedInvoice,
  given: { number: string; randomCode: string } | undefined,
): Taken | undefined =>
  given?.number === invoice.number ? { reference: invoice.number, given: { randomCode: given.randomCode } } : undefined;

export const unsupported = (document: EinvoiceDocument): ConnectorError =>
  new ConnectorError({ provider: PROVIDER, operation: document.kind, retryable: false, reason: "unsupported" });

/** A document that was not taken. Throws where certainly nothing was applied and the same call may be made again. */
function notTaken(path: string, { class: rtnClass, reason, words }: EcpayReply): SubmitOutcome {
  switch (rtnClass) {
    case "retry":
    case "configuration":
      throw notApplied(path, reason, rtnClass === "retry", words);
    case "reject":
    case "absent":
      return { kind: "rejected", reason, ...words };
    default:
      return { kind: "unknown", reason, isTransportFault: false, ...words };
  }
}

/** An order that was not taken. The documentation calls every code but 1 a failure; whoever orders asks before believing it. Throws as `notTaken`. */
export function orderNotTaken(path: string, { class: rtnClass, reason, words }: EcpayReply): OrderOutcome {
  switch (rtnClass) {
    case "retry":
    case "configuration":
      throw notApplied(path, reason, rtnClass === "retry", words);
    case "settle":
      return { kind: "unknown", reason, isTransportFault: false, ...words };
    default:
      return { kind: "refused", reason, ...words };
  }
}

/** A question that brought no document. Throws as `notTaken`. */
export function failed(path: string, { class: rtnClass, reason, words }: EcpayReply): FindOutcome {
  switch (rtnClass) {
    case "absent":
      return { kind: "not_found", ...words };
    case "retry":
    case "configuration":
      throw notApplied(path, reason, rtnClass === "retry", words);
    default:
      return { kind: "unknown", reason, isTransportFault: false, ...words };
  }
}

/**
 * A call is refused when it arrives more than 10 minutes from the time that it carries, by the centre's clock. Twice that, for a clock of ours
 * that is itself up to 10 minutes ahead: from then on a call without an answer cannot be applied any more.
 */
const CALL_LIFE_MS = 20 * 60_000;

/** Whether the last call about a document can no longer be applied: it was answered, never made, or has outlived its time. */
export const isCallOver = ({ sentAt, reason }: Asked, now: Date): boolean =>
  sentAt === null || isUnlistedCode(reason) || now.getTime() - sentAt.getTime() > CALL_LIFE_MS;

export const mayStillArrive = (words: ProviderWords): FindOutcome => ({
  kind: "unknown",
  reason: "the_call_may_still_arrive",
  isTransportFault: false,
  ...words,
});
