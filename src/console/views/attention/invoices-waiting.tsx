import { money, taipeiTime } from "../../lib/format.ts";
import { invoiceStatusLabels } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Section } from "../../ui/layout.tsx";
import { Todo } from "../../ui/todo.tsx";
import { CancelInvoice, SettleInvoice } from "../einvoice/invoice-actions.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["電子發票", "Invoices"],
  due: ["上傳期限 {time}", "upload due {time}"],
  unknown: [
    "已送出但沒有收到結果；閘道會繼續查詢。久未有結果時，到平台查到事實後判定。",
    "Sent, and no result came; the gateway keeps asking. When it stays so, look it up at the platform and settle it.",
  ],
  rejected: [
    "平台退回，發票仍有效但平台沒有。內容有錯：註銷並更正後重新上傳；交易取消：作廢。",
    "The platform refused it: the invoice is valid but not there. Wrong content: void it and give the right one. No sale: cancel it.",
  ],
  void: ["註銷並更正…", "Void and correct…"],
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
    <Section title={t("title")}>
      <ul className="todos">
        {invoices.map((invoice) => (
          <Todo
            key={invoice.id}
            title={<a href={addressOf("invoices", invoice.id)}>{invoice.invoiceNumber}</a>}
            label={invoiceStatusLabels[invoice.status]}
            facts={`${money(invoice.totalAmount)} · ${t("due", { time: taipeiTime(invoice.uploadDueAt) })}`}
            meaning={t(invoice.status === "unknown" ? "unknown" : "rejected")}
          >
            <SettleInvoice invoice={invoice} session={session} onDone={onDone} />
            {invoice.status === "rejected" && (
              <>
                <a className="button" href={addressOf("invoices", invoice.id, { act: "void" })}>
                  {t("void")}
                </a>
                <CancelInvoice invoice={invoice} onDone={onDone} />
              </>
            )}
          </Todo>
        ))}
      </ul>
    </Section>
  );
}
