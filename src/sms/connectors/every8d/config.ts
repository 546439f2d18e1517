import { z } from "zod";

/** Keys of `provider_configs.config` that are Every8d's own. */
export const configShape = {
  /** `password`: UID and PWD in every form. `token`: a bearer token, renewed well before its eight hours. */
  auth: z.enum(["password", "token"]).default("password"),
};

export type Every8dConfig = z.output<z.ZodObject<typeof configShape>>;
