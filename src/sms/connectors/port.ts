import { z } from "zod";
import type { HttpClient } from "../../platform/http-client.ts";
import type { Log } from "../../platform/log.ts";
import type { Secret } from "../../platform/secret.ts";
import type { WebhookReply, WebhookRequest } from "../../platform/webhook.ts";
import type { RepeatableClass } from "../rules/outcomes.ts";
import type { ReceiptState } from "../rules/states.ts";

/** One message on its way to a provider. */
export interface OutboundMessage {
  /** Correlates receipts, and is the idempotency key where the provider knows one. */
  attemptId: string;
  /** E.164. */
  recipient: string;
  text: string;
  /** What is left of its useful life; at least 60. */
  validForSeconds: number;
}

/** An attempt whose outcome is not known, with all that helps to find it out. */
export interface UnknownAttempt extends OutboundMessage {
  startedAt: Date;
  /** False once the message is of no use any more: then nothing may cause it to be sent. */
  isStillUseful: boolean;
  /** Whether a message the provider has belongs to another attempt of ours. */
  belongsToAnother(providerMessageId: string): Promise<boolean>;
}

/** A message the provider has, asked about because its receipt is late. */
export interface AcceptedMessage {
  providerMessageId: string;
  /** E.164. */
  recipient: string;
}

export interface ConnectorCall {
  timeoutMs: number;
  signal?: AbortSignal;
  log: Log;
}

/**
 * What became of a send. `rejected`: the provider refused this message for good. What certainly was not taken but may be
 * tried again is a `ConnectorError` whose reason is a `RepeatableClass`.
 */
export type SendOutcome =
  | { kind: "accepted"; providerMessageId: string; points?: string }
  | {
      kind: "rejected";
      outcomeClass: "request" | "recipient" | "content";
      providerCode: string;
      reason: string;
      /** The recipient has told the provider to send nothing more. */
      optedOut?: boolean;
    }
  | { kind: "unknown"; reason: string; providerCode?: string };

/** What became of one message of a bulk call; as a send, with what was not taken as a value. */
export type BulkOutcome =
  | SendOutcome
  | { kind: "not_taken"; outcomeClass: RepeatableClass; reason: string; providerCode?: string };

/**
 * What asking about an unknown attempt gave. `not_taken` only where the provider's silence is proof; `rejected` when it was
 * not taken and never will be.
 */
export type ResolveOutcome =
  | { kind: "taken"; providerMessageId: string; points?: string }
  | { kind: "not_taken"; reason: string }
  | Extract<SendOutcome, { kind: "rejected" }>
  /** `askAgainMs`: when the answer will be certain, where that is known. */
  | { kind: "undecided"; reason: string; askAgainMs?: number };

/** What taking a message back gave. `too_late`: it is on its way, has ended, or is not known there. */
export type CancelOutcome =
  | { kind: "cancelled"; receipt: ParsedReceipt }
  | { kind: "too_late"; reason: string }
  | { kind: "unknown"; reason: string };

/** A delivery receipt in the gateway's terms. */
export interface ParsedReceipt {
  providerMessageId: string;
  /** E.164. */
  recipient: string;
  /** The attempt id the provider echoed, if it did. */
  correlation?: string;
  /** Tells apart equal numbers of one batch. */
  recordNumber?: string;
  /** Verbatim. */
  providerStatus: string;
  /** Absent when the status says nothing about delivery. */
  state?: ReceiptState;
  failureClass?: FailureClass;
  /** As the provider wrote it. */
  providerTime?: string;
}

/** Whose fault a failed delivery is; only `handset` and `carrier` count in the provider's success rate. */
export type FailureClass = "handset" | "carrier" | "recipient" | "content" | "account" | "request";

export type ParsedWebhook =
  | { kind: "receipt"; receipt: ParsedReceipt; reply: WebhookReply }
  /** Genuine but of no interest, e.g. a reply by a person. */
  | { kind: "ignored"; reply: WebhookReply }
  | { kind: "malformed"; rule: string; reply: WebhookReply };

