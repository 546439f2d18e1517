import { z } from "zod";
import { daySchema, idempotencyKeySchema, idSchema, instantSchema, pageOf, pageRequestSchema } from "./common.ts";
import {
  everyone,
  managers,
  mutation,
  query,
  type Role,
  type RouterContract,
  staff,
  subscription,
} from "./procedure.ts";
import {
  messageTextSchema,
  messageTypeSchema,
  providerNameSchema,
  recipientSchema,
  SMS_VALID_SECONDS_MAX,
  smsAcceptedSchema,
  smsCountsSchema,
  smsMessageEventSchema,
  smsMessageSchema,
  smsMessageSummarySchema,
  smsPreviewSchema,
  smsProviderSchema,
  smsStatuses,
} from "./sms-fields.ts";
import {
  smsExperimentSchema,
  smsTemplateSchema,
  templateCodeSchema,
  templateFields,
  templateValuesSchema,
  variantSchema,
} from "./sms-templates.ts";

export * from "./sms-fields.ts";
export * from "./sms-templates.ts";

const managersAndServices: readonly Role[] = ["super_admin", "manager", "service"];

const priceSchema = z.string().regex(/^\d{1,6}(\.\d{1,6})?$/, "must be a decimal with at most six places, e.g. 0.85");

const sendFields = {
  idempotencyKey: idempotencyKeySchema,
  to: recipientSchema,
  provider: providerNameSchema
    .optional()
    .describe("Used alone when given; without it the gateway chooses and may fail over"),
  sendAt: instantSchema.optional().describe("Not before this instant, at most 180 days from now; at once when absent"),
  validForSeconds: z
    .int("must be whole seconds")
    .min(60, "at least 60 seconds")
    .max(SMS_VALID_SECONDS_MAX, `at most ${SMS_VALID_SECONDS_MAX} seconds`)
    .optional()
    .describe("How long the message stays useful after it may go; the usual time of its type when absent"),
};

const sendInputSchema = z.object({
  ...sendFields,
  text: messageTextSchema,
  messageType: messageTypeSchema.default("general"),
});

const byId = z.object({ id: idSchema });

