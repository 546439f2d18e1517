import { z } from "zod";
import {
  daySchema,
  idempotencyKeySchema,
  idSchema,
  instantSchema,
  itemErrorSchema,
  pageOf,
  pageRequestSchema,
} from "./common.ts";
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
  linkKindSchema,
  messageTextSchema,
  messageTypeSchema,
  providerNameSchema,
  recipientSchema,
  SMS_VALID_SECONDS_MAX,
  smsAcceptedSchema,
  smsApprovedLinkSchema,
  smsCountsSchema,
  smsMessageEventSchema,
  smsMessageSchema,
  smsMessageSummarySchema,
  smsPreviewSchema,
  smsProviderSchema,
  smsStatuses,
  smsSuppressionSchema,
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
  to: recipientSchema.describe("Mobile number in Taiwan as people write it, or in E.164"),
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
  text: messageTextSchema.describe("Text of the message"),
  messageType: messageTypeSchema.default("general").describe("What the message is for"),
});

const byId = z.object({ id: idSchema });
const suppressionReason = z.string().min(3, "at least 3 characters").max(200, "at most 200 characters");
const suppressionOutput = z.object({
  to: z.string().describe("Masked: 0912***678"),
  isSuppressed: z.boolean().describe("Whether promotions are kept from the recipient"),
});

