import { ConnectorError } from "../../../platform/errors.ts";
import type { IssuedInvoice } from "../../rules/content.ts";
import { type EinvoiceDocument, isAboutNumbers } from "../../rules/document.ts";
import type { EinvoiceConnector, FindOutcome, SubmitOutcome } from "../port.ts";
import type { ClientResult, PlatformJsonClient } from "./client.ts";
import type { Endpoints, PlatformJsonOperation } from "./endpoints.ts";
import { classifyRtnCode } from "./errors.ts";
import {
  type CarriedDocument,
  documentMessage,
  findDifferences,
  issueMessage,
  queryMessage,
  readQueryData,
} from "./mapping.ts";

export const PROVIDER = "platform-json";

type Reply = Extract<ClientResult, { kind: "reply" }>;

/** The verbs of the port over the JSON dialect. */
export function createPlatformJsonConnector(client: PlatformJsonClient, endpoints: Endpoints): EinvoiceConnector {
  const urlFor = (operation: PlatformJsonOperation, invoice: IssuedInvoice) =>
    endpoints(operation, invoice.content.buyer.kind);

  async function testIssue(invoice: IssuedInvoice): Promise<SubmitOutcome> {
    const result = await client.send("test", urlFor("test", invoice), issueMessage(invoice));
    return result.kind === "unknown" ? result : submitOutcome("test", { kind: "issue", invoice }, result);
  }

  return {
    provider: PROVIDER,
    submit: async (document) => {
      if (!isCarried(document)) throw unsupported(document);
      const operation = OPERATIONS[document.kind];
      const url = urlFor(operation, document.invoice);
      const result = await client.send(operation, url, documentMessage(document));
      return result.kind === "unknown" ? result : submitOutcome(operation, document, result);
    },
    testIssue,
    find: async (document) => {
      if (!isCarried(document)) throw unsupported(document);
      const { invoice } = document;
      const result = await client.send("query", urlFor("query", invoice), queryMessage(invoice));
      return result.kind === "unknown" ? result : findOutcome(document, result);
    },
  };
}

const OPERATIONS = {
  issue: "issue",
  cancel: "cancel",
  void: "void",
  allowance: "allowance",
  cancel_allowance: "cancelAllowance",
} as const satisfies Record<CarriedDocument["kind"], PlatformJsonOperation>;

const isCarried = (document: EinvoiceDocument): document is CarriedDocument =>
  !isAboutNumbers(document) && document.kind !== "reissue";

/** Codes that say of an act after the issue that it is done already, which is what was wanted. Its content is frozen and ours alone. */
const DONE_ALREADY: Readonly<Partial<Record<CarriedDocument["kind"], string>>> = {
  allowance: "duplicate_allowance",
  cancel_allowance: "already_void",
};

function submitOutcome(operation: string, document: CarriedDocument, { body, words }: Reply): SubmitOutcome {
  const { class: rtnClass, reason } = classifyRtnCode(body.RtnCode);
  const { number } = document.invoice;
  const unknown = (why: string): SubmitOutcome => ({ kind: "unknown", reason: why, isTransportFault: false, ...words });
  if (reason === DONE_ALREADY[document.kind]) return { kind: "accepted", providerReference: number, ...words };
  switch (rtnClass) {
    case "accepted":
      // Success is believed only for the number that was sent.
      if (body.InvoiceNo !== number) return unknown("unreadable_reply");
      return { kind: "accepted", providerReference: number, ...words };
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

function findOutcome(document: CarriedDocument, { body, words }: Reply): FindOutcome {
  // What was withdrawn is no longer there.
  if (body.RtnCode === NOT_FOUND) {
    return document.kind === "void" ? { kind: "found", differences: [], ...words } : { kind: "not_found", ...words };
  }
  const { class: rtnClass, reason } = classifyRtnCode(body.RtnCode);
  if (rtnClass === "retry" || rtnClass === "configuration") {
    throw notApplied("query", rtnClass === "retry", reason, { body, words });
  }
  const data = rtnClass === "accepted" ? readQueryData(body.Data) : undefined;
  if (!data) {
    const why = rtnClass === "accepted" ? "unreadable_reply" : reason;
    return { kind: "unknown", reason: why, isTransportFault: false, ...words };
  }
  const found = findDifferences(document, data);
  return found ? { kind: "found", differences: found, ...words } : { kind: "not_found", ...words };
}

function unsupported(document: EinvoiceDocument): ConnectorError {
  return new ConnectorError({ provider: PROVIDER, operation: document.kind, retryable: false, reason: "unsupported" });
}

function notApplied(
  operation: string,
  retryable: boolean,
  reason: string,
  { words }: Pick<Reply, "body" | "words">,
): ConnectorError {
  return new ConnectorError({ provider: PROVIDER, operation, retryable, reason, ...words });
}
