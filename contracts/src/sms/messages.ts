import { z } from "zod";
import { idSchema, instantSchema } from "../common.ts";
import { costTwdSchema, messageTypeSchema, smsEncodings, smsStatusSchema } from "./fields.ts";

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

const measured = {
  encoding: z.enum(smsEncodings).describe("Alphabet that the text needs"),
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
  status: smsStatusSchema,
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
  status: smsStatusSchema.nullable().describe("What the code means; null when it says nothing about delivery"),
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
  attempts: z.array(smsAttemptSchema).describe("Every handing over to a provider, in order"),
  receipts: z.array(smsReceiptSchema).describe("Every receipt, also those that came too late"),
});
export type SmsMessage = z.output<typeof smsMessageSchema>;

export const smsMessageEventSchema = z.object({
  id: idSchema.describe("Of the message"),
  to: z.string().describe("Masked: 0912***678"),
  status: smsStatusSchema,
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
  segments: z.int().describe("Parts that they were sent and charged in"),
  costTwd: costTwdSchema,
});
