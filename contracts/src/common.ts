import { z } from "zod";

/** Chosen by the caller, once per intention. Same key and same body: same answer. Same key, other body: `conflict`. */
export const idempotencyKeySchema = z
  .string()
  .min(8, "at least 8 characters")
  .max(128, "at most 128 characters")
  .regex(/^[\x21-\x7e]+$/, "visible ASCII characters only, no blanks")
  .describe("Chosen by the caller, once per intention. Same key and same body: same answer; other body: `conflict`");

/** Identifier given by the gateway (UUID version 7, so rising with time). */
export const idSchema = z.uuid("must be an id given by the gateway").describe("Id given by the gateway");

/** Calendar day in Taipei, `YYYY-MM-DD`. */
export const daySchema = z.iso
  .date("must be a calendar day, YYYY-MM-DD")
  .describe("Calendar day in Taipei, `YYYY-MM-DD`");

/** Instant, ISO 8601 in UTC, e.g. `2026-01-31T16:00:00.000Z`. */
export const instantSchema = z.iso.datetime("must be an instant in UTC, ISO 8601").describe("Instant in UTC, ISO 8601");

/** Whole New Taiwan dollars. */
export const amountTwdSchema = z
  .int("must be a whole number of NT$")
  .min(0, "must not be negative")
  .max(999_999_999_999, "at most 999,999,999,999")
  .describe("Whole NT$");

export const pageRequestSchema = {
  cursor: z
    .string()
    .max(200, "at most 200 characters")
    .optional()
    .describe("`nextCursor` of the page before; the first page when absent"),
  limit: z.int().min(1, "at least 1").max(200, "at most 200").default(50).describe("Items of a page at most"),
};

/** A page of a list. `nextCursor` is `null` on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).describe("The entries of this page"),
    nextCursor: z.string().nullable().describe("For the next page; `null` on the last one"),
  });

/** Why one item of a call about many was refused, told as the error of a single call is. */
export const itemErrorSchema = z.object({
  code: z.string().describe("As of an error of a single call"),
  reason: z.string().nullable().describe("Why, from the gateway's own list"),
  message: z.string().describe("For people"),
  fields: z
    .array(
      z.object({
        path: z.string().describe("Place of the field, e.g. lines.0.quantity"),
        rule: z.string().describe("The rule that it breaks"),
      }),
    )
    .describe("Wrong fields, each with the rule it breaks"),
});
