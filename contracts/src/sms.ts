import { z } from "zod";
import { idempotencyKeySchema, idSchema, instantSchema, pageOf, pageRequestSchema } from "./common.ts";
import { managers, mutation, query, type RouterContract, staff } from "./procedure.ts";

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

const recipientSchema = z.string().min(1, "must not be empty").max(40, "at most 40 characters");
const textSchema = z
  .string()
  .min(1, "must not be empty")
  .max(SMS_TEXT_UNITS_MAX, `at most ${SMS_TEXT_UNITS_MAX} UTF-16 units`);
const providerSchema = z.string().regex(/^[a-z][a-z0-9_]{1,31}$/, "must be the name of a provider, e.g. every8d");
const messageTypeSchema = z.enum(smsMessageTypes);
/** Exact decimal, e.g. `0.85`. */
const costTwdSchema = z.string();

const measured = {
  encoding: z.enum(smsEncodings),
  /** Septets (GSM-7, two for the extension table) or UTF-16 units (UCS-2). */
  units: z.int(),
  segments: z.int(),
};

export const smsPreviewSchema = z.object({
  /** E.164, e.g. `+886912345678`. */
  to: z.string(),
  ...measured,
  /** Units that one segment of this message holds. */
  unitsPerSegment: z.int(),
  /** Up to ten characters that are not in the GSM alphabet and so make the whole message UCS-2. */
  ucs2Characters: z.array(z.string()),
});
export type SmsPreview = z.output<typeof smsPreviewSchema>;

const header = {
  id: idSchema,
  /** Masked: `0912***678`. */
  to: z.string(),
  status: z.enum(smsStatuses),
  messageType: messageTypeSchema,
  ...measured,
  createdAt: instantSchema,
  /** After this instant it is dropped as `expired` rather than sent late. */
  expiresAt: instantSchema,
};

/** The message as it was accepted; the same key and body always give the same answer. */
export const smsAcceptedSchema = z.object({
  ...header,
  /** The provider asked for, or `null` when the gateway chooses. */
  requestedProvider: z.string().nullable(),
});
export type SmsAccepted = z.output<typeof smsAcceptedSchema>;

export const smsAttemptSchema = z.object({
  id: idSchema,
  number: z.int(),
  provider: z.string(),
  state: z.enum(smsAttemptStates),
  outcomeClass: z.enum(smsOutcomeClasses).nullable(),
  /** What happened, in words for an operator. */
  outcomeReason: z.string().nullable(),
  /** Why this provider was chosen. */
  selectionReason: z.string(),
  providerMessageId: z.string().nullable(),
  /** Verbatim. */
  providerCode: z.string().nullable(),
  costTwd: costTwdSchema.nullable(),
  startedAt: instantSchema,
  settledAt: instantSchema.nullable(),
});
export type SmsAttempt = z.output<typeof smsAttemptSchema>;

export const smsReceiptSchema = z.object({
  id: idSchema,
  provider: z.string(),
  attemptId: idSchema.nullable(),
  /** Called in by the provider, or found by asking it. */
  source: z.enum(["callback", "poll"]),
  /** The provider's own code, verbatim. */
  providerStatus: z.string(),
  /** What the code means; `null` when it says nothing about delivery. */
  status: z.enum(smsStatuses).nullable(),
  /** False when a better receipt had come before. */
  applied: z.boolean(),
  /** As the provider wrote it. */
  providerTime: z.string().nullable(),
  receivedAt: instantSchema,
});
export type SmsReceipt = z.output<typeof smsReceiptSchema>;

const summary = {
  ...header,
  /** Why it has this status, where the status alone does not say it. */
  statusReason: z.string().nullable(),
  statusAt: instantSchema,
  requestedProvider: z.string().nullable(),
  /** The provider of the latest attempt; `null` before the first. */
  provider: z.string().nullable(),
  attemptsCount: z.int(),
};

export const smsMessageSummarySchema = z.object(summary);
export type SmsMessageSummary = z.output<typeof smsMessageSummarySchema>;

export const smsMessageSchema = z.object({
  ...summary,
  /** Always `null` for one-time codes. */
  text: z.string().nullable(),
  /** When a deferred message is tried again. */
  nextAttemptAt: instantSchema.nullable(),
  /** What a person can do to end a state that does not end by itself. */
  remedy: z.string().nullable(),
  attempts: z.array(smsAttemptSchema),
  receipts: z.array(smsReceiptSchema),
});
export type SmsMessage = z.output<typeof smsMessageSchema>;