/** The domain verbs of an SMS provider. Keeps no state between calls beyond a token with its expiry. */
export interface SmsConnector {
  send(message: OutboundMessage, call: ConnectorCall): Promise<SendOutcome>;
  /**
   * Hands several messages over in one call; there where `supports.bulkItemsMax` is. One outcome per message, in order. Throws
   * a `ConnectorError` only when certainly none of them was taken.
   */
  sendMany?(messages: readonly OutboundMessage[], call: ConnectorCall): Promise<BulkOutcome[]>;
  /** What is left at the provider, as a decimal: points, or money. Absent where the provider does not say. */
  fetchCredit?(call: ConnectorCall): Promise<string>;
  /** Finds out what became of an attempt, without ever causing a second copy. */
  resolve(attempt: UnknownAttempt, call: ConnectorCall): Promise<ResolveOutcome>;
  /** Receipts of messages the provider has. Throws a `ConnectorError` when it cannot be asked now. */
  fetchReceipts(messages: readonly AcceptedMessage[], call: ConnectorCall): Promise<ParsedReceipt[]>;
  /** Takes a message back that the provider holds for later. Absent where it cannot; see `supports.cancels`. */
  cancel?(message: AcceptedMessage, call: ConnectorCall): Promise<CancelOutcome>;
  /** Whether a call to the webhook comes from the provider: secret path, signature. */
  isGenuine(request: WebhookRequest): boolean;
  parseWebhook(request: WebhookRequest): ParsedWebhook;
}

/** Limits and features of a provider, as its documents state them. */
export interface ProviderSupport {
  /** Longest text it takes as one message, in UTF-16 units. */
  textUnitsMax: number;
  /** Segments it carries unless `provider_configs.config.segmentsMax` says otherwise; more are silently cut off or refused. */
  segmentsMax: number;
  /** Calls at the same time, over all processes, unless `inFlightMax` says otherwise. */
  inFlightMax?: number;
  /** Messages that one `sendMany` may hand over; absent: it has none. */
  bulkItemsMax?: number;
  /** Messages that one `fetchReceipts` may ask about. */
  receiptsPerFetchMax: number;
  /** What `cancel` takes back: one message, or all that shared its call. */
  cancels?: "message" | "call";
  /** Whether `resolve` may send the message again under the same idempotency key. */
  idempotentSend: boolean;
}

/** What a connector is made of. */
export interface ConnectorDeps {
  /** The secret `sms-<provider>-credentials`: JSON, checked by the connector. */
  credentials: Secret;
  http: HttpClient;
  now(): Date;
  /** Address under which the provider reaches the gateway, without a trailing slash. */
  publicBaseUrl: string;
}

/** One provider as the registry knows it; everything of its own stays in its folder. */
export interface ConnectorDefinition {
  provider: string;
  /** Keys of `provider_configs.config` that are this provider's own, with defaults. */
  configShape: z.ZodRawShape;
  supports: ProviderSupport;
  /** Document the connector was written from. */
  source: { title: string; version: string; readOn: string };
  /** Opens no connection. Throws a `CredentialsError` that names the field when the secret does not fit. */
  create(deps: ConnectorDeps, config: unknown): SmsConnector;
}

/** Ties the type of a connector's own settings to their shape; the settings are parsed again where they enter. */
export function defineConnector<Shape extends z.ZodRawShape>(
  definition: Omit<ConnectorDefinition, "configShape" | "create"> & {
    configShape: Shape;
    create(deps: ConnectorDeps, config: z.output<z.ZodObject<Shape>>): SmsConnector;
  },
): ConnectorDefinition {
  const schema = z.object(definition.configShape);
  return { ...definition, create: (deps, config) => definition.create(deps, schema.parse(config)) };
}

/** The secret of a provider does not fit; the message names the field and the rule, never the content. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/** Reason of a `ConnectorError` thrown by `send`. */
export const isRepeatableClass = (reason: string): reason is RepeatableClass =>
  reason === "not_sent" || reason === "transient" || reason === "throttle" || reason === "account";
