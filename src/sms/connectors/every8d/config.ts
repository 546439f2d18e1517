import { z } from "zod";

/** Keys of `provider_configs.config` that are Every8d's own. */
export const configShape = {
  /** `password`: UID and PWD in every form. `token`: a bearer token, renewed well before its eight hours. */
  auth: z.enum(["password", "token"]).default("password"),
  /** Messages that one `SendParam` call may hand over; 1: every message has a call of its own. */
  bulkItemsMax: z.int().min(1).max(1_000).default(100),
};

export type Every8dConfig = z.output<z.ZodObject<typeof configShape>>;
