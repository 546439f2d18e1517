import { z } from "zod";

/** Keys of `provider_configs.config` that are Twilio's own. */
export const configShape = {
  /** After this long a message that Twilio does not list was certainly not created. */
  absentAfterSeconds: z.int().min(60).max(3_600).default(300),
};

export type TwilioConfig = z.output<z.ZodObject<typeof configShape>>;
