import type { Clock } from "../../platform/clock.ts";
import { createFaults, type Faults } from "../faults.ts";
import { createHttpSimulator } from "../http-simulator.ts";
import { createBusinessOperations } from "./business.ts";
import { createConsumerOperations } from "./consumer.ts";
import { answerCall, merchant } from "./envelope.ts";
import { createLedger, type EcpayInvoice } from "./ledger.ts";

export type { EcpayInvoice } from "./ledger.ts";

/** The simulated value-added centre, which gives the numbers: its B2C and its B2B API. */
export interface EcpaySimulator {
  /** Base address on loopback, without a trailing slash. */
  url: string;
  /** Contents of the secret `einvoice-api-credentials` for this centre. */
  credentials: { app_id: string; api_key: string; qr_aes_key: string };
  /** Operations are named as the last part of their address, those of the B2B API `B2B.Issue` and so on. */
  faults: Faults;
  /** Every invoice that was issued, in order. */
  records(): EcpayInvoice[];
  /** Issues an invoice past the gateway, as another system of the merchant would. */
  issueElsewhere(total: number): string;
  close(): Promise<void>;
}

/** Its answer is not encrypted. */
const PLAIN = "GetIssueList";

export async function createEcpaySimulator(options: { clock: Clock }): Promise<EcpaySimulator> {
  const faults = createFaults();
  const ledger = createLedger(options.clock);
  const apis = { B2CInvoice: createConsumerOperations(ledger), B2BInvoice: createBusinessOperations(ledger) } as const;
  const server = await createHttpSimulator({
    faults,
    route: ({ method, url, body }) => {
      const [, api = "", name = ""] = url.pathname.split("/");
      const operations = api === "B2CInvoice" || api === "B2BInvoice" ? apis[api] : {};
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (method !== "POST" || !operation) return undefined;
      return {
        operation: api === "B2CInvoice" ? name : `B2B.${name}`,
        handle: () => answerCall(body.toString("utf8"), options.clock, operation, name === PLAIN),
      };
    },
  });
  return {
    url: server.url,
    credentials: {
      app_id: merchant.id,
      api_key: `${merchant.key}:${merchant.iv}`,
      qr_aes_key: "FE05F029154F6AA67A78B338ED2F6601",
    },
    faults,
    records: () => ledger.invoices,
    issueElsewhere: (total) => {
      const items = [
        { ItemSeq: 1, ItemName: "別處", ItemCount: 1, ItemWord: "件", ItemPrice: total, ItemAmount: total },
      ];
      const key = `Elsewhere${ledger.invoices.length}`;
      const content = {
        CustomerName: "別處",
        CustomerAddr: "臺北市",
        CustomerEmail: "a@example.com",
        Print: "1",
        Donation: "0",
      };
      apis.B2CInvoice.Issue?.({
        RelateNumber: key,
        ...content,
        InvType: "07",
        TaxType: "1",
        vat: "1",
        SalesAmount: total,
        Items: items,
      });
      return ledger.byKey(key)?.number ?? "";
    },
    close: server.close,
  };
}
