import { money, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import type { Label } from "../../lib/labels.ts";
import { isManager, type Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Section } from "../../ui/layout.tsx";
import { Todo } from "../../ui/todo.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["等待業者給號的發票", "Invoices whose number the provider gives"],
  meaning: [
    "已向加值中心下單，但不知道是否已開立；閘道會繼續查詢。久未有結果時，到加值中心後台查明再判定。",
    "Ordered from the provider, and nobody knows whether it was issued; the gateway keeps asking. When it stays so, look at the provider's own pages and settle it.",
  ],
  settle: ["判定是否開立", "Settle"],
  settleTitle: ["{buyer} 的發票開立了嗎？", "Was the invoice of {buyer} issued?"],
  settleExplain: [
    "已開立：照後台填號碼、隨機碼與開立時間。沒有開立：號碼留空，之後可重新開立。",
    "Issued: give number, random code and time as shown there. Not issued: leave the number empty; it may be issued anew.",
  ],
  number: ["發票號碼", "Number"],
  numberHint: [
    "兩個大寫字母加 8 位數字；沒有開立則留空",
    "Two capital letters and 8 digits; empty where it was not issued",
  ],
  randomCode: ["隨機碼", "Random code"],
  issuedAt: ["開立時間（台北）", "Issued at, Taipei"],
  note: ["查證紀錄", "What you saw"],
  managersOnly: ["須由主管執行。", "For managers."],
} satisfies Words;

const unknownLabel: Label = { tone: "warn", text: ["是否開立不明", "unknown whether issued"] };

interface Props {
  orders: Attention["orders"];
  session: Session;
  onDone(): void;
}

export function OrdersWaiting({ orders, session, onDone }: Props) {
  const t = useWords(words);
  if (orders.length === 0) return null;
  return (
    <Section title={t("title")}>
      <ul className="todos">
        {orders.map((order) => (
          <Todo
            key={order.orderId}
            title={order.orderReference ? `${order.buyerName} · ${order.orderReference}` : order.buyerName}
            label={unknownLabel}
            facts={`${money(order.totalAmount)} · ${taipeiTime(order.orderedAt)}`}
            meaning={t("meaning")}
          >
            <Action
              label={t("settle")}
              title={t("settleTitle", { buyer: order.buyerName })}
              explain={<p>{t("settleExplain")}</p>}
              confirm={t("settle")}
              tone="main"
              unavailable={isManager(session.role) ? undefined : t("managersOnly")}
              fields={[
                {
                  kind: "text",
                  name: "number",
                  label: t("number"),
                  hint: t("numberHint"),
                  pattern: "[A-Z]{2}[0-9]{8}",
                },
                { kind: "text", name: "randomCode", label: t("randomCode"), pattern: "[0-9]{4}" },
                { kind: "text", name: "issuedAt", label: t("issuedAt"), hint: "2026-01-31 14:05:09" },
                { kind: "area", name: "note", label: t("note"), required: true, maxLength: 200 },
              ]}
              act={({ number, randomCode = "", issuedAt = "", note = "" }) =>
                gateway.einvoice.settleOrder.mutate({
                  orderId: order.orderId,
                  issued: number ? { invoiceNumber: number, randomCode, issuedAt: instantOf(issuedAt) } : null,
                  note,
                })
              }
              onDone={onDone}
            />
          </Todo>
        ))}
      </ul>
    </Section>
  );
}

/** A time of day in Taipei as an instant; what is none stays as it is, for the gateway to refuse by its name. */
function instantOf(taipei: string): string {
  const instant = new Date(`${taipei.trim().replace(" ", "T")}+08:00`);
  return Number.isNaN(instant.getTime()) ? taipei : instant.toISOString();
}
