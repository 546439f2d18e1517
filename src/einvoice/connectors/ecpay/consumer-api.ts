import type {
  Asked,
  FindOutcome,
  ListedInvoice,
  ListOutcome,
  OrderFindOutcome,
  OrderOutcome,
  ProviderOrder,
} from "../port.ts";
import {
  type Allowance,
  type AskedInvoice,
  allowanceTaken,
  type CancelAllowance,
  callsByKind,
  type EcpayApi,
  failed,
  foundWhen,
  isCallOver,
  lookFor,
  mayStillArrive,
  orderNotTaken,
  reissueTaken,
  submitTo,
} from "./api.ts";
import { type EcpayClient, type EcpayReply, type EcpayUnknown, unreadable } from "./client.ts";
import { consumerPaths as paths } from "./endpoints.ts";
import {
  allowanceData,
  cancelAllowanceData,
  cancelData,
  contentDifferences,
  contentProblem,
  findAllowanceData,
  findAllowancesData,
  findInvoiceData,
  findOrderData,
  givenOf,
  isSet,
  issueData,
  isThisAllowance,
  readAllowanceNumber,
  readAllowances,
  readFound,
  readIssued,
  readList,
  reissueData,
} from "./mapping.ts";

const INVOICES_PER_PAGE = 200;
const PAGES_MAX = 500;

/** The B2C API 2.0, which carries invoices to consumers and, by their tax id, to businesses. */
export function createConsumerApi(client: EcpayClient, now: () => Date): EcpayApi {
  const look = (data: Record<string, unknown>) => lookFor(client, paths.find, data, readFound);

  async function issue(order: ProviderOrder): Promise<OrderOutcome> {
    const reply = await client.send(paths.issue, issueData(order));
    if (reply.kind === "unknown") return reply;
    if (reply.class !== "done") return orderNotTaken(paths.issue, reply);
    const given = readIssued(reply.data);
    return given ? { kind: "accepted", ...given, ...reply.words } : unreadable(reply.words);
  }

  async function findOrder(order: ProviderOrder): Promise<OrderFindOutcome> {
    const result = await look(findOrderData(order));
    if (!("found" in result)) {
      if (result.kind === "not_found" || result.kind === "unknown") {
        // An answer whose code is not listed may say that there is nothing; the key makes ordering again safe.
        return result.kind === "unknown" ? { ...result, mayOrderAgain: result.providerCode !== undefined } : result;
      }
      return unreadable(result);
    }
    const { found, reply } = result;
    const differences = contentDifferences(order.content, found);
    return { kind: "found", differences, ...givenOf(found), ...reply.words };
  }

  async function findInvoice(document: AskedInvoice): Promise<FindOutcome> {
    const { invoice } = document;
    const result = await look(findInvoiceData(invoice));
    if (!("found" in result)) return result;
    const { found, reply } = result;
    if (document.kind === "cancel") return foundWhen(isSet(found.IIS_Invalid_Status), reply);
    const differences = contentDifferences(invoice.content, found);
    if (document.kind === "issue") return { kind: "found", differences, ...reply.words };
    // The content before is what a correction that never arrived leaves.
    if (differences.length > 0) return { kind: "not_found", ...reply.words };
    return { kind: "found", differences, given: { randomCode: found.IIS_Random_Number }, ...reply.words };
  }

  /** The centre takes no key of ours for an allowance: it is known by being none of the others, by its amount and its items. */
  async function findAllowance({ invoice, allowance }: Allowance, asked: Asked): Promise<FindOutcome> {
    const reply = await client.send(paths.findAllowances, findAllowancesData(invoice));
    if (reply.kind === "unknown") return reply;
    const listed = reply.class === "absent" ? [] : reply.class === "done" ? readAllowances(reply.data) : undefined;
    if (!listed) return reply.class === "done" ? unreadable(reply.words) : failed(paths.findAllowances, reply);
    const others = new Set(allowance.siblings?.map(({ number }) => number));
    const candidates = listed.filter((found) => !others.has(found.IA_Allow_No) && isThisAllowance(allowance, found));
    const [only] = candidates;
    if (only && candidates.length === 1) {
      return { kind: "found", differences: [], given: { allowanceNumber: only.IA_Allow_No }, ...reply.words };
    }
    if (only) return { kind: "unknown", reason: "several_allowances_fit", isTransportFault: false, ...reply.words };
    return isCallOver(asked, now()) ? { kind: "not_found", ...reply.words } : mayStillArrive(reply.words);
  }

  async function findCancelledAllowance({ allowance }: CancelAllowance): Promise<FindOutcome> {
    const result = await lookFor(client, paths.findAllowances, findAllowanceData(allowance), (data) =>
      readAllowances(data)?.find(({ IA_Allow_No }) => IA_Allow_No === allowance.number),
    );
    return "found" in result ? foundWhen(isSet(result.found.IA_Invalid_Status), result.reply) : result;
  }

  return {
    problem: contentProblem,
    issue,
    findOrder,
    ...callsByKind({
      cancel: ({ invoice, act }) =>
        submitTo(client, paths.cancel, cancelData(invoice, act), () => ({ reference: invoice.number })),
      reissue: ({ invoice, act, orderId }) =>
        submitTo(client, paths.reissue, reissueData(invoice, act, orderId), (data) =>
          reissueTaken(invoice, readIssued(data)),
        ),
      allow: ({ invoice, allowance }) =>
        submitTo(client, paths.allowance, allowanceData(invoice, allowance), (data) =>
          allowanceTaken(readAllowanceNumber(data)),
        ),
      cancelAllowance: ({ invoice, allowance, act }) =>
        submitTo(client, paths.cancelAllowance, cancelAllowanceData(invoice, allowance, act), () => ({
          reference: allowance.number,
        })),
      findInvoice,
      findAllowance,
      findCancelledAllowance,
    }),
    listIssued: (day) => listAll(client, day),
  };
}

/** Every invoice that the centre issued on a day, page by page. */
async function listAll(client: EcpayClient, day: string): Promise<ListOutcome> {
  const invoices: ListedInvoice[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const reply = await client.send(paths.list, {
      BeginDate: day,
      EndDate: day,
      NumPerPage: INVOICES_PER_PAGE,
      ShowingPage: page,
      DataType: "1",
    });
    if (reply.kind === "unknown") return reply;
    if (reply.class === "absent") return { kind: "listed", invoices, ...reply.words };
    if (reply.class !== "done") return unknownOf(failed(paths.list, reply), reply);
    const found = readList(reply.data);
    if (!found) return unreadable(reply.words);
    invoices.push(
      ...found.InvoiceData.map((row) => ({
        number: row.IIS_Number,
        totalAmount: row.IIS_Sales_Amount,
        isCancelled: isSet(row.IIS_Invalid_Status),
      })),
    );
    if (found.InvoiceData.length === 0 || invoices.length >= found.TotalCount) {
      return { kind: "listed", invoices, ...reply.words };
    }
  }
  return { kind: "unknown", reason: "too_many_invoices", isTransportFault: false };
}

const unknownOf = (outcome: FindOutcome, reply: EcpayReply): EcpayUnknown =>
  outcome.kind === "unknown" ? outcome : unreadable(reply.words);
