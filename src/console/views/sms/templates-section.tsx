import type { SmsTemplate } from "@luckygas/gateway-client";
import { number, percent } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import type { Label } from "../../lib/labels.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { outcomeGroupOf, type RecentMessages, useRecentMessages } from "./recent-messages.ts";

const words = {
  title: ["範本與實驗", "Templates and experiments"],
  note: [
    "同一範本有多個版本時，依權重分給收訊人；以下是最近 24 小時的成效。",
    "Variants of one template are shared out by weight. These are the last 24 hours.",
  ],
  name: ["範本", "Template"],
  variant: ["版本", "Variant"],
  state: ["狀態", "State"],
  weight: ["權重", "Weight"],
  sent: ["則數", "Messages"],
  delivered: ["送達率", "Delivered"],
  empty: ["還沒有範本。", "No templates yet."],
  show: ["顯示 {count} 個範本版本", "Show {count} variants"],
} satisfies Words;

const activeLabel: Label = { tone: "good", text: ["使用中", "in use"] };
const inactiveLabel: Label = { tone: "idle", text: ["停用", "not in use"] };

/** How the variants of each template do, side by side. */
export function TemplatesSection() {
  const t = useWords(words);
  const query = useQuery("templates", (signal) => gateway.sms.listTemplates.query({}, { signal }), 30_000);
  const recent = useRecentMessages();
  return (
    <Section title={t("title")} note={t("note")}>
      <Asked query={query}>
        {({ items }) => (
          <details>
            <summary>{t("show", { count: items.length })}</summary>
            <Table
              caption={t("title")}
              rows={items}
              keyOf={({ code, variant }) => `${code} ${variant}`}
              empty={t("empty")}
              columns={[
                { name: t("name"), cell: ({ name }) => name },
                { name: t("variant"), cell: ({ variant }) => variant },
                {
                  name: t("state"),
                  wide: true,
                  cell: ({ isActive }) => <Badge label={isActive ? activeLabel : inactiveLabel} />,
                },
                { name: t("weight"), numeric: true, wide: true, cell: ({ weight }) => weight },
                { name: t("sent"), numeric: true, cell: (one) => number(messagesOf(one, recent.data).length) },
                { name: t("delivered"), numeric: true, cell: (one) => shareOf(messagesOf(one, recent.data)) },
              ]}
            />
          </details>
        )}
      </Asked>
    </Section>
  );
}

const messagesOf = ({ code, variant }: SmsTemplate, recent: RecentMessages | undefined) =>
  (recent?.items ?? []).filter((message) => message.templateCode === code && message.variant === variant);

/** Of those that have ended; nothing is said before. */
function shareOf(messages: RecentMessages["items"]): string {
  const groups = messages.map(({ status }) => outcomeGroupOf(status));
  const delivered = groups.filter((group) => group === "delivered").length;
  const ended = delivered + groups.filter((group) => group === "failed").length;
  return ended === 0 ? "–" : percent(delivered / ended);
}
