import { linkProcedures } from "./sms/procedures/links.ts";
import { messageProcedures } from "./sms/procedures/messages.ts";
import { providerProcedures } from "./sms/procedures/providers.ts";
import { suppressionProcedures } from "./sms/procedures/suppressions.ts";
import { templateProcedures } from "./sms/procedures/templates.ts";

export * from "./sms/fields.ts";
export * from "./sms/links.ts";
export * from "./sms/messages.ts";
export * from "./sms/providers.ts";
export * from "./sms/suppressions.ts";
export * from "./sms/templates.ts";

/** Named by its parts, so that declarations refer to them instead of writing them out. */
type SmsContract = typeof messageProcedures &
  typeof templateProcedures &
  typeof providerProcedures &
  typeof suppressionProcedures &
  typeof linkProcedures;

/** Messages: each is durable when it is taken, and is sent soon after. */
export const smsContract: SmsContract = {
  ...messageProcedures,
  ...templateProcedures,
  ...providerProcedures,
  ...suppressionProcedures,
  ...linkProcedures,
};
