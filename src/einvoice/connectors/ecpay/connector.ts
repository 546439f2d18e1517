import { ConnectorError } from "../../../platform/errors.ts";
import { type EinvoiceDocument, isAboutNumbers } from "../../rules/document.ts";
import type { Asked, EinvoiceConnector } from "../port.ts";
import { type EcpayApi, unsupported } from "./api.ts";
import { createBusinessApi } from "./business-api.ts";
import type { EcpayClient } from "./client.ts";
import type { EcpayConfig } from "./config.ts";
import { createConsumerApi } from "./consumer-api.ts";
import { PROVIDER } from "./endpoints.ts";

const NEVER_SENT: Asked = { sentAt: null, reason: null };

/** The verbs of the port at ECPay. The centre gives the numbers, so that issuing is an order under our own key. */
export function createEcpayConnector(client: EcpayClient, config: EcpayConfig, now: () => Date): EinvoiceConnector {
  const { ecpayBusinessApi: mode } = config;
  const consumerApi = createConsumerApi(client, now);
  const businessApi = mode === "b2c" ? consumerApi : createBusinessApi(client, mode, now);

  const apiFor = (buyerKind: "consumer" | "business"): EcpayApi =>
    buyerKind === "business" ? businessApi : consumerApi;
  function apiOf(document: EinvoiceDocument): EcpayApi {
    if (isAboutNumbers(document)) throw unsupported(document);
    return apiFor(document.invoice.content.buyer.kind);
  }

  return {
    provider: PROVIDER,
    orders: {
      issue: (order) => apiFor(order.content.buyer.kind).issue(order),
      find: (order) => apiFor(order.content.buyer.kind).findOrder(order),
      problem: (content) => apiFor(content.buyer.kind).problem(content),
    },
    submit: async (document) => apiOf(document).submit(document),
    find: async (document, asked = NEVER_SENT) => apiOf(document).find(document, asked),
    ...(consumerApi.listIssued && mode === "b2c" && { listIssued: consumerApi.listIssued }),
    testIssue: () =>
      Promise.reject(
        new ConnectorError({ provider: PROVIDER, operation: "test", retryable: false, reason: "unsupported" }),
      ),
  };
}
