import type { IssuedInvoice } from "../../rules/content.ts";
import type { Asked, FindOutcome, OrderOutcome, ProviderOrder } from "../port.ts";
import {
  type Allowance,
  type AskedInvoice,
  allowanceTaken,
  type CancelAllowance,
  callsByKind,
  type EcpayApi,
  foundWhen,
  isCallOver,
  lookFor,
  mayStillArrive,
  orderNotTaken,
  reissueTaken,
  submitTo,
} from "./api.ts";
import {
  businessAllowanceData,
  businessCancelAllowanceData,
  businessCancelData,
  businessDifferences,
  businessFindData,
  businessIssueData,
  businessProblem,
  businessReissueData,
  partnerData,
  readBusinessAllowance,
  readBusinessAllowanceNumber,
  readBusinessFound,
  readBusinessIssued,
} from "./business-mapping.ts";
import { type EcpayClient, unreadable } from "./client.ts";
import type { BusinessMode } from "./config.ts";
import { businessPaths as paths } from "./endpoints.ts";
import { notApplied } from "./errors.ts";
import { readTime, wireTime } from "./fields.ts";

/**
 * The B2B API, for storage or with exchange. It cannot be asked by our own key: an order whose answer was lost is ordered again under the same
 * key, and when that is refused a person must look at the centre. With exchange, `accepted` means that the centre has the document; the
 * buyer's confirmation is a matter between the buyer and the centre.
 */
export function createBusinessApi(client: EcpayClient, mode: BusinessMode, now: () => Date): EcpayApi {
  async function issue(order: ProviderOrder): Promise<OrderOutcome> {
    const partner = await client.send(paths.partner, partnerData(order.content, mode));
    // Without a partner nothing is issued, so whatever went wrong had no effect that matters.
    if (partner.kind === "unknown") throw notApplied(paths.partner, `preparation_${partner.reason}`, true);
    if (partner.class !== "done") throw notApplied(paths.partner, `partner_${partner.reason}`, false, partner.words);
    const reply = await client.send(paths.issue, businessIssueData(order, mode));
    if (reply.kind === "unknown") return reply;
    if (reply.class !== "done") {
      const outcome = orderNotTaken(paths.issue, reply);
      return outcome.kind === "refused" ? { ...outcome, isFinal: true } : outcome;
    }
    const given = readBusinessIssued(reply.data);
    if (!given) return unreadable(reply.words);
    const issuedAt = readTime(wireTime(order.orderedAt));
    return { kind: "accepted", number: given.InvoiceNumber, randomCode: given.RandomNumber, issuedAt, ...reply.words };
  }

  const look = (invoice: IssuedInvoice) =>
    lookFor(client, paths.find, businessFindData(invoice), (data) => {
      const found = readBusinessFound(data);
      return found?.InvoiceNumber === invoice.number ? found : undefined;
    });

  async function findInvoice(document: AskedInvoice): Promise<FindOutcome> {
    const result = await look(document.invoice);
    if (!("found" in result)) return result;
    const { found, reply } = result;
    const differences = businessDifferences(document.invoice.content, found);
    if (document.kind === "cancel") return foundWhen(differences.includes("InvoiceStatus"), reply);
    if (document.kind === "issue") return { kind: "found", differences, ...reply.words };
    if (differences.length > 0) return { kind: "not_found", ...reply.words };
    const given = found.RandomNumber === undefined ? {} : { given: { randomCode: found.RandomNumber } };
    return { kind: "found", differences, ...given, ...reply.words };
  }

  /** Allowances cannot be listed: what the invoice has left tells whether it was taken, but not its number. */
  async function findAllowance({ invoice, allowance }: Allowance, asked: Asked): Promise<FindOutcome> {
    const result = await look(invoice);
    if (!("found" in result)) return result;
    const { found, reply } = result;
    const { amounts } = invoice.content;
    const live = allowance.siblings?.filter(({ isLive }) => isLive) ?? [];
    const expected = live.reduce((left, { netAmount }) => left - netAmount, amounts.totalAmount - amounts.taxAmount);
    if (found.BalanceAmount !== expected) {
      const reason = "taken_but_its_number_is_unknown";
      return { kind: "unknown", reason, isTransportFault: false, ...reply.words };
    }
    return isCallOver(asked, now()) ? { kind: "not_found", ...reply.words } : mayStillArrive(reply.words);
  }

  async function findCancelledAllowance({ allowance }: CancelAllowance): Promise<FindOutcome> {
    const data = { AllowanceNo: allowance.number };
    const result = await lookFor(client, paths.findAllowance, data, readBusinessAllowance);
    return "found" in result ? foundWhen(result.found.Invalid_Status === "1", result.reply) : result;
  }

  return {
    problem: businessProblem,
    issue,
    findOrder: () =>
      Promise.resolve({ kind: "unknown", reason: "cannot_be_asked", isTransportFault: false, mayOrderAgain: true }),
    ...callsByKind({
      cancel: ({ invoice, act }) =>
        submitTo(client, paths.cancel, businessCancelData(invoice, act), () => ({ reference: invoice.number })),
      reissue: ({ invoice, act, orderId }) =>
        submitTo(client, paths.reissue, businessReissueData(invoice, act, orderId, mode), (data) => {
          const given = readBusinessIssued(data);
          return reissueTaken(invoice, given && { number: given.InvoiceNumber, randomCode: given.RandomNumber });
        }),
      allow: ({ invoice, allowance }) =>
        submitTo(client, paths.allowance, businessAllowanceData(invoice, allowance), (data) =>
          allowanceTaken(readBusinessAllowanceNumber(data)),
        ),
      cancelAllowance: ({ allowance, act }) =>
        submitTo(client, paths.cancelAllowance[mode], businessCancelAllowanceData(allowance, act), () => ({
          reference: allowance.number,
        })),
      findInvoice,
      findAllowance,
      findCancelledAllowance,
    }),
  };
}
