import type { SmsMessageSummary } from "@luckygas/gateway-client";
import { useState } from "react";
import { taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { smsStatusLabels, smsTypeTexts } from "../../lib/labels.ts";
import { addressOf, type Route } from "../../lib/route.ts";
import { isManager } from "../../lib/session.ts";
import { useEvents } from "../../lib/use-events.ts";
import { useQuery } from "../../lib/use-query.ts";
import { inLanguage, type Language, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { FieldSpec } from "../../ui/fields.tsx";
import { Filters, More, PAGE_SIZE } from "../../ui/filters.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import type { ViewProps } from "../../views.ts";
import { DeliveriesSection } from "./deliveries-section.tsx";
import { MessageView } from "./message-view.tsx";
import { ProvidersSection } from "./providers-section.tsx";
import { SendMessage } from "./send-message.tsx";
import { StatisticsSection } from "./statistics-section.tsx";
import { TemplatesSection } from "./templates-section.tsx";

const words = {
  title: ["簡訊", "SMS"],
  lead: ["送達狀況、業者與範本成效。號碼一律遮蔽。", "Deliveries, providers and how templates do. Numbers are masked."],
  search: ["查詢簡訊", "Search messages"],
  list: ["最近的簡訊", "Latest messages"],
  to: ["收訊號碼", "Recipient"],
  status: ["狀態", "State"],
  any: ["全部", "any"],
  type: ["類別", "Type"],
  provider: ["業者", "Provider"],
  segments: ["則數", "Segments"],
  createdAt: ["收件時間", "Taken at"],
  template: ["範本", "Template"],
  empty: ["沒有符合的簡訊。", "No message matches."],
} satisfies Words;

type Say = (key: keyof typeof words) => string;

export function SmsView(props: ViewProps) {
  if (props.route.id) return <MessageView {...props} id={props.route.id} />;
  return <MessageList {...props} />;
}

function MessageList({ route, session }: ViewProps) {
  const t = useWords(words);
  const language = useLanguage();
  const [limit, setLimit] = useState(PAGE_SIZE);
  const query = useQuery(`messages ${route.params} ${limit}`, (signal) =>
    gateway.sms.listMessages.query({ ...filterOf(route), limit }, { signal }),
  );
  useEvents("messages", (listener) => gateway.sms.watchMessages.subscribe({}, listener), query.reload);
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")}>
        <SendMessage onDone={query.reload} />
      </PageHead>
      <DeliveriesSection />
      <ProvidersSection />
      <Filters route={route} label={t("search")} fields={filterFields(t, language)} />
      <Section title={t("list")}>
        <Asked query={query}>
          {({ items, nextCursor }) => (
            <>
              <Table
                caption={t("list")}
                rows={items}
                keyOf={({ id }) => id}
                empty={t("empty")}
                columns={columns(t, language)}
              />
              <More shown={items.length} more={nextCursor !== null} onMore={setLimit} />
            </>
          )}
        </Asked>
      </Section>
      {isManager(session.role) && <StatisticsSection />}
      <TemplatesSection />
    </>
  );
}

function filterOf({ params }: Route) {
  const statuses = Object.keys(smsStatusLabels) as (keyof typeof smsStatusLabels)[]; // as: the record has no other keys
  const status = statuses.find((known) => known === params.get("status"));
  const to = params.get("to")?.trim();
  const provider = params.get("provider")?.trim().toLowerCase();
  return { ...(status && { status }), ...(to && { to }), ...(provider && { provider }) };
}

function filterFields(t: Say, language: Language): FieldSpec[] {
  const statuses = Object.entries(smsStatusLabels).map(([value, { text }]) => ({
    value,
    label: inLanguage(language, text),
  }));
  return [
    { kind: "text", name: "to", label: t("to") },
    { kind: "select", name: "status", label: t("status"), options: [{ value: "", label: t("any") }, ...statuses] },
    { kind: "text", name: "provider", label: t("provider") },
  ];
}

const columns = (t: Say, language: Language): Column<SmsMessageSummary>[] => [
  { name: t("to"), cell: ({ id, to }) => <a href={addressOf("sms", id)}>{to}</a> },
  { name: t("status"), cell: ({ status }) => <Badge label={smsStatusLabels[status]} /> },
  { name: t("type"), cell: ({ messageType }) => inLanguage(language, smsTypeTexts[messageType]) },
  { name: t("provider"), wide: true, cell: ({ provider }) => provider ?? "–" },
  { name: t("segments"), wide: true, numeric: true, cell: ({ segments }) => segments },
  { name: t("createdAt"), wide: true, cell: ({ createdAt }) => <time>{taipeiTime(createdAt)}</time> },
];
