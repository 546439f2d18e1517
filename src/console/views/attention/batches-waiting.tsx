import { money } from "../../lib/format.ts";
import { batchStatusLabels, heldReasonTexts } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Section } from "../../ui/layout.tsx";
import { Todo } from "../../ui/todo.tsx";
import { CancelBatch, SendBatch, SettleBatch } from "../banking/batch-actions.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["銀行批次", "Bank batches"],
  indeterminate: [
    "傳送在最後一步中斷，可能已在銀行。向銀行查證後判定；切勿重建同一批，可能重複扣款。",
    "The transfer broke at its last step and may be at the bank. Ask the bank, then settle; never make the same batch anew, it might debit twice.",
  ],
} satisfies Words;

interface Props {
  batches: Attention["batches"];
  session: Session;
  onDone(): void;
}

export function BatchesWaiting({ batches, session, onDone }: Props) {
  const t = useWords(words);
  const language = useLanguage();
  if (batches.length === 0) return null;
  return (
    <Section title={t("title")}>
      <ul className="todos">
        {batches.map((batch) => (
          <Todo
            key={batch.id}
            title={
              <a href={addressOf("batches", batch.id)}>
                {batch.bank} {batch.batchNumber}
              </a>
            }
            label={batchStatusLabels[batch.status]}
            facts={`${batch.paymentDate} · ${money(batch.totalAmount)}`}
            meaning={batch.heldReason ? inLanguage(language, heldReasonTexts[batch.heldReason]) : t("indeterminate")}
          >
            <SettleBatch batch={batch} session={session} onDone={onDone} />
            <SendBatch batch={batch} onDone={onDone} />
            <CancelBatch batch={batch} onDone={onDone} />
          </Todo>
        ))}
      </ul>
    </Section>
  );
}
