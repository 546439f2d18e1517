import type { SmsPreview } from "@luckygas/gateway-client";
import { requireTaiwanMobile } from "../rules/phone.ts";
import { measureText } from "../rules/segments.ts";
import { checkText } from "../rules/text.ts";

/** Recipient in E.164, encoding and segments; nothing is stored or sent. Throws `invalid_input` naming the field. */
export function previewMessage(input: { to: string; text: string }): SmsPreview {
  const to = requireTaiwanMobile(input.to, "to");
  checkText(input.text, "text");
  return { to, ...measureText(input.text) };
}
