import type { Deadline, DeadlineLevel } from "@luckygas/gateway-client";
import { taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { type Label, messageKindText } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { useQuery } from "../../lib/use-query.ts";
import { inLanguage, type Language, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Reason } from "../../ui/told.tsx";

const words = {
  title: ["上傳期限", "Deadlines"],
  note: ["平台還必須收到的訊息，最急的在前。", "What the platform must still be told, the nearest first."],
  what: ["訊息", "Message"],
  number: ["發票號碼", "Invoice"],
  due: ["期限", "Due"],
  level: ["急迫", "Urgency"],
  reason: ["原因", "Reason"],
  empty: ["沒有待辦期限，平台都收到了。", "Nothing is due; the platform has everything."],
} satisfies Words;

export const deadlineLabels: Record<DeadlineLevel, Label> = {
  early: { tone: "busy", text: ["充裕", "ample time"] },
  half: { tone: "warn", text: ["已過半", "half used"] },
  urgent: { tone: "bad", text: ["緊急", "urgent"] },
  overdue: { tone: "bad", text: ["逾期", "overdue"] },
};

export function DeadlinesSection() {
  const t = useWords(words);
  const language = useLanguage();
  const query = useQuery("deadlines", (signal) => gateway.einvoice.listDeadlines.query({ limit: 50 }, { signal }));
  return (
    <Section title={t("title")} note={t("note")}>
      <Asked query={query}>
        {({ items }) => (
          <Table
            caption={t("title")}
            rows={items}
            keyOf={({ messageId }) => messageId}
            empty={t("empty")}
            columns={columns(t, language)}
          />
        )}
      </Asked>
    </Section>
  );
}

const columns = (t: (key: keyof typeof words) => string, language: Language): Column<Deadline>[] => [
  {
    name: t("what"),
    cell: ({ kind }) => inLanguage(language, messageKindText(kind)),
  },
  {
    name: t("number"),
    cell: ({ invoiceId, invoiceNumber }) =>
      invoiceId ? <a href={addressOf("invoices", invoiceId)}>{invoiceNumber}</a> : "–",
  },
  { name: t("level"), cell: ({ level }) => <Badge label={deadlineLabels[level]} /> },
  { name: t("due"), cell: ({ dueAt }) => <time>{taipeiTime(dueAt)}</time> },
  { name: t("reason"), wide: true, cell: ({ reason }) => (reason ? <Reason code={reason} /> : "–") },
];
