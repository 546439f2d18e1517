import { z } from "zod";
import { instantSchema } from "../common.ts";
import { messageTypeSchema } from "./fields.ts";

/** Templates a driver may send. */
export const driverTemplateCodes = [
  "out_for_delivery",
  "delivery_on_way",
  "delivery_arrived",
  "delivery_completed",
] as const;

export const templateCodeSchema = z.string().regex(/^[a-z][a-z0-9_]{1,49}$/, "must be a code, e.g. order_confirmation");
export const variantSchema = z.string().regex(/^[A-Z][A-Z0-9]{0,7}$/, "must be a variant, e.g. A");
const placeholderNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "must be a name, e.g. order_id")
  .describe("Name of the placeholder");

/** What a placeholder takes. The value is checked before anything is sent. */
export const placeholderSchema = z.discriminatedUnion("type", [
  z.object({
    name: placeholderNameSchema,
    type: z.literal("text").describe("One line of text"),
    maxLength: z.int().min(1, "at least 1").max(500, "at most 500").default(60).describe("In UTF-16 units"),
  }),
  z.object({
    name: placeholderNameSchema,
    type: z.literal("integer").describe("Whole number"),
    min: z.int().default(0).describe("Least value"),
    max: z.int().default(999_999_999).describe("Greatest value"),
  }),
  z.object({
    name: placeholderNameSchema,
    type: z.literal("date").describe("Calendar day YYYY-MM-DD; sent as month/day, e.g. 1/20"),
  }),
  z.object({ name: placeholderNameSchema, type: z.literal("time").describe("Time of day HH:MM") }),
]);
export type SmsPlaceholder = z.output<typeof placeholderSchema>;

const content = z.string().min(1, "must not be empty").max(1_000, "at most 1000 UTF-16 units");

export const templateFields = {
  code: templateCodeSchema.describe("Code of the template"),
  variant: variantSchema.default("A").describe("Variant of the template, e.g. A"),
  name: z.string().min(1, "must not be empty").max(100, "at most 100 characters").describe("Name for people"),
  description: z
    .string()
    .max(500, "at most 500 characters")
    .nullable()
    .default(null)
    .describe("For people: what it is for"),
  content: content.describe(
    "Text with {placeholders}; every other character is sent as it stands, e.g. the $ before {amount}",
  ),
  placeholders: z
    .array(placeholderSchema)
    .max(20, "at most 20 placeholders")
    .describe("Exactly those of the text, each with its type"),
  messageType: messageTypeSchema.describe("What the message is for"),
  language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, "must be a language, e.g. zh-TW")
    .default("zh-TW")
    .describe("Language of the text, e.g. zh-TW"),
  weight: z
    .int("must be a whole number")
    .min(0, "at least 0")
    .max(100, "at most 100")
    .default(100)
    .describe("Share of the recipients that get this variant, beside the weights of the others"),
  isActive: z.boolean().default(true).describe("Whether it is in use"),
};

export const smsTemplateSchema = z.object({
  ...templateFields,
  isBuiltIn: z.boolean().describe("Comes with the gateway and has not been changed"),
  updatedAt: instantSchema.nullable(),
});
export type SmsTemplate = z.output<typeof smsTemplateSchema>;

/** Values of the placeholders, by name. */
export const templateValuesSchema = z
  .record(placeholderNameSchema, z.union([z.string().max(500, "at most 500 characters"), z.number()]))
  .refine((values) => Object.keys(values).length <= 20, "at most 20 values");

const countSchema = z.int();

export const smsExperimentSchema = z.object({
  experiment: z.string().describe("Code and number; every change of a variant begins the next one"),
  startedAt: instantSchema.nullable(),
  plannedPerVariant: countSchema.describe(
    "No winner is named before each variant has so many messages that have ended",
  ),
  variants: z.array(
    z
      .object({
        variant: z.string(),
        weight: z.int().describe("Share of the recipients beside the other weights"),
        assigned: countSchema.describe("Messages it was drawn for"),
        sent: countSchema.describe("Of those, accepted by a provider"),
        delivered: countSchema.describe("Arrived on the handset"),
        failed: countSchema.describe("Ended without arriving, or refused"),
        deliveryRate: z.number().nullable().describe("Delivered of those that have ended; null before the first"),
        interval: z
          .object({ low: z.number().describe("Lower end"), high: z.number().describe("Upper end") })
          .describe("Wilson's 95 % interval of that rate"),
        providers: z.array(
          z.object({
            provider: z.string().describe("Name of the provider"),
            sent: countSchema.describe("Accepted by it"),
            delivered: countSchema.describe("Arrived on the handset"),
            failed: countSchema.describe("Ended without arriving"),
          }),
        ),
      })
      .describe("Every variant, with what it has done"),
  ),
  comparisons: z
    .array(
      z.object({
        a: z.string().describe("One variant"),
        b: z.string().describe("The other variant"),
        z: z.number().nullable().describe("Above zero: b is delivered more often. Compared within each provider"),
        p: z.number().nullable().describe("Two-sided"),
        probabilityBetter: z.number().nullable().describe("That b's true share is the larger one"),
      }),
    )
    .describe("Of the first planned messages of each variant"),
  sampleRatio: z
    .object({
      chiSquare: z.number().describe("Pearson's chi-square"),
      p: z.number().describe("Probability of so large a difference by chance"),
    })
    .describe("Whether the variants were drawn as their weights say; a p below 0.001 makes the experiment void"),
  state: z.enum(["running", "sample_ratio_mismatch", "no_difference", "winner"]).describe("Where it stands"),
  winner: z.string().nullable().describe("The better variant; null before one may be named"),
  reason: z.string().describe("What the state rests on, for people"),
});
export type SmsExperiment = z.output<typeof smsExperimentSchema>;
