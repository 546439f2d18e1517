import { z } from "zod";
import { idSchema, instantSchema } from "./common.ts";

/** What a message is for. Decides its lane, how long it stays useful, and whether a possible duplicate may be risked. */
export const smsMessageTypes = [
  "general",
  "otp",
  "promotional",
  "order_confirmation",
  "out_for_delivery",
  "delivery_on_way",
  "delivery_arrived",
  "delivery_completed",
  "order_cancelled",
  "payment_reminder",
  "urgent_notification",
  "system_alert",
] as const;
export type SmsMessageType = (typeof smsMessageTypes)[number];

/**
 * `queued` waits for a slot; `deferred` waits for a known instant; `dispatching` may be on the wire; `unknown` means that
 * nobody knows whether it went out; `submitted` was accepted by the provider; `sent` is with the carrier. Final:
 * `delivered`, `undelivered`, `expired`, `rejected`, `cancelled`, `suppressed`.
 */
export const smsStatuses = [
  "queued",
  "deferred",
  "dispatching",
  "unknown",
  "submitted",
  "sent",
  "delivered",
  "undelivered",
  "expired",
  "rejected",
  "cancelled",
  "suppressed",
] as const;
export type SmsStatus = (typeof smsStatuses)[number];

/** What is known of one handing over to a provider. */
export const smsAttemptStates = ["dispatching", "unknown", "accepted", "rejected", "not_sent"] as const;
export type SmsAttemptState = (typeof smsAttemptStates)[number];

/** Why an attempt ended as it did; decides whether another provider may be tried. `ambiguous` never fails over by itself. */
export const smsOutcomeClasses = [
  "accepted",
  "not_sent",
  "transient",
  "throttle",
  "account",
  "request",
  "recipient",
  "content",
  "ambiguous",
] as const;
export type SmsOutcomeClass = (typeof smsOutcomeClasses)[number];

export const smsEncodings = ["GSM-7", "UCS-2"] as const;
export type SmsEncoding = (typeof smsEncodings)[number];

/** Longest text that any provider takes, in UTF-16 units. The provider used may take less. */
export const SMS_TEXT_UNITS_MAX = 1_600;
/** Carriers may stay silent about messages that are valid for longer than a day. */
export const SMS_VALID_SECONDS_MAX = 86_400;

export const recipientSchema = z.string().min(1, "must not be empty").max(40, "at most 40 characters");
export const messageTextSchema = z
  .string()
  .min(1, "must not be empty")
  .max(SMS_TEXT_UNITS_MAX, `at most ${SMS_TEXT_UNITS_MAX} UTF-16 units`);
export const providerNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{1,31}$/, "must be the name of a provider, e.g. every8d");
export const messageTypeSchema = z.enum(smsMessageTypes);
export const costTwdSchema = z.string().describe("Exact decimal in NT$, e.g. 0.85");

const measured = {
  encoding: z.enum(smsEncodings).describe("Character encoding of the file"),
  units: z.int().describe("Septets (GSM-7, two for the extension table) or UTF-16 units (UCS-2)"),
  segments: z.int().describe("Parts that it is sent and charged in"),
};

export const smsPreviewSchema = z.object({
  to: z.string().describe("E.164, e.g. +886912345678"),
  ...measured,
  unitsPerSegment: z.int().describe("Units that one segment of this message holds"),
  ucs2Characters: z
    .array(z.string())
    .describe("Up to ten characters that are not in the GSM alphabet and so make the whole message UCS-2"),
  providers: z
    .array(
      z.object({
        provider: z.string().describe("Name of the provider"),
        costTwd: costTwdSchema.nullable().describe("What this text would cost; null without a price"),
        obstacle: z.string().nullable().describe("Why it could not be sent through this provider as things stand"),
      }),
    )
    .describe("In order of priority"),
});
export type SmsPreview = z.output<typeof smsPreviewSchema>;

const header = {
  id: idSchema,
  to: z.string().describe("Masked: 0912***678"),
  status: z.enum(smsStatuses).describe("Where it stands"),
  messageType: messageTypeSchema.describe("What the message is for"),
  ...measured,
  createdAt: instantSchema,
  expiresAt: instantSchema.describe("After this instant it is dropped as expired rather than sent late"),
};

/** The message as it was accepted; the same key and body always give the same answer. */
export const smsAcceptedSchema = z.object({
  ...header,
  requestedProvider: z.string().nullable().describe("The provider asked for, or null when the gateway chooses"),
});
export type SmsAccepted = z.output<typeof smsAcceptedSchema>;

export const smsAttemptSchema = z.object({
  id: idSchema,
  number: z.int().describe("Counted from 1"),
  provider: z.string().describe("Name of the provider"),
  state: z.enum(smsAttemptStates).describe("Where it stands"),
  outcomeClass: z
    .enum(smsOutcomeClasses)
    .nullable()
    .describe("Why the attempt ended as it did; null while it is under way"),
  outcomeReason: z.string().nullable().describe("What happened, in words for an operator"),
  selectionReason: z.string().describe("Why this provider was chosen"),
  providerMessageId: z.string().nullable().describe("The provider's id of the message"),
  providerCode: z.string().nullable().describe("Verbatim"),
  costTwd: costTwdSchema.nullable(),
  startedAt: instantSchema,
  settledAt: instantSchema.nullable(),
});
export type SmsAttempt = z.output<typeof smsAttemptSchema>;

