import { type Contract, idSchema, type SmsSuppression } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { maskPhone, requireTaiwanMobile } from "../rules/phone.ts";
import { listSuppressionRows, type SuppressionRow } from "../store/rules.ts";

export type ListSuppressionsInput = z.output<Contract["sms"]["listSuppressions"]["input"]>;

/** Who gets no promotions, latest first, the numbers masked; the cursor is the place of the last one shown. */
export async function listSuppressions(
  deps: SmsDependencies,
  input: ListSuppressionsInput,
): Promise<{ items: SmsSuppression[]; nextCursor: string | null }> {
  const recipient = input.to === undefined ? undefined : requireTaiwanMobile(input.to, "to");
  const after = input.cursor === undefined ? undefined : placeOf(input.cursor);
  const rows = await listSuppressionRows(deps.platform.database.db, { recipient, after }, input.limit + 1);
  const shown = rows.slice(0, input.limit);
  const last = rows.length > input.limit ? shown.at(-1) : undefined;
  return { items: shown.map(suppressionOf), nextCursor: last ? `${last.createdAt.getTime()}.${last.id}` : null };
}

function suppressionOf({ id, recipient, reason, createdBy, createdAt }: SuppressionRow): SmsSuppression {
  return { id, to: maskPhone(recipient), reason, createdBy, createdAt: createdAt.toISOString() };
}

function placeOf(cursor: string): { createdAt: Date; id: string } {
  const [, time = "", id = ""] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (!idSchema.safeParse(id).success) throw invalidInput("cursor", "must be the nextCursor of an earlier page");
  return { createdAt: new Date(Number(time)), id };
}
