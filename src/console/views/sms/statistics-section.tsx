import { number, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { type Bar, Bars, type Series } from "../../ui/bars.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";

const words = {
  title: ["最近 14 天", "The last 14 days"],
  byDay: ["每日簡訊，依結果", "Messages by day and outcome"],
  delivered: ["已送達", "delivered"],
  pending: ["進行中", "under way"],
  unknown: ["不明", "unknown"],
  failed: ["未送達", "not delivered"],
  provider: ["業者", "Provider"],
  messages: ["則數", "Messages"],
  segments: ["計費段數", "Segments"],
  cost: ["費用", "Cost"],
  none: ["未交付", "none yet"],
  empty: ["這段時間沒有簡訊。", "No message in this time."],
} satisfies Words;

const DAYS = 14;
const DAY_MS = 86_400_000;

const dayOf = (daysAgo: number): string => taipeiTime(new Date(Date.now() - daysAgo * DAY_MS)).slice(0, 10);

type Statistics = Awaited<ReturnType<typeof gateway.sms.getStatistics.query>>;
type Counts = Pick<Statistics["total"], "messages" | "delivered" | "failed" | "unknown" | "segments">;

/** Deliveries by day, and what each provider did and cost. For managers. */
export function StatisticsSection() {
  const t = useWords(words);
  const query = useQuery(
    "sms statistics",
    (signal) => gateway.sms.getStatistics.query({ from: dayOf(DAYS - 1), to: dayOf(0) }, { signal }),
    60_000,
  );
  const series: Series[] = [
    { name: t("delivered"), tone: "good" },
    { name: t("pending"), tone: "busy" },
    { name: t("unknown"), tone: "warn" },
    { name: t("failed"), tone: "bad" },
  ];
  return (
    <Section title={t("title")}>
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="empty">{t("empty")}</p>
          ) : (
            <div className="chart-pair">
              <Bars title={t("byDay")} series={series} bars={dayBars(items)} />
              <Providers items={items} />
            </div>
          )
        }
      </Asked>
    </Section>
  );
}

function dayBars(items: Statistics["items"]): Bar[] {
  return Array.from({ length: DAYS }, (_, index) => {
    const day = dayOf(DAYS - 1 - index);
    return { key: day, label: day.slice(5), values: partsOf(sumOf(items.filter((item) => item.day === day))) };
  });
}

/** What has not ended is what is left of all. */
const partsOf = ({ messages, delivered, failed, unknown }: Counts): number[] => [
  delivered,
  Math.max(0, messages - delivered - failed - unknown),
  unknown,
  failed,
];

function sumOf(items: Counts[]): Counts {
  const sum = { messages: 0, delivered: 0, failed: 0, unknown: 0, segments: 0 };
  for (const item of items) {
    for (const name of ["messages", "delivered", "failed", "unknown", "segments"] as const) sum[name] += item[name];
  }
  return sum;
}

function Providers({ items }: { items: Statistics["items"] }) {
  const t = useWords(words);
  const names = [...new Set(items.map(({ provider }) => provider))];
  const rows = names.map((provider) => {
    const own = items.filter((item) => item.provider === provider);
    const cost = own.reduce((sum, { costTwd }) => sum + Number(costTwd), 0);
    return { provider: provider ?? t("none"), cost, ...sumOf(own) };
  });
  return (
    <Table
      caption={t("provider")}
      rows={rows}
      keyOf={({ provider }) => provider}
      empty="–"
      columns={[
        { name: t("provider"), cell: ({ provider }) => provider },
        { name: t("messages"), numeric: true, cell: ({ messages }) => number(messages) },
        { name: t("delivered"), numeric: true, cell: ({ delivered }) => number(delivered) },
        { name: t("segments"), numeric: true, wide: true, cell: ({ segments }) => number(segments) },
        { name: t("cost"), numeric: true, cell: ({ cost }) => `NT$ ${cost.toFixed(2)}` },
      ]}
    />
  );
}