export const smsContract = {
  previewMessage: query({
    summary: "Recipient, encoding and number of segments of a text; sends nothing.",
    roles: staff,
    input: z.object({ to: recipientSchema, text: messageTextSchema }),
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
      messages: z.array(sendInputSchema).min(1, "at least 1 message").max(1_000, "at most 1000 messages"),
    }),
    output: z.object({
      accepted: z.int().describe("How many were taken"),
      items: z
        .array(
          z.discriminatedUnion("outcome", [
            z.object({ outcome: z.literal("accepted"), idempotencyKey: z.string(), message: smsAcceptedSchema }),
            z.object({
              outcome: z.literal("refused"),
              idempotencyKey: z.string(),
              error: z.object({
                code: z.string().describe("As of an error of a single call"),
                reason: z.string().nullable(),
                message: z.string(),
                fields: z.array(z.object({ path: z.string(), rule: z.string() })),
              }),
            }),
          ]),
        )
        .describe("One for each message, in the order of the input"),
    }),
    rest: { method: "POST", path: "/sms/messages/batch" },
  }),
  sendTemplate: mutation({
    summary: "Takes one message made from a template. A driver may send the delivery templates only.",
    roles: everyone,
    input: z.object({
      ...sendFields,
      code: templateCodeSchema,
      values: templateValuesSchema.default({}),
      variant: variantSchema.optional().describe("Sent when given; without it the recipient's own variant is"),
    }),
    output: smsAcceptedSchema,
    rest: { method: "POST", path: "/sms/templates/{code}/send" },
  }),
  listTemplates: query({
    summary: "The templates with all their variants.",
    roles: everyone,
    input: z.object({ code: templateCodeSchema.optional() }),
    output: z.object({ items: z.array(smsTemplateSchema), nextCursor: z.string().nullable() }),
    rest: { method: "GET", path: "/sms/templates" },
  }),
  upsertTemplate: mutation({
    summary: "Writes one variant of a template. A change of text, weight or state starts a new experiment.",
    roles: managers,
    input: z.object({
      ...templateFields,
      plannedPerVariant: z
        .int()
        .min(20, "at least 20")
        .max(1_000_000, "at most 1000000")
        .optional()
        .describe("Messages each variant must have before getExperiment may name a winner; 1863 unless set"),
    }),
    output: smsTemplateSchema,
    rest: { method: "POST", path: "/sms/templates" },
  }),
  getExperiment: query({
    summary: "What the variants of a template have done, and whether one may be called the better.",
    roles: staff,
    input: z.object({ code: templateCodeSchema }),
    output: smsExperimentSchema,
    rest: { method: "GET", path: "/sms/templates/{code}/experiment" },
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
      status: z.enum(smsStatuses).optional(),
      provider: providerNameSchema.optional(),
      messageType: messageTypeSchema.optional(),
      to: recipientSchema.optional(),
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
      provider: providerNameSchema.optional(),
      messageType: messageTypeSchema.optional(),
    }),
    output: z.object({
      items: z.array(
        z.object({
          day: daySchema,
          provider: z.string().nullable().describe("Of the latest attempt; null before the first"),
          messageType: messageTypeSchema,
          ...smsCountsSchema.shape,
        }),
      ),
      total: smsCountsSchema,
      nextCursor: z.null(),
    }),
    rest: { method: "GET", path: "/sms/statistics" },
  }),
  upsertProvider: mutation({
    summary: "Writes how a provider is used. Its credentials are a secret and are not written here.",
    roles: ["super_admin"],
    input: z.object({
      provider: providerNameSchema,
      priority: z.int().min(0).max(10_000, "at most 10000").describe("Higher is preferred"),
      rateLimit: z
        .int()
        .min(0)
        .max(1_000_000, "at most 1000000")
        .describe("Messages in any 60 seconds; above 10000 there is no limit"),
      isActive: z.boolean(),
      dailyLimit: z.int().min(0).max(100_000_000, "at most 100000000").optional().describe("Messages in a Taipei day"),
      costPerMessage: priceSchema.optional().describe("NT$, added once per message"),
      costPerSegment: priceSchema.optional().describe("NT$ per segment, or per point"),
      config: z.record(z.string(), z.unknown()).default({}).describe("Overrides of the provider's defaults"),
    }),
    output: smsProviderSchema,
    rest: { method: "POST", path: "/sms/providers" },
  }),
  listProviders: query({
    summary: "The SMS providers, in order of priority, and whether each can be used now.",
    roles: staff,
    input: z.void(),
    output: z.object({ items: z.array(smsProviderSchema), nextCursor: z.string().nullable() }),
    rest: { method: "GET", path: "/sms/providers" },
  }),
  suppressRecipient: mutation({
    summary: "Keeps promotions from a recipient who refused them, or lifts that.",
    roles: staff,
    input: z.object({
      to: recipientSchema,
      reason: z.string().min(3, "at least 3 characters").max(200, "at most 200 characters"),
      lift: z.boolean().default(false).describe("True: the recipient wants promotions again"),
    }),
    output: z.object({ to: z.string().describe("Masked: 0912***678"), isSuppressed: z.boolean() }),
    rest: { method: "POST", path: "/sms/suppressions" },
  }),
  registerLink: mutation({
    summary: "Approves a link or telephone number for texts, once the provider has registered it with the carriers.",
    roles: managers,
    input: z.object({
      kind: z.enum(["url", "phone"]),
      value: z.string().min(3, "at least 3 characters").max(500, "at most 500 characters"),
      provider: providerNameSchema.optional().describe("Where it is registered; with every provider when absent"),
      matchesBelow: z.boolean().default(false).describe("Addresses below it are approved as well"),
      note: z.string().max(200, "at most 200 characters").optional(),
      remove: z.boolean().default(false).describe("True: it is approved no more"),
    }),
    output: z.object({
      kind: z.enum(["url", "phone"]),
      value: z.string().describe("In the form in which texts are compared with it"),
      provider: z.string().nullable(),
      matchesBelow: z.boolean(),
      isApproved: z.boolean(),
    }),
    rest: { method: "POST", path: "/sms/links" },
  }),
  cancelMessage: mutation({
    summary: "Stops a message that has not been handed to a provider yet.",
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
        outcome: z.enum(["was_sent", "was_not_sent"]),
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
