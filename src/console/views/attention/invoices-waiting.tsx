import { taipeiTime } from "../../lib/format.ts";
import { invoiceStatusLabels } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { SettleInvoice } from "../einvoice/invoice-actions.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["電子發票", "Invoices"],
  note: [
    "結果不明：閘道仍在查詢；久未有結果時，到平台查到事實後判定。平台退回：開啟發票看原因，註銷更正或作廢。",
    "Outcome unknown: the gateway keeps asking; when it stays so, look at the platform and settle. Rejected: open it, see why, then void and correct it, or cancel it.",
  ],
  number: ["發票號碼", "Number"],
  status: ["狀態", "State"],
  due: ["上傳期限", "Upload due"],
  action: ["動作", "Action"],
  open: ["開啟發票", "Open the invoice"],
} satisfies Words;

interface Props {
  invoices: Attention["invoices"];
  session: Session;
  onDone(): void;
}

export function InvoicesWaiting({ invoices, session, onDone }: Props) {
  const t = useWords(words);
  if (invoices.length === 0) return null;
  return (
    <Section title={t("title")} note={t("note")}>
      <Table
        caption={t("title")}
        rows={invoices}
        keyOf={({ id }) => id}
        empty="–"
        columns={[
          {
            name: t("number"),
            cell: ({ id, invoiceNumber }) => <a href={addressOf("invoices", id)}>{invoiceNumber}</a>,
          },
          { name: t("status"), cell: ({ status }) => <Badge label={invoiceStatusLabels[status]} /> },
          { name: t("due"), wide: true, cell: ({ uploadDueAt }) => <time>{taipeiTime(uploadDueAt)}</time> },
          {
            name: t("action"),
            cell: (invoice) =>
              invoice.status === "unknown" ? (
                <SettleInvoice invoice={invoice} session={session} onDone={onDone} />
              ) : (
                <a className="button" href={addressOf("invoices", invoice.id)}>
                  {t("open")}
                </a>
              ),
          },
        ]}
      />
    </Section>
  );
}
