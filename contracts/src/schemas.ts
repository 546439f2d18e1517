/** The zod schemas of every router, e.g. to check a form before it is sent: `einvoice.buyerSchema.safeParse(…)`. */
export * as banking from "./banking.ts";
export * as common from "./common.ts";
export * as einvoice from "./einvoice.ts";
export * as sms from "./sms.ts";
export * as system from "./system.ts";
