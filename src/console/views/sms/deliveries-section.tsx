import { taipeiTime } from "../../lib/format.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { type Bar, Bars, type Series } from "../../ui/bars.tsx";
import { Section } from "../../ui/layout.tsx";
import { outcomeGroupOf, outcomeGroups, type RecentMessages, useRecentMessages } from "./recent-messages.ts";

const words = {
  title: ["最近 24 小時", "The last 24 hours"],
  byHour: ["每小時簡訊，依結果", "Messages by hour and outcome"],
  byProvider: ["各業者簡訊，依結果", "Messages by provider and outcome"],
  hours: ["每小時", "By hour"],
  providers: ["各業者", "By provider"],
  delivered: ["已送達", "delivered"],
  waiting: ["進行中", "under way"],
  unknown: ["不明", "unknown"],
  failed: ["未送達", "not delivered"],
  cut: ["只計入最近一千則。", "Only the latest thousand are counted."],
  empty: ["這段時間沒有簡訊。", "No message in this time."],
  none: ["未交付", "none yet"],
} satisfies Words;

const HOUR_MS = 3_600_000;
const tones = { delivered: "good", waiting: "busy", unknown: "warn", failed: "bad" } as const;

/** Deliveries over time and by provider. */
export function DeliveriesSection() {
  const t = useWords(words);
  const query = useRecentMessages();
  const series: Series[] = outcomeGroups.map((group) => ({ name: t(group), tone: tones[group] }));
  return (
    <Section title={t("title")}>
      <Asked query={query}>
        {(recent) =>
          recent.items.length === 0 ? (
            <p className="empty">{t("empty")}</p>
          ) : (
            <>
              {recent.cut && <p className="note">{t("cut")}</p>}
              <div className="chart-pair">
                <div>
                  <h3>{t("hours")}</h3>
                  <Bars title={t("byHour")} series={series} bars={hourBars(recent)} />
                </div>
                <div>
                  <h3>{t("providers")}</h3>
                  <Bars title={t("byProvider")} series={series} bars={providerBars(recent, t("none"))} />
                </div>
              </div>
            </>
          )
        }
      </Asked>
    </Section>
  );
}

function hourBars({ items, since }: RecentMessages): Bar[] {
  const first = Math.floor(since.getTime() / HOUR_MS) * HOUR_MS;
  return Array.from({ length: 25 }, (_, index) => {
    const from = first + index * HOUR_MS;
    const within = items.filter(({ createdAt }) => {
      const at = Date.parse(createdAt);
      return at >= from && at < from + HOUR_MS;
    });
    return { key: String(from), label: taipeiTime(new Date(from)).slice(11, 16), values: countsOf(within) };
  });
}

function providerBars({ items }: RecentMessages, none: string): Bar[] {
  const names = [...new Set(items.map(({ provider }) => provider ?? ""))].sort();
  return names.map((name) => ({
    key: name,
    label: name || none,
    values: countsOf(items.filter(({ provider }) => (provider ?? "") === name)),
  }));
}

const countsOf = (items: RecentMessages["items"]): number[] =>
  outcomeGroups.map((group) => items.filter(({ status }) => outcomeGroupOf(status) === group).length);
