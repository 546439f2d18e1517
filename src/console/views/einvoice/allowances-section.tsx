import type { Allowance, InvoiceDetail } from "@luckygas/gateway-client";
import { money, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { allowanceStatusLabels } from "../../lib/labels.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";

const words = {
  title: ["折讓", "Allowances"],
  number: ["折讓單號", "Number"],
  status: ["狀態", "State"],
  total: ["金額", "Amount"],
  issuedAt: ["開立時間", "Issued at"],
  action: ["動作", "Action"],
  cancel: ["作廢折讓", "Cancel"],
  cancelTitle: ["作廢折讓 {number}", "Cancel allowance {number}"],
  explain: ["這筆折讓的金額會回到可折讓餘額。", "Its amount can be allowed for again."],
  confirm: ["作廢這筆折讓", "Cancel this allowance"],
  reason: ["原因", "Reason"],
  notNow: ["已作廢。", "Cancelled already."],
} satisfies Words;

export function AllowancesSection({ invoice, onDone }: { invoice: InvoiceDetail; onDone(): void }) {
  const t = useWords(words);
  if (invoice.allowances.length === 0) return null;
  return (
    <Section title={t("title")}>
      <Table
        caption={t("title")}
        rows={invoice.allowances}
        keyOf={({ id }) => id}
        empty="–"
        columns={[
          { name: t("number"), cell: ({ allowanceNumber }) => <code>{allowanceNumber}</code> },
          { name: t("status"), cell: ({ status }) => <Badge label={allowanceStatusLabels[status]} /> },
          { name: t("total"), numeric: true, cell: ({ totalAmount }) => money(totalAmount) },
          { name: t("issuedAt"), wide: true, cell: ({ issuedAt }) => <time>{taipeiTime(issuedAt)}</time> },
          { name: t("action"), cell: (allowance) => <CancelAllowance allowance={allowance} onDone={onDone} /> },
        ]}
      />
    </Section>
  );
}

function CancelAllowance({ allowance, onDone }: { allowance: Allowance; onDone(): void }) {
  const t = useWords(words);
  return (
    <Action
      label={t("cancel")}
      title={t("cancelTitle", { number: allowance.allowanceNumber })}
      explain={<p>{t("explain")}</p>}
      confirm={t("confirm")}
      tone="danger"
      unavailable={allowance.status === "cancelled" ? t("notNow") : undefined}
      fields={[{ kind: "text", name: "reason", label: t("reason"), required: true, maxLength: 20 }]}
      act={({ reason = "" }, idempotencyKey) =>
        gateway.einvoice.cancelAllowance.mutate({ idempotencyKey, id: allowance.id, reason })
      }
      onDone={onDone}
    />
  );
}
