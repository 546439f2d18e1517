import { z } from "zod";

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

/** States of a message; `smsStatusSchema` says what each means. */
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
export const smsStatusSchema = z
  .enum(smsStatuses)
  .describe(
    "queued: waits for a slot. deferred: waits for a known instant. dispatching: may be on the wire. unknown: nobody knows whether it went out. submitted: accepted by the provider. sent: with the carrier. Final: delivered, undelivered, expired, rejected, cancelled, suppressed",
  );
export const costTwdSchema = z.string().describe("Exact decimal in NT$, e.g. 0.85");
