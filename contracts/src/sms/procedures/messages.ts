import { z } from "zod";
import { daySchema, idSchema, instantSchema, itemErrorSchema, pageOf, pageRequestSchema } from "../../common.ts";
import {
  everyone,
  managers,
  mutation,
  query,
  type Role,
  type RouterContract,
  staff,
  subscription,
} from "../../procedure.ts";
import {
  messageTextSchema,
  messageTypeSchema,
  providerNameSchema,
  recipientSchema,
  smsStatusSchema,
} from "../fields.ts";
import {
  smsAcceptedSchema,
  smsCountsSchema,
  smsMessageEventSchema,
  smsMessageSchema,
  smsMessageSummarySchema,
  smsPreviewSchema,
} from "../messages.ts";
import { sendFields } from "../send-fields.ts";

const managersAndServices: readonly Role[] = ["super_admin", "manager", "service"];

const sendInputSchema = z.object({
  ...sendFields,
  text: messageTextSchema.describe("Text of the message"),
  messageType: messageTypeSchema.default("general").describe("What the message is for"),
});

const byId = z.object({ id: idSchema });

/** Messages, from their acceptance to their end. */
export const messageProcedures = {
  previewMessage: query({
    summary: "Recipient, encoding and number of segments of a text; sends nothing.",
    roles: staff,
    input: z.object({
      to: recipientSchema.describe("Mobile number as people write it, or in E.164"),
      text: messageTextSchema.describe("Text of the message"),
    }),
    output: smsPreviewSchema,
    rest: { method: "POST", path: "/sms/preview" },
  }),
  sendMessage: mutation({
    summary: "Takes one message; it is durable when this answers, and is sent soon after.",
    roles: staff,
    input: sendInputSchema,
    output: smsAcceptedSchema,
    rest: { method: "POST", path: "/sms/messages" },
  }),
  sendMessages: mutation({
    summary: "Takes up to 1,000 messages; each is taken or refused by itself.",
    roles: managersAndServices,
    input: z.object({
      messages: z
        .array(sendInputSchema)
        .min(1, "at least 1 message")
        .max(1_000, "at most 1000 messages")
        .describe("Each is taken or refused by itself"),
    }),
    output: z.object({
      accepted: z.int().describe("How many were taken"),
      items: z
        .array(
          z.discriminatedUnion("outcome", [
            z.object({
              outcome: z.literal("accepted"),
              idempotencyKey: z.string().describe("Key of the message"),
              message: smsAcceptedSchema.describe("The message as it was taken"),
            }),
            z.object({
              outcome: z.literal("refused"),
              idempotencyKey: z.string().describe("Key of the message"),
              error: itemErrorSchema,
            }),
          ]),
        )
        .describe("One for each message, in the order of the input"),
    }),
    rest: { method: "POST", path: "/sms/messages/batch" },
  }),
  getMessage: query({
    summary: "One message with its attempts and receipts. A driver sees only own messages.",
    roles: everyone,
    input: byId,
    output: smsMessageSchema,
    rest: { method: "GET", path: "/sms/messages/{id}" },
  }),
  listMessages: query({
    summary: "Messages, newest first. A driver sees only own messages.",
    roles: everyone,
    input: z.object({
      status: smsStatusSchema.optional(),
      provider: providerNameSchema.optional().describe("Name of the provider"),
      messageType: messageTypeSchema.optional().describe("What the message is for"),
      to: recipientSchema.optional().describe("Mobile number in Taiwan as people write it, or in E.164"),
      createdFrom: instantSchema.optional(),
      createdBefore: instantSchema.optional(),
      ...pageRequestSchema,
    }),
    output: pageOf(smsMessageSummarySchema),
    rest: { method: "GET", path: "/sms/messages" },
  }),
  watchMessages: subscription({
    summary: "Every change of a message's state, as it happens. A driver is told of own messages only.",
    roles: everyone,
    input: z.object({
      ids: z.array(idSchema).min(1).max(200, "at most 200 ids").optional().describe("Only these messages"),
      lastEventId: z
        .string()
        .regex(/^[0-9]{1,15}\.[0-9a-f-]{36}$/, "must be the id of an event")
        .optional()
        .describe("Goes on after this event; from now on when absent"),
    }),
    output: smsMessageEventSchema,
  }),
  getStatistics: query({
    summary: "Messages and their cost by day, provider and type.",
    roles: managersAndServices,
    input: z.object({
      from: daySchema.describe("First day, Taipei"),
      to: daySchema.describe("Last day, Taipei; at most 92 days"),
      provider: providerNameSchema.optional().describe("Name of the provider"),
      messageType: messageTypeSchema.optional().describe("What the message is for"),
    }),
    output: z.object({
      items: z
        .array(
          z.object({
            day: daySchema,
            provider: z.string().nullable().describe("Of the latest attempt; null before the first"),
            messageType: messageTypeSchema.describe("What the message is for"),
            ...smsCountsSchema.shape,
          }),
        )
        .describe("One for each day, provider and type"),
      total: smsCountsSchema.describe("Sum of the items"),
      nextCursor: z.null().describe("Always null: the list is whole"),
    }),
    rest: { method: "GET", path: "/sms/statistics" },
  }),
  cancelMessage: mutation({
    summary: "Stops a message that has not been handed to a provider yet, or that its provider still holds for later.",
    roles: staff,
    input: byId,
    output: smsMessageSummarySchema,
    rest: { method: "POST", path: "/sms/messages/{id}/cancel" },
  }),
  retryMessage: mutation({
    summary: "Sends a message again that has ended without being delivered. Repeated, it sends no further copy.",
    roles: staff,
    input: byId,
    output: smsMessageSummarySchema,
    rest: { method: "POST", path: "/sms/messages/{id}/retry" },
  }),
  settleUnknown: mutation({
    summary: "A person decides what became of a message whose outcome nobody knows.",
    roles: managers,
    input: z
      .object({
        id: idSchema,
        outcome: z.enum(["was_sent", "was_not_sent"]).describe("What came of it"),
        resend: z
          .boolean()
          .default(false)
          .describe("Only with was_not_sent: send it again instead of ending it as rejected"),
        note: z
          .string()
          .min(3, "at least 3 characters")
          .max(500, "at most 500 characters")
          .describe("How it was found out"),
      })
      .refine((input) => input.outcome === "was_not_sent" || !input.resend, {
        path: ["resend"],
        message: "only a message that was not sent can be sent again",
      }),
    output: smsMessageSummarySchema,
    rest: { method: "POST", path: "/sms/messages/{id}/settle" },
  }),
} satisfies RouterContract;