export const smsReceiptSchema = z.object({
  id: idSchema,
  provider: z.string().describe("Name of the provider"),
  attemptId: idSchema.nullable(),
  source: z.enum(["callback", "poll"]).describe("Called in by the provider, or found by asking it"),
  providerStatus: z.string().describe("The provider's own code, verbatim"),
  status: z.enum(smsStatuses).nullable().describe("What the code means; null when it says nothing about delivery"),
  applied: z.boolean().describe("False when a better receipt had come before"),
  providerTime: z.string().nullable().describe("As the provider wrote it"),
  receivedAt: instantSchema,
});
export type SmsReceipt = z.output<typeof smsReceiptSchema>;

const summary = {
  ...header,
  templateCode: z.string().nullable().describe("The template it was made from"),
  variant: z.string().nullable().describe("The variant of that template that was sent"),
  statusReason: z.string().nullable().describe("Why it has this status, where the status alone does not say it"),
  statusAt: instantSchema,
  requestedProvider: z.string().nullable().describe("The provider asked for; null when the gateway chooses"),
  provider: z.string().nullable().describe("The provider of the latest attempt; null before the first"),
  attemptsCount: z.int().describe("How often it was handed over"),
};

export const smsMessageSummarySchema = z.object(summary);
export type SmsMessageSummary = z.output<typeof smsMessageSummarySchema>;

export const smsMessageSchema = z.object({
  ...summary,
  text: z.string().nullable().describe("Always null for one-time codes"),
  nextAttemptAt: instantSchema.nullable().describe("When a deferred message is tried again"),
  remedy: z.string().nullable().describe("What a person can do to end a state that does not end by itself"),
  attempts: z.array(smsAttemptSchema).describe("How often it was tried"),
  receipts: z.array(smsReceiptSchema).describe("Every receipt, also those that came too late"),
});
export type SmsMessage = z.output<typeof smsMessageSchema>;

export const smsProviderSchema = z.object({
  provider: z.string().describe("Name of the provider"),
  status: z.enum(["healthy", "degraded", "unhealthy", "disabled"]).describe("Where it stands"),
  detail: z.string().nullable().describe("Why it is not healthy, and the remedy"),
  priority: z.int().describe("Higher is preferred"),
  rateLimitPerMinute: z.int().describe("Messages in any 60 seconds"),
  rateLimitRemaining: z.int().describe("What is left of that now"),
  circuitBreaker: z
    .enum(["closed", "open", "half_open"])
    .describe("open: calls are paused after failures; half_open: one is let through to see"),
  successRate: z.number().describe("Smoothed share of delivered messages, 0 to 1; 0.8 before anything is known"),
  costPerSegmentTwd: costTwdSchema.nullable(),
  credit: z.string().nullable().describe("Points or money left there, exact decimal; null when it is not known"),
  creditAt: instantSchema.nullable(),
  isCreditLow: z.boolean().describe("Below the threshold of its settings (lowCredit)"),
});
export type SmsProvider = z.output<typeof smsProviderSchema>;

export const smsSuppressionSchema = z.object({
  id: idSchema,
  to: z.string().describe("Masked: 0912***678"),
  reason: z.string().describe("Why, from the gateway's own list"),
  createdBy: z.string().describe("Who entered it; a provider's name where the recipient has told the provider to stop"),
  createdAt: instantSchema,
});
export type SmsSuppression = z.output<typeof smsSuppressionSchema>;

export const linkKindSchema = z.enum(["url", "phone"]);
export const smsApprovedLinkSchema = z.object({
  kind: linkKindSchema.describe("Which kind it is"),
  value: z.string().describe("In the form in which texts are compared with it"),
  provider: z.string().nullable().describe("Where it is registered; null: with every provider"),
  matchesBelow: z.boolean().describe("Addresses below it are approved as well"),
  note: z.string().nullable().describe("What was noted"),
  createdBy: z.string().describe("Subject of whoever made it"),
  createdAt: instantSchema,
});
export type SmsApprovedLink = z.output<typeof smsApprovedLinkSchema>;

export const smsMessageEventSchema = z.object({
  id: idSchema.describe("Of the message"),
  to: z.string().describe("Masked: 0912***678"),
  status: z.enum(smsStatuses).describe("Where it stands"),
  statusReason: z.string().nullable().describe("Why it has this status, where the status alone does not say it"),
  statusAt: instantSchema,
  messageType: messageTypeSchema.describe("What the message is for"),
  provider: z.string().nullable().describe("Name of the provider"),
});
export type SmsMessageEvent = z.output<typeof smsMessageEventSchema>;

export const smsCountsSchema = z.object({
  messages: z.int().describe("Taken on that day"),
  sent: z.int().describe("Accepted by a provider"),
  delivered: z.int().describe("Arrived on the handset"),
  failed: z.int().describe("Undelivered, expired or rejected"),
  unknown: z.int().describe("Nobody knows whether they went out"),
  pending: z.int().describe("Not handed over yet"),
  segments: z.int().describe("Parts that it is sent and charged in"),
  costTwd: costTwdSchema,
});
