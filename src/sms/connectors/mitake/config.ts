import { z } from "zod";

/** Keys of `provider_configs.config` that are Mitake's own. */
export const configShape = {
  /** Name of the character set in the query: `UTF8` as the document writes it; clients of the B2C edition write `UTF-8`. */
  charset: z.enum(["UTF8", "UTF-8"]).default("UTF8"),
};

export type MitakeConfig = z.output<z.ZodObject<typeof configShape>>;
