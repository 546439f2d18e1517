import type { SmsTemplate } from "@luckygas/gateway-client";
import type { SmsDependencies } from "../dependencies.ts";
import { builtInTemplates, type Template } from "../rules/built-in-templates.ts";
import { readTemplates } from "../store/templates.ts";

/** A variant as it stands now: written by a person, or built in. */
export interface PresentTemplate extends Template {
  updatedAt: Date | undefined;
}

/** All variants, of one code or of all, in the order of code and variant. What people have written stands before what is built in. */
export async function presentTemplates(deps: SmsDependencies, code?: string): Promise<PresentTemplate[]> {
  const written = await readTemplates(deps.platform.database.db, code);
  const builtIn = builtInTemplates.filter(
    (one) =>
      (code === undefined || one.code === code) &&
      !written.some((other) => other.code === one.code && other.variant === one.variant),
  );
  return [...written, ...builtIn.map((one) => ({ ...one, updatedAt: undefined }))].sort((a, b) =>
    `${a.code} ${a.variant}` < `${b.code} ${b.variant}` ? -1 : 1,
  );
}

export function templateView(template: PresentTemplate): SmsTemplate {
  const { updatedAt, ...fields } = template;
  return { ...fields, isBuiltIn: updatedAt === undefined, updatedAt: updatedAt?.toISOString() ?? null };
}

/** The templates with all their variants. */
export async function listTemplates(
  deps: SmsDependencies,
  input: { code?: string | undefined },
): Promise<{ items: SmsTemplate[]; nextCursor: null }> {
  return { items: (await presentTemplates(deps, input.code)).map(templateView), nextCursor: null };
}
