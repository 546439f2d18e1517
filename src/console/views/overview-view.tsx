import { number, span } from "../lib/format.ts";
import { gateway } from "../lib/gateway.ts";
import { breakerLabels, healthLabels, partyText } from "../lib/labels.ts";
import { addressOf } from "../lib/route.ts";
import { type Query, useQuery } from "../lib/use-query.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../lib/words.tsx";
import { Asked } from "../ui/asked.tsx";
import { Badge } from "../ui/badge.tsx";
import { Figure, PageHead, Section } from "../ui/layout.tsx";
import { Table } from "../ui/table.tsx";
import { Told } from "../ui/told.tsx";
import type { ViewProps } from "../views.ts";
import type { Attention } from "./attention/use-attention.ts";
import { BankLinksSection } from "./banking/bank-links-section.tsx";
import { ProvidersSection } from "./sms/providers-section.tsx";
import { useWaiting, type Waiting } from "./use-waiting.ts";

const words = {
  title: ["總覽", "Overview"],
  gateway: ["閘道", "Gateway"],
  attention: ["待人處理", "Needs a person"],
  numbers: ["本期剩餘發票號碼", "Invoice numbers left"],
  uploads: ["待上傳發票", "Invoices to upload"],
  messages: ["待送簡訊", "Messages to send"],
  oldest: ["最久 {span}", "oldest {span}"],
  atLeast: ["{count} 以上", "{count} or more"],
  services: ["對外連線", "Outside parties"],
  servicesNote: [
    "以閘道最近的紀錄判定，不會為了查看而呼叫對方。",
    "As the gateway last knew them; looking does not call anybody.",
  ],
  service: ["對象", "Party"],
  status: ["狀態", "State"],
  breaker: ["斷路器", "Breaker"],
  response: ["最近回應", "Last answer"],
  rate: ["剩餘額度", "Rate left"],
  detail: ["說明", "Why"],
} satisfies Words;

/** One glance: is everything well, what waits, what needs somebody. */
export function OverviewView({ attention }: ViewProps) {
  const t = useWords(words);
  const health = useQuery("health", (signal) => gateway.system.health.query(undefined, { signal }));
  const waiting = useWaiting();
  return (
    <>
      <PageHead title={t("title")} />
      <Figures health={health.data?.status} attention={attention} waiting={waiting.data} />
      <Section title={t("services")} note={t("servicesNote")}>
        <Asked query={health}>{({ services }) => <Services services={services} />}</Asked>
      </Section>
      <BankLinksSection />
      <ProvidersSection />
    </>
  );
}

interface FiguresProps {
  health: "healthy" | "degraded" | "unhealthy" | undefined;
  attention: Query<Attention>;
  waiting: Waiting | undefined;
}

function Figures({ health, attention, waiting }: FiguresProps) {
  const t = useWords(words);
  const language = useLanguage();
  const found = attention.data;
  const age = (seconds: number | undefined) =>
    seconds === undefined ? undefined : t("oldest", { span: span(seconds, language) });
  const count = (part: Waiting[keyof Waiting] | undefined) => {
    if (!part) return "–";
    return part.more ? t("atLeast", { count: number(part.count) }) : number(part.count);
  };
  return (
    <div className="figures">
      <Figure name={t("gateway")} value={health ? <Badge label={healthLabels[health]} /> : "–"} />
      <Figure
        name={t("attention")}
        value={found ? <a href={addressOf("attention")}>{number(found.count)}</a> : "–"}
        {...(found && found.count > 0 && { tone: "warn" as const })}
      />
      <Figure
        name={t("numbers")}
        value={found?.stock ? <a href={addressOf("numbers")}>{number(found.stock.remaining)}</a> : "–"}
        {...(found?.stock?.low && { tone: "bad" as const })}
      />
      <Figure name={t("uploads")} value={count(waiting?.uploads)} note={age(waiting?.uploads.oldestSeconds)} />
      <Figure name={t("messages")} value={count(waiting?.messages)} note={age(waiting?.messages.oldestSeconds)} />
    </div>
  );
}

type Health = Awaited<ReturnType<typeof gateway.system.health.query>>;

function Services({ services }: { services: Health["services"] }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <Table
      caption={t("services")}
      rows={Object.entries(services)}
      keyOf={([name]) => name}
      empty="–"
      columns={[
        { name: t("service"), cell: ([name]) => <strong>{inLanguage(language, partyText(name))}</strong> },
        { name: t("status"), cell: ([, { status }]) => <Badge label={healthLabels[status]} /> },
        {
          name: t("breaker"),
          cell: ([, { circuit_breaker: state }]) => (state ? <Badge label={breakerLabels[state]} /> : "–"),
        },
        {
          name: t("response"),
          numeric: true,
          wide: true,
          cell: ([, { response_time: seconds }]) => (seconds === undefined ? "–" : `${Math.round(seconds * 1000)} ms`),
        },
        {
          name: t("rate"),
          numeric: true,
          wide: true,
          cell: ([, { rate_limit_remaining: rate }]) => (rate === undefined ? "–" : number(rate)),
        },
        { name: t("detail"), cell: ([, { detail }]) => (detail ? <Told english={detail} /> : "–") },
      ]}
    />
  );
}
