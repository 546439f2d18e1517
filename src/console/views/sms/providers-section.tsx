import { number, percent } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { breakerLabels, healthLabels, type Label } from "../../lib/labels.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { Told } from "../../ui/told.tsx";

const words = {
  title: ["簡訊業者", "SMS providers"],
  name: ["業者", "Provider"],
  status: ["狀態", "State"],
  breaker: ["斷路器", "Breaker"],
  rate: ["本分鐘剩餘額度", "Left this minute"],
  success: ["送達率", "Delivered"],
  cost: ["每則費用", "Per segment"],
  credit: ["餘額", "Credit"],
  detail: ["說明", "Why"],
  empty: ["沒有設定業者。", "No provider is configured."],
} satisfies Words;

const lowCreditLabel: Label = { tone: "warn", text: ["偏低", "low"] };

export function ProvidersSection() {
  const t = useWords(words);
  const query = useQuery("sms providers", (signal) => gateway.sms.listProviders.query(undefined, { signal }));
  return (
    <Section title={t("title")}>
      <Asked query={query}>
        {({ items }) => (
          <Table
            caption={t("title")}
            rows={items}
            keyOf={({ provider }) => provider}
            empty={t("empty")}
            columns={[
              { name: t("name"), cell: ({ provider }) => <strong>{provider}</strong> },
              { name: t("status"), cell: ({ status }) => <Badge label={healthLabels[status]} /> },
              {
                name: t("breaker"),
                wide: true,
                cell: ({ circuitBreaker }) => <Badge label={breakerLabels[circuitBreaker]} />,
              },
              {
                name: t("rate"),
                numeric: true,
                cell: (one) =>
                  one.rateLimitPerMinute === 0
                    ? "–"
                    : `${number(one.rateLimitRemaining)} / ${number(one.rateLimitPerMinute)}`,
              },
              {
                name: t("success"),
                numeric: true,
                cell: ({ status, successRate }) => (status === "disabled" ? "–" : percent(successRate)),
              },
              {
                name: t("cost"),
                numeric: true,
                wide: true,
                cell: ({ costPerSegmentTwd }) => (costPerSegmentTwd === null ? "–" : `NT$ ${costPerSegmentTwd}`),
              },
              {
                name: t("credit"),
                numeric: true,
                cell: ({ credit, isCreditLow }) =>
                  credit === null ? (
                    "–"
                  ) : (
                    <>
                      {number(Number(credit))} {isCreditLow && <Badge label={lowCreditLabel} />}
                    </>
                  ),
              },
              { name: t("detail"), cell: ({ detail }) => (detail ? <Told english={detail} /> : "–") },
            ]}
          />
        )}
      </Asked>
    </Section>
  );
}
