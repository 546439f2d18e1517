import { money } from "../../lib/format.ts";
import { batchStatusLabels } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { SettleBatch } from "../banking/batch-actions.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["銀行批次", "Bank batches"],
  note: [
    "是否送達不明：先向銀行查證再判定，切勿重送。暫停：開啟批次，看原因後再送或取消。",
    "Arrival unknown: ask the bank, then settle; never send it anew. Held: open it, see why, then send again or cancel.",
  ],
  batch: ["批號", "Batch"],
  status: ["狀態", "State"],
  total: ["總金額", "Total"],
  action: ["動作", "Action"],
  open: ["開啟批次", "Open the batch"],
} satisfies Words;

interface Props {
  batches: Attention["batches"];
  session: Session;
  onDone(): void;
}

export function BatchesWaiting({ batches, session, onDone }: Props) {
  const t = useWords(words);
  if (batches.length === 0) return null;
  return (
    <Section title={t("title")} note={t("note")}>
      <Table
        caption={t("title")}
        rows={batches}
        keyOf={({ id }) => id}
        empty="–"
        columns={[
          {
            name: t("batch"),
            cell: ({ id, bank, batchNumber }) => (
              <a href={addressOf("batches", id)}>
                {bank} {batchNumber}
              </a>
            ),
          },
          { name: t("status"), cell: ({ status }) => <Badge label={batchStatusLabels[status]} /> },
          { name: t("total"), numeric: true, wide: true, cell: ({ totalAmount }) => money(totalAmount) },
          {
            name: t("action"),
            cell: (batch) =>
              batch.status === "indeterminate" ? (
                <SettleBatch batch={batch} session={session} onDone={onDone} />
              ) : (
                <a className="button" href={addressOf("batches", batch.id)}>
                  {t("open")}
                </a>
              ),
          },
        ]}
      />
    </Section>
  );
}
