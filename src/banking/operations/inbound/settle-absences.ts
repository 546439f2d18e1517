import { taipeiDayStart } from "../../../platform/taipei-time.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { lockBatch } from "../../store/batches.ts";
import { latestPollAt } from "../../store/inbound.ts";
import { insertPostings, listOpenBatches, settleByAbsence } from "../../store/postings.ts";
import { acknowledge } from "./post-reply.ts";

const BATCHES_MAX = 50;

/**
 * Where a layout lists only what came back, an item that is not among the returns was paid once their window has closed
 * (Taiwan Clearing House, ACH R01). The window closes with the last banking day in it, and only counts as closed when the
 * bank's folder was looked into after that.
 */
export async function settleAbsences(deps: BankingDependencies, bank: Bank): Promise<void> {
  const { absence, returnWindowDays } = bank.reply.description;
  if (absence !== "success_after_window") return;
  const lookedAt = await latestPollAt(deps.db, bank.key);
  if (!lookedAt) return;
  const calendar = await deps.calendarOf(bank);
  for (const { id, paymentDate } of await listOpenBatches(deps.db, bank.key, BATCHES_MAX)) {
    const lastDay = calendar.bankingDayAfter(paymentDate, returnWindowDays);
    if (lookedAt < taipeiDayStart(lastDay, 1)) continue;
    await deps.db.transaction(async (tx) => {
      const batch = await lockBatch(tx, id);
      if (batch?.status !== "sent" && batch?.status !== "acknowledged") return;
      const now = deps.clock.now();
      const paid = await settleByAbsence(tx, id);
      await insertPostings(
        tx,
        paid.map((item) => ({
          itemId: item.id,
          batchId: id,
          kind: "debit",
          amount: item.amount,
          fileId: null,
          postedAt: now,
        })),
      );
      await acknowledge(tx, batch, now);
    });
  }
}
