import { ConnectorError } from "../../../platform/errors.ts";
import type { IssuedInvoice } from "../../rules/content.ts";
import type { EinvoiceConnector, FindOutcome, SubmitOutcome } from "../port.ts";
import type { ClientResult, PlatformJsonClient } from "./client.ts";
import type { Endpoints, PlatformJsonOperation } from "./endpoints.ts";
import { classifyRtnCode } from "./errors.ts";
import { differences, issueMessage, queryMessage, readQueryData } from "./mapping.ts";

export const PROVIDER = "platform-json";

type Reply = Extract<ClientResult, { kind: "reply" }>;

/** The verbs of the port over the JSON dialect. */
export function createPlatformJsonConnector(client: PlatformJsonClient, endpoints: Endpoints): EinvoiceConnector {
  const urlFor = (operation: PlatformJsonOperation, invoice: IssuedInvoice) =>
    endpoints(operation, invoice.content.buyer.kind);

  async function submit(operation: "issue" | "test", invoice: IssuedInvoice): Promise<SubmitOutcome> {
    const result = await client.send(operation, urlFor(operation, invoice), issueMessage(invoice));
    return result.kind === "unknown" ? result : submitOutcome(operation, invoice, result);
  }

  return {
    provider: PROVIDER,
    issue: (invoice) => submit("issue", invoice),
    testIssue: (invoice) => submit("test", invoice),
    find: async (invoice) => {
      const result = await client.send("query", urlFor("query", invoice), queryMessage(invoice));
      return result.kind === "unknown" ? result : findOutcome(invoice, result);
    },
  };
}

function submitOutcome(operation: string, invoice: IssuedInvoice, { body, words }: Reply): SubmitOutcome {
  const { class: rtnClass, reason } = classifyRtnCode(body.RtnCode);
  const unknown = (why: string): SubmitOutcome => ({ kind: "unknown", reason: why, isTransportFault: false, ...words });
  switch (rtnClass) {
    case "accepted":
      // Success is believed only for the number that was sent.
      if (body.InvoiceNo !== invoice.number) return unknown("unreadable_reply");
      return { kind: "accepted", providerReference: invoice.number, ...words };
    case "reject":
      return { kind: "rejected", reason, ...words };
    case "retry":
    case "configuration":
      throw notApplied(operation, rtnClass === "retry", reason, { body, words });
    case "settle":
    case "unknown":
      return unknown(reason);
  }
}

const NOT_FOUND = "5000008";

function findOutcome(invoice: IssuedInvoice, { body, words }: Reply): FindOutcome {
  if (body.RtnCode === NOT_FOUND) return { kind: "not_found", ...words };
  const { class: rtnClass, reason } = classifyRtnCode(body.RtnCode);
  if (rtnClass === "retry" || rtnClass === "configuration") {
    throw notApplied("query", rtnClass === "retry", reason, { body, words });
  }
  const data = rtnClass === "accepted" ? readQueryData(body.Data) : undefined;
  if (!data) {
    const why = rtnClass === "accepted" ? "unreadable_reply" : reason;
    return { kind: "unknown", reason: why, isTransportFault: false, ...words };
  }
  return { kind: "found", differences: differences(invoice, data), ...words };
}

function notApplied(
  operation: string,
  retryable: boolean,
  reason: string,
  { words }: Pick<Reply, "body" | "words">,
): ConnectorError {
  return new ConnectorError({ provider: PROVIDER, operation, retryable, reason, ...words });
}
