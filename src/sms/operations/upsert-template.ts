import type { Contract, SmsTemplate } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { checkTemplate } from "../rules/templates.ts";
import { checkText } from "../rules/text.ts";
import { writeTemplate } from "../store/templates.ts";
import { presentTemplates, templateView } from "./templates.ts";

export type UpsertTemplateInput = z.output<Contract["sms"]["upsertTemplate"]["input"]>;

const VARIANTS_MAX = 10;

/** Writes one variant. Refuses a text whose placeholders are not those that are declared. */
export async function upsertTemplate(
  deps: SmsDependencies,
  input: UpsertTemplateInput,
  caller: Caller,
): Promise<SmsTemplate> {
  const { plannedPerVariant, ...template } = input;
  checkText(template.content, "content");
  checkTemplate(template.content, template.placeholders);
  const present = await presentTemplates(deps, template.code);
  const before = present.find(({ variant }) => variant === template.variant);
  if (!before && present.length >= VARIANTS_MAX) throw invalidInput("variant", `at most ${VARIANTS_MAX} variants`);
  const now = deps.platform.clock.now();
  await writeTemplate(deps.platform.database.db, {
    template,
    before,
    plannedPerVariant,
    updatedBy: caller.subject,
    now,
  });
  return templateView({ ...template, updatedAt: now });
}