export const smsProviderSchema = z.object({
  provider: z.string(),
  status: z.enum(["healthy", "degraded", "unhealthy", "disabled"]),
  /** Why it is not healthy, and the remedy. */
  detail: z.string().nullable(),
  priority: z.int(),
  rateLimitPerMinute: z.int(),
  rateLimitRemaining: z.int(),
  circuitBreaker: z.enum(["closed", "open", "half_open"]),
  /** Smoothed share of delivered messages, 0 to 1; 0.8 before anything is known. */
  successRate: z.number(),
  costPerSegmentTwd: costTwdSchema.nullable(),
});
export type SmsProvider = z.output<typeof smsProviderSchema>;

const byId = z.object({ id: idSchema });

export const smsContract = {
  previewMessage: query({
    summary: "Recipient, encoding and number of segments of a text; sends nothing.",
    roles: staff,
    input: z.object({ to: recipientSchema, text: textSchema }),
    output: smsPreviewSchema,
    rest: { method: "POST", path: "/sms/preview" },
  }),
  sendMessage: mutation({
    summary: "Takes one message; it is durable when this answers, and is sent soon after.",
    // Drivers get the delivery templates only, which are not free text.
    roles: staff,
    input: z.object({
      idempotencyKey: idempotencyKeySchema,
      to: recipientSchema,
      text: textSchema,
      messageType: messageTypeSchema.default("general"),
      /** Used alone when given; without it the gateway chooses and may fail over. */
      provider: providerSchema.optional(),
      /** How long the message stays useful; the usual time of its type when absent. */
      validForSeconds: z
        .int("must be whole seconds")
        .min(60, "at least 60 seconds")
        .max(SMS_VALID_SECONDS_MAX, `at most ${SMS_VALID_SECONDS_MAX} seconds`)
        .optional(),
    }),
    output: smsAcceptedSchema,
    rest: { method: "POST", path: "/sms/messages" },
  }),
  getMessage: query({
    summary: "One message with its attempts and receipts.",
    roles: staff,
    input: byId,
    output: smsMessageSchema,
    rest: { method: "GET", path: "/sms/messages/{id}" },
  }),
  listMessages: query({
    summary: "Messages, newest first.",
    roles: staff,
    input: z.object({
      status: z.enum(smsStatuses).optional(),
      provider: providerSchema.optional(),
      messageType: messageTypeSchema.optional(),
      to: recipientSchema.optional(),
      createdFrom: instantSchema.optional(),
      createdBefore: instantSchema.optional(),
      ...pageRequestSchema,
    }),
    output: pageOf(smsMessageSummarySchema),
    rest: { method: "GET", path: "/sms/messages" },
  }),
  listProviders: query({
    summary: "The SMS providers, in order of priority, and whether each can be used now.",
    roles: staff,
    input: z.void(),
    output: z.object({ items: z.array(smsProviderSchema), nextCursor: z.string().nullable() }),
    rest: { method: "GET", path: "/sms/providers" },
  }),
  cancelMessage: mutation({
    summary: "Stops a message that has not been handed to a provider yet.",
    roles: staff,
    input: byId,
    output: smsMessageSummarySchema,
    rest: { method: "POST", path: "/sms/messages/{id}/cancel" },
  }),
  settleUnknown: mutation({
    summary: "A person decides what became of a message whose outcome nobody knows.",
    roles: managers,
    input: z
      .object({
        id: idSchema,
        outcome: z.enum(["was_sent", "was_not_sent"]),
        /** Only with `was_not_sent`: send it again instead of ending it as `rejected`. */
        resend: z.boolean().default(false),
        /** How it was found out. */
        note: z.string().min(3, "at least 3 characters").max(500, "at most 500 characters"),
      })
      .refine((input) => input.outcome === "was_not_sent" || !input.resend, {
        path: ["resend"],
        message: "only a message that was not sent can be sent again",
      }),
    output: smsMessageSummarySchema,
    rest: { method: "POST", path: "/sms/messages/{id}/settle" },
  }),
} satisfies RouterContract;
