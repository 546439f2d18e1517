import { ConnectorError } from "../../../platform/errors.ts";
import type {
  EinvoiceConnector,
  FindOutcome,
  OrderFindOutcome,
  OrderOutcome,
  ProviderOrder,
  SubmitOutcome,
} from "../port.ts";
import { type EcpayClient, type EcpayResult, PROVIDER } from "./client.ts";
import { contentProblem, findInvoiceData, givenOf, issueData, readFound, readIssued, relateNumber } from "./mapping.ts";

const PATHS = {
  issue: "/B2CInvoice/Issue",
  find: "/B2CInvoice/GetIssue",
  cancel: "/B2CInvoice/Invalid",
} as const;
const DONE = "1";
const INVALID = "1";

type Unknown = { kind: "unknown"; reason: string; isTransportFault: boolean };

const unsupported = (operation: string) =>
  new ConnectorError({ provider: PROVIDER, operation, retryable: false, reason: "unsupported" });

/** The verbs of the port at ECPay. The centre gives the number, so that issuing is an order under our own key. */
export function createEcpayConnector(client: EcpayClient): EinvoiceConnector {
  const unreadable = (result: Extract<EcpayResult, { kind: "reply" }>): Unknown => ({
    kind: "unknown",
    reason: "unreadable_reply",
    isTransportFault: false,
    ...result.words,
  });

  async function issueOrder(order: ProviderOrder): Promise<OrderOutcome> {
    const result = await client.send(PATHS.issue, issueData(order));
    if (result.kind === "unknown") return result;
    if (result.data.RtnCode !== DONE)
      return { kind: "refused", reason: `code_${result.data.RtnCode}`, ...result.words };
    const given = readIssued(result.data);
    return given ? { kind: "accepted", ...given, ...result.words } : unreadable(result);
  }

  async function findOrder(order: ProviderOrder): Promise<OrderFindOutcome> {
    const result = await client.send(PATHS.find, { RelateNumber: relateNumber(order) });
    if (result.kind === "unknown") return result;
    // ECPay publishes no list of codes for "not there"; to order again under the same key is safe, since the key is unique there.
    if (result.data.RtnCode !== DONE) return { kind: "not_found", ...result.words };
    const found = readFound(result.data);
    if (!found) return unreadable(result);
    const isOurs = found.IIS_Sales_Amount === order.content.amounts.totalAmount;
    return { kind: "found", differences: isOurs ? [] : ["SalesAmount"], ...givenOf(found), ...result.words };
  }

  return {
    provider: PROVIDER,
    orders: { issue: issueOrder, find: findOrder, problem: contentProblem },
    submit: async (document): Promise<SubmitOutcome> => {
      if (document.kind !== "cancel") throw unsupported(document.kind);
      const { invoice, act } = document;
      const result = await client.send(PATHS.cancel, { ...findInvoiceData(invoice), Reason: act.reason });
      if (result.kind === "unknown") return result;
      // A refusal may say that it is cancelled already: it is asked about.
      if (result.data.RtnCode !== DONE) {
        return { kind: "unknown", reason: `code_${result.data.RtnCode}`, isTransportFault: false, ...result.words };
      }
      return { kind: "accepted", providerReference: invoice.number, ...result.words };
    },
    find: async (document): Promise<FindOutcome> => {
      if (document.kind !== "cancel" && document.kind !== "issue") throw unsupported(document.kind);
      const { invoice } = document;
      const result = await client.send(PATHS.find, findInvoiceData(invoice));
      if (result.kind === "unknown") return result;
      if (result.data.RtnCode !== DONE) return { kind: "not_found", ...result.words };
      const found = readFound(result.data);
      if (!found) return unreadable(result);
      const isCancelled = found.IIS_Invalid_Status === INVALID;
      if (document.kind === "cancel") {
        return isCancelled
          ? { kind: "found", differences: [], ...result.words }
          : { kind: "not_found", ...result.words };
      }
      const differences = [
        ...(isCancelled ? ["InvoiceStatus"] : []),
        ...(found.IIS_Sales_Amount === invoice.content.amounts.totalAmount ? [] : ["TotalAmount"]),
      ];
      return { kind: "found", differences, ...result.words };
    },
    testIssue: () => Promise.reject(unsupported("test")),
  };
}
