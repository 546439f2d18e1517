import { placeholderSchema } from "@luckygas/gateway-client";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { DbOrTx, Drizzle } from "../../platform/database.ts";
import type { Template } from "../rules/built-in-templates.ts";
import { sampleSize } from "../rules/statistics.ts";
import { smsExperiments, smsTemplates } from "../tables.ts";

export interface StoredTemplate extends Template {
  updatedAt: Date;
}

export interface ExperimentRow {
  code: string;
  number: number;
  plannedPerVariant: number;
  startedAt: Date;
}

/** Messages per variant with which 96 % are told from 94 % delivered, at 5 % and power 80 %. */
const PLANNED_PER_VARIANT = sampleSize(0.94, 0.96);

const placeholdersSchema = z.array(placeholderSchema);

/** Variants written by people, of one code or of all. */
export async function readTemplates(db: DbOrTx, code?: string): Promise<StoredTemplate[]> {
  const rows = await db
    .select()
    .from(smsTemplates)
    .where(code === undefined ? undefined : eq(smsTemplates.code, code));
  return rows.map(({ updatedBy: _, ...row }) => ({ ...row, placeholders: placeholdersSchema.parse(row.placeholders) }));
}

/** The running experiment of a code; the first, when nothing has been changed yet. */
export async function readExperiment(db: DbOrTx, code: string): Promise<ExperimentRow> {
  const [row] = await db.select().from(smsExperiments).where(eq(smsExperiments.code, code));
  return row ?? { code, number: 1, plannedPerVariant: PLANNED_PER_VARIANT, startedAt: new Date(0) };
}

export interface TemplateChange {
  template: Template;
  /** What stood there before, built-in or written. */
  before: Template | undefined;
  plannedPerVariant: number | undefined;
  updatedBy: string;
  now: Date;
}

/** Writes one variant; where that changes who gets which text, or the plan, the next experiment begins in the same transaction. */
export async function writeTemplate(db: Drizzle, change: TemplateChange): Promise<void> {
  const { template, before, plannedPerVariant, now, updatedBy } = change;
  const { code, variant, ...set } = { ...template, updatedBy, updatedAt: now };
  const isOtherwise =
    before?.content !== template.content || before.weight !== template.weight || before.isActive !== template.isActive;
  // A plan that is changed while its experiment runs would be chosen by its results.
  const startsNext = isOtherwise || plannedPerVariant !== undefined;
  await db.transaction(async (tx) => {
    await tx
      .insert(smsExperiments)
      .values({ code, number: 1, plannedPerVariant: PLANNED_PER_VARIANT, startedAt: now })
      .onConflictDoNothing();
    await tx
      .insert(smsTemplates)
      .values({ code, variant, ...set })
      .onConflictDoUpdate({ target: [smsTemplates.code, smsTemplates.variant], set });
    if (!startsNext) return;
    await tx
      .update(smsExperiments)
      .set({
        number: sql`${smsExperiments.number} + 1`,
        startedAt: now,
        ...(plannedPerVariant !== undefined && { plannedPerVariant }),
      })
      .where(eq(smsExperiments.code, code));
  });
}
