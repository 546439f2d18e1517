import type { z } from "zod";
import type { Environment } from "../../platform/capability.ts";
import type { HttpClient } from "../../platform/http-client.ts";
import type { Secret } from "../../platform/secret.ts";
import type { InvoiceContent, IssuedInvoice } from "../rules/content.ts";
import type { EinvoiceDocument } from "../rules/document.ts";

/** What the provider said, verbatim; kept with the attempt. */
export interface ProviderWords {
  providerCode?: string;
  providerMessage?: string;
  httpStatus?: number;
}

/** What the provider gives where it does not take it from us; the document keeps it from then on. */
export interface GivenByProvider {
  /** Number of an allowance, 16 characters. */
  allowanceNumber?: string;
  /** Random code of a reissued invoice, 4 digits. */
  randomCode?: string;
}

/** What is known of a document when the provider is asked about it. */
export interface Asked {
  /** When it was last sent; null when it never was. */
  sentAt: Date | null;
  /** Why its outcome is not known. */
  reason: string | null;
}

/** An invoice as a list of the provider shows it; what the list does not tell is null. */
export interface ListedInvoice {
  number: string;
  totalAmount: number | null;
  isCancelled: boolean | null;
}

/** All invoices of a day that the provider knows of. `refused`: it cannot list that day. */
export type ListOutcome =
  | ({ kind: "listed"; invoices: ListedInvoice[] } & ProviderWords)
  | ({ kind: "unknown"; reason: string; isTransportFault: boolean } & ProviderWords);

/**
 * What became of a document that was sent. `pending`: handed over for good, the result is asked for later. `unknown` is a value: it is asked about, never repeated.
 * `isTransportFault` is true when no living provider answered (timeout, cut connection, 5xx).
 */
export type SubmitOutcome =
  | ({ kind: "accepted"; providerReference: string; given?: GivenByProvider } & ProviderWords)
  | ({ kind: "pending"; reason: string } & ProviderWords)
  | ({ kind: "rejected"; reason: string } & ProviderWords)
  | ({ kind: "unknown"; reason: string; isTransportFault: boolean } & ProviderWords);

/**
 * Whether the provider has a document. `differences` names the fields in which what it holds is not our document; empty means it is.
 * `refused`: it told of a refusal later. `pending`: it has the document and no result yet.
 */
export type FindOutcome =
  | ({ kind: "found"; differences: string[]; given?: GivenByProvider } & ProviderWords)
  | ({ kind: "refused"; reason: string } & ProviderWords)
  | ({ kind: "pending"; reason: string } & ProviderWords)
  | ({ kind: "not_found" } & ProviderWords)
  | ({ kind: "unknown"; reason: string; isTransportFault: boolean } & ProviderWords);

/** An invoice that is still without a number, because the provider gives it. */
export interface ProviderOrder {
  /** Our own key; the same for every try. */
  id: string;
  content: InvoiceContent;
  /** When it was ordered: the time of issue where the provider takes it from us. */
  orderedAt: Date;
}

/** Reason of an order's `unknown` outcome: the provider says that our key is used already, so it can be asked by whom. */
export const DUPLICATE_ORDER = "duplicate_order";

/** What the provider gave an order. */
interface GivenNumber {
  number: string;
  randomCode: string;
  issuedAt: Date;
}

/**
 * What became of an order. `refused` is believed only after a find has found nothing; where the provider cannot be asked (`isFinal`), when
 * no earlier try was left without an answer.
 */
export type OrderOutcome =
  | ({ kind: "accepted" } & GivenNumber & ProviderWords)
  | ({ kind: "refused"; reason: string; isFinal?: boolean } & ProviderWords)
  | ({ kind: "unknown"; reason: string; isTransportFault: boolean } & ProviderWords);

/** `mayOrderAgain`: nothing was learnt; to order again under the same key is safe and tells more. */
export type OrderFindOutcome =
  | ({ kind: "found"; differences: string[] } & GivenNumber & ProviderWords)
  | ({ kind: "not_found" } & ProviderWords)
  | ({ kind: "unknown"; reason: string; isTransportFault: boolean; mayOrderAgain?: boolean } & ProviderWords);

/** Issuing where the provider gives the number. To order again under the same key is safe: the provider holds one invoice per key. */
export interface ProviderOrders {
  issue(order: ProviderOrder): Promise<OrderOutcome>;
  find(order: ProviderOrder): Promise<OrderFindOutcome>;
  /** What of a content the provider cannot carry. */
  problem(content: InvoiceContent): string | undefined;
}

/**
 * A way to the system that stores invoices. Verbs throw a `ConnectorError` only when certainly nothing was applied; a
 * connector keeps no state, retries nothing and logs nothing.
 */
export interface EinvoiceConnector {
  readonly provider: string;
  /** Present exactly where the transport supports `numbers_from_provider`; then no F0401 is ever submitted. */
  readonly orders?: ProviderOrders;
  /** Sends a document. Sending the same again is safe; the provider refuses a second content under the same number. */
  submit(document: EinvoiceDocument): Promise<SubmitOutcome>;
  /** Asks whether the provider has a document; without `asked` it was never sent. */
  find(document: EinvoiceDocument, asked?: Asked): Promise<FindOutcome>;
  /** Lists the invoices of a day of Taipei (`YYYY-MM-DD`). Absent where the provider has no list. */
  listIssued?(day: string): Promise<ListOutcome>;
  /** Has the provider check an invoice without storing it. */
  testIssue(invoice: IssuedInvoice): Promise<SubmitOutcome>;
}

/** What not every transport can carry. */
export type EinvoiceFeature =
  | "zero_rated"
  | "mixed_tax"
  | "void_invoice"
  /** 註銷 only together with the corrected content, in one call (註銷重開). */
  | "void_with_reissue"
  | "unused_numbers"
  | "branch_numbers"
  | "allowance"
  | "numbers_from_provider";

/** What a connector is made of, beside its configuration. */
export interface ConnectorMaterial {
  http: HttpClient;
  environment: Environment;
  credentials: { appId: string; apiKey: Secret };
  /** Client certificate and key, PEM, where the provider asks for them. */
  tls: { cert: Secret; key: Secret } | undefined;
  /** Replaces every configured address. */
  overrideBaseUrl: string | undefined;
  now(): Date;
}

/** Options that a seller's `config` may hold whatever the transport. */
export interface SellerOptions {
  /** Member carrier types that may be used, e.g. `EJ0113`. */
  memberCarrierTypes: string[];
  /** Bytes that a QR code of the proof may hold. */
  qrCapacityBytes: number;
  /** Address of the look-ups; the tax authority's in production when absent. */
  lookupUrl?: string | undefined;
  /** Sign every look-up, not only those for which a signature is documented. */
  lookupSignsAll: boolean;
  sellerPhone?: string | undefined;
  sellerEmail?: string | undefined;
}

/** A transport as the registry lists it. `create` opens no connection; a text instead of a connector says what is missing. */
export interface ConnectorDefinition<Config extends SellerOptions = SellerOptions> {
  readonly provider: string;
  readonly configSchema: z.ZodType<Config>;
  /** Day of the odd month after a period to which the provider still cancels, where that is earlier than the law's 15th. */
  readonly cancelLastDay?: number;
  supports(config: Config): ReadonlySet<EinvoiceFeature>;
  /** Title and version of the document that it was written from. */
  readonly source: string;
  create(config: Config, material: ConnectorMaterial): EinvoiceConnector | { missing: string };
}
