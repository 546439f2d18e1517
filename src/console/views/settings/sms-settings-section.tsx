import { number } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { healthLabels, type Label, smsTypeTexts } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { useQuery } from "../../lib/use-query.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";

const words = {
  providers: ["簡訊業者", "SMS providers"],
  provider: ["業者", "Provider"],
  status: ["狀態", "State"],
  priority: ["優先順序", "Priority"],
  rate: ["每分鐘上限", "Messages a minute"],
  cost: ["每段費用", "Per segment"],
  templates: ["簡訊範本", "SMS templates"],
  add: ["新增範本", "Add a template"],
  name: ["名稱", "Name"],
  variant: ["版本", "Variant"],
  type: ["類別", "Type"],
  weight: ["權重", "Weight"],
  text: ["內文", "Text"],
  none: ["還沒有。", "None yet."],
} satisfies Words;

const activeLabel: Label = { tone: "good", text: ["使用中", "in use"] };
const inactiveLabel: Label = { tone: "idle", text: ["停用", "off"] };

export function SmsSettingsSection() {
  return (
    <>
      <ProvidersSettings />
      <TemplatesSettings />
    </>
  );
}

function ProvidersSettings() {
  const t = useWords(words);
  const query = useQuery("sms providers", (signal) => gateway.sms.listProviders.query(undefined, { signal }), 15_000);
  return (
    <Section title={t("providers")}>
      <Asked query={query}>
        {({ items }) => (
          <Table
            caption={t("providers")}
            rows={items}
            keyOf={({ provider }) => provider}
            empty={t("none")}
            columns={[
              {
                name: t("provider"),
                cell: ({ provider }) => <a href={addressOf("settings", `provider:${provider}`)}>{provider}</a>,
              },
              { name: t("status"), cell: ({ status }) => <Badge label={healthLabels[status]} /> },
              { name: t("priority"), numeric: true, cell: ({ priority }) => priority },
              { name: t("rate"), numeric: true, cell: ({ rateLimitPerMinute }) => number(rateLimitPerMinute) },
              {
                name: t("cost"),
                numeric: true,
                cell: ({ costPerSegmentTwd }) => (costPerSegmentTwd === null ? "–" : `NT$ ${costPerSegmentTwd}`),
              },
            ]}
          />
        )}
      </Asked>
    </Section>
  );
}

function TemplatesSettings() {
  const t = useWords(words);
  const language = useLanguage();
  const query = useQuery("templates", (signal) => gateway.sms.listTemplates.query({}, { signal }), 30_000);
  const add = (
    <a className="button" href={addressOf("settings", "template:")}>
      {t("add")}
    </a>
  );
  return (
    <Section title={t("templates")} aside={add}>
      <Asked query={query}>
        {({ items }) => (
          <Table
            caption={t("templates")}
            rows={items}
            keyOf={({ code, variant }) => `${code} ${variant}`}
            empty={t("none")}
            columns={[
              {
                name: t("name"),
                cell: ({ code, name, variant }) => (
                  <a href={addressOf("settings", `template:${code}`, { variant })}>{name}</a>
                ),
              },
              { name: t("variant"), cell: ({ variant }) => variant },
              { name: t("status"), cell: ({ isActive }) => <Badge label={isActive ? activeLabel : inactiveLabel} /> },
              {
                name: t("type"),
                wide: true,
                cell: ({ messageType }) => inLanguage(language, smsTypeTexts[messageType]),
              },
              { name: t("weight"), numeric: true, cell: ({ weight }) => weight },
              { name: t("text"), wide: true, cell: ({ content }) => <span className="detail">{content}</span> },
            ]}
          />
        )}
      </Asked>
    </Section>
  );
}
