import type { Contract } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { maskPhone, requireTaiwanMobile } from "../rules/phone.ts";
import { deleteSuppression, insertSuppression } from "../store/rules.ts";

export type SuppressRecipientInput = z.output<Contract["sms"]["suppressRecipient"]["input"]>;

/** Keeps promotions from a person who refused them (Personal Data Protection Act art. 20), or lifts that; both may be repeated. */
export async function suppressRecipient(
  deps: SmsDependencies,
  input: SuppressRecipientInput,
  caller: Caller,
): Promise<{ to: string; isSuppressed: boolean }> {
  const recipient = requireTaiwanMobile(input.to, "to");
  const { db } = deps.platform.database;
  if (input.lift) {
    await deleteSuppression(db, recipient);
  } else {
    const createdAt = deps.platform.clock.now();
    await insertSuppression(db, { recipient, reason: input.reason, createdBy: caller.subject, createdAt });
  }
  return { to: maskPhone(recipient), isSuppressed: !input.lift };
}
