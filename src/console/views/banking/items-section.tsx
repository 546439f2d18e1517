import { useState } from "react";
import { money } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { itemStatusLabels } from "../../lib/labels.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import type { BatchDetail } from "./types.ts";

const words = {
  title: ["扣款明細", "Debits"],
  show: ["顯示 {count} 筆", "Show {count}"],
  cut: ["只顯示前 {count} 筆。", "The first {count} are shown."],
  transaction: ["交易編號", "Transaction"],
  account: ["帳號", "Account"],
  amount: ["金額", "Amount"],
  status: ["狀態", "State"],
  code: ["銀行代碼", "Bank's code"],
} satisfies Words;

const SHOWN_MAX = 500;

/** Every debit and what became of it; asked for only when looked at. */
export function ItemsSection({ batch }: { batch: BatchDetail }) {
  const t = useWords(words);
  const [open, setOpen] = useState(false);
  return (
    <Section title={t("title")}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t("show", { count: batch.recordCount })}</summary>
        {open && <Items batchId={batch.id} />}
      </details>
    </Section>
  );
}

function Items({ batchId }: { batchId: string }) {
  const t = useWords(words);
  const query = useQuery(
    `items ${batchId}`,
    (signal) => gateway.banking.getBatch.query({ batchId, includeItems: true }, { signal }),
    30_000,
  );
  return (
    <Asked query={query}>
      {({ items = [] }) => (
        <>
          <Table
            caption={t("title")}
            rows={items.slice(0, SHOWN_MAX)}
            keyOf={({ sequence }) => String(sequence)}
            empty="–"
            columns={[
              { name: t("transaction"), cell: ({ transactionId }) => <code>{transactionId}</code> },
              { name: t("account"), wide: true, cell: ({ accountNumber }) => <code>{accountNumber}</code> },
              { name: t("amount"), numeric: true, cell: ({ amount }) => money(amount) },
              { name: t("status"), cell: ({ status }) => <Badge label={itemStatusLabels[status]} /> },
              {
                name: t("code"),
                wide: true,
                cell: ({ responseCode, responseMeaning }) =>
                  responseCode === null ? "–" : `${responseCode} ${responseMeaning ?? ""}`,
              },
            ]}
          />
          {items.length > SHOWN_MAX && <p className="note">{t("cut", { count: SHOWN_MAX })}</p>}
        </>
      )}
    </Asked>
  );
}