export const smsContract = {
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
              outcome: z.literal("refused").describe("What came of it"),
              idempotencyKey: z.string().describe("Key of the call it is about"),
              error: itemErrorSchema,
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
      code: templateCodeSchema.describe("Code of the template"),
      values: templateValuesSchema.default({}).describe("Values of the placeholders, by name"),
      variant: variantSchema.optional().describe("Sent when given; without it the recipient's own variant is"),
    }),
    output: smsAcceptedSchema,
    rest: { method: "POST", path: "/sms/templates/{code}/send" },
  }),
  listTemplates: query({
    summary: "The templates with all their variants.",
    roles: everyone,
    input: z.object({ code: templateCodeSchema.optional().describe("Code of the template; all of them when absent") }),
    output: z.object({
      items: z.array(smsTemplateSchema).describe("Every variant of every template"),
      nextCursor: z.string().nullable().describe("Null: the list is whole"),
    }),
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
    input: z.object({ code: templateCodeSchema.describe("Code of the template") }),
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
      status: z.enum(smsStatuses).optional().describe("Where it stands"),
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
      items: z.array(
        z
          .object({
            day: daySchema,
            provider: z.string().nullable().describe("Of the latest attempt; null before the first"),
            messageType: messageTypeSchema.describe("What the message is for"),
            ...smsCountsSchema.shape,
          })
          .describe("The entries, in order"),
      ),
      total: smsCountsSchema.describe("Sum of the items"),
      nextCursor: z.null().describe("For the next page; null on the last one"),
    }),
    rest: { method: "GET", path: "/sms/statistics" },
  }),
  upsertProvider: mutation({
    summary: "Writes how a provider is used. Its credentials are a secret and are not written here.",
    roles: ["super_admin"],
    input: z.object({
      provider: providerNameSchema.describe("Name of the provider"),
      priority: z.int().min(0).max(10_000, "at most 10000").describe("Higher is preferred"),
      rateLimit: z
        .int()
        .min(0)
        .max(1_000_000, "at most 1000000")
        .describe("Messages in any 60 seconds; above 10000 there is no limit"),
      isActive: z.boolean().describe("Whether it is in use"),
      dailyLimit: z.int().min(0).max(100_000_000, "at most 100000000").optional().describe("Messages in a Taipei day"),
      costPerMessage: priceSchema.optional().describe("NT$, added once per message"),
      costPerSegment: priceSchema.optional().describe("NT$ per segment, or per point"),
      config: z.record(z.string(), z.unknown()).default({}).describe("Overrides of the provider's defaults"),
    }),
    output: smsProviderSchema,
    rest: { method: "POST", path: "/sms/providers" },
  }),
  getProviderSettings: query({
    summary: "How a provider is used, as upsertProvider takes it. Its credentials are a secret and not shown.",
    roles: managers,
    input: z.object({ provider: providerNameSchema.describe("Name of the provider") }),
    output: z.object({
      provider: z.string().describe("Name of the provider"),
      priority: z.int().describe("Higher is preferred"),
      rateLimit: z.int().describe("Messages in any 60 seconds; above 10000 there is no limit"),
      isActive: z.boolean().describe("Whether it is in use"),
      dailyLimit: z.int().nullable().describe("Messages in a Taipei day; null: no limit"),
      costPerMessage: z.string().nullable().describe("NT$, added once per message"),
      costPerSegment: z.string().nullable().describe("NT$ per segment, or per point"),
      config: z.record(z.string(), z.unknown()).describe("Overrides of the provider's defaults"),
    }),
    rest: { method: "GET", path: "/sms/providers/{provider}/settings" },
  }),
  listProviders: query({
    summary: "The SMS providers, in order of priority, and whether each can be used now.",
    roles: staff,
    input: z.void(),
    output: z.object({
      items: z.array(smsProviderSchema).describe("In order of priority"),
      nextCursor: z.string().nullable().describe("Null: the list is whole"),
    }),
    rest: { method: "GET", path: "/sms/providers" },
  }),
  suppressRecipient: mutation({
    summary: "Keeps promotions from a recipient who refused them, or lifts that.",
    roles: staff,
    input: z.object({
      to: recipientSchema.describe("Mobile number in Taiwan as people write it, or in E.164"),
      reason: suppressionReason,
      lift: z.boolean().default(false).describe("True: the recipient wants promotions again"),
    }),
    output: suppressionOutput,
    rest: { method: "POST", path: "/sms/suppressions" },
  }),
  listSuppressions: query({
    summary: "Recipients who get no promotions, latest first; or whether one number is among them.",
    roles: staff,
    input: z.object({ to: recipientSchema.optional(), ...pageRequestSchema }),
    output: pageOf(smsSuppressionSchema),
    rest: { method: "GET", path: "/sms/suppressions" },
  }),
  liftSuppression: mutation({
    summary: "Takes an entry off the list of those who get no promotions, by its id.",
    roles: staff,
    input: z.object({ id: idSchema, reason: suppressionReason }),
    output: suppressionOutput,
    rest: { method: "POST", path: "/sms/suppressions/{id}/lift" },
  }),
  registerLink: mutation({
    summary: "Approves a link or telephone number for texts, once the provider has registered it with the carriers.",
    roles: managers,
    input: z.object({
      kind: linkKindSchema.describe("Which kind it is"),
      value: z
        .string()
        .min(3, "at least 3 characters")
        .max(500, "at most 500 characters")
        .describe("The link or the number"),
      provider: providerNameSchema.optional().describe("Where it is registered; with every provider when absent"),
      matchesBelow: z.boolean().default(false).describe("Addresses below it are approved as well"),
      note: z.string().max(200, "at most 200 characters").optional().describe("What was noted"),
      remove: z.boolean().default(false).describe("True: it is approved no more"),
    }),
    output: z.object({
      kind: linkKindSchema.describe("Which kind it is"),
      value: z.string().describe("In the form in which texts are compared with it"),
      provider: z.string().nullable().describe("Name of the provider"),
      matchesBelow: z.boolean().describe("Addresses below it are approved as well"),
      isApproved: z.boolean().describe("Whether it is approved now"),
    }),
    rest: { method: "POST", path: "/sms/links" },
  }),
  listLinks: query({
    summary: "The links and telephone numbers that texts may contain.",
    roles: staff,
    input: z.object({
      kind: linkKindSchema.optional().describe("Which kind it is"),
      provider: providerNameSchema.optional().describe("Those that hold for this provider"),
      ...pageRequestSchema,
    }),
    output: pageOf(smsApprovedLinkSchema),
    rest: { method: "GET", path: "/sms/links" },
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
