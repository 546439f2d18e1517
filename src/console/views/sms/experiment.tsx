import type { SmsExperiment } from "@luckygas/gateway-client";
import { number, percent } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import type { Label } from "../../lib/labels.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Table } from "../../ui/table.tsx";
import { Told } from "../../ui/told.tsx";

const words = {
  caption: ["各版本成效", "How the variants do"],
  variant: ["版本", "Variant"],
  weight: ["權重", "Weight"],
  sent: ["已送", "Sent"],
  delivered: ["送達", "Delivered"],
  failed: ["未送達", "Failed"],
  rate: ["送達率", "Rate"],
  interval: ["95 % 區間", "95 % interval"],
  planned: ["每版本預定 {count} 則", "{count} messages planned for each variant"],
  best: ["勝出：{variant}", "Winner: {variant}"],
  empty: ["還沒有送出。", "Nothing sent yet."],
  running: ["樣本還沒滿，先不判勝負。", "The sample is not complete yet."],
  sample_ratio_mismatch: ["實際分派與權重不符，這次實驗不能用來比較。", "The variants were not drawn as weighed."],
  no_difference: ["樣本已滿，看不出差別。", "The sample is complete and shows no difference."],
  winner: ["樣本已滿，差別顯著。", "The sample is complete and shows a difference."],
} satisfies Words;

const stateLabels: Record<SmsExperiment["state"], Label> = {
  running: { tone: "busy", text: ["進行中", "running"] },
  sample_ratio_mismatch: { tone: "bad", text: ["分派比例異常，結果無效", "drawn unevenly, void"] },
  no_difference: { tone: "idle", text: ["無顯著差異", "no difference"] },
  winner: { tone: "good", text: ["有勝出版本", "there is a winner"] },
};

type Variant = SmsExperiment["variants"][number];

/** The present experiment of a template: rates with their uncertainty, and the verdict with its reason. */
export function Experiment({ code }: { code: string }) {
  const t = useWords(words);
  const query = useQuery(
    `experiment ${code}`,
    (signal) => gateway.sms.getExperiment.query({ code }, { signal }),
    15_000,
  );
  return (
    <Asked query={query}>
      {({ state, winner, variants, reason, plannedPerVariant }) => (
        <>
          <p>
            <Badge label={stateLabels[state]} /> {winner !== null && t("best", { variant: winner })}{" "}
            <span className="note">
              {t("planned", { count: number(plannedPerVariant) })} · <Told english={reason} chinese={t(state)} />
            </span>
          </p>
          <Table
            caption={t("caption")}
            rows={variants}
            keyOf={({ variant }) => variant}
            empty={t("empty")}
            columns={[
              { name: t("variant"), cell: ({ variant }) => variant },
              { name: t("weight"), numeric: true, wide: true, cell: ({ weight }) => weight },
              { name: t("sent"), numeric: true, cell: ({ sent }) => number(sent) },
              { name: t("delivered"), numeric: true, wide: true, cell: ({ delivered }) => number(delivered) },
              { name: t("failed"), numeric: true, wide: true, cell: ({ failed }) => number(failed) },
              {
                name: t("rate"),
                numeric: true,
                cell: ({ deliveryRate }) => (deliveryRate === null ? "–" : percent(deliveryRate)),
              },
              { name: t("interval"), cell: (variant) => <Interval variant={variant} /> },
            ]}
          />
        </>
      )}
    </Asked>
  );
}

const WIDTH = 160;

/** The interval on a line from 0 to 100 %, with the rate as a mark. */
function Interval({ variant: { interval, deliveryRate } }: { variant: Variant }) {
  if (deliveryRate === null) return <>–</>;
  const { low, high } = interval;
  return (
    <svg className="interval" viewBox={`0 0 ${WIDTH} 16`} role="img" aria-label={`${percent(low)} – ${percent(high)}`}>
      <line className="axis" x1="0" x2={WIDTH} y1="8" y2="8" />
      <rect x={low * WIDTH} width={Math.max(1, (high - low) * WIDTH)} y="5" height="6" rx="3" />
      <circle cx={deliveryRate * WIDTH} cy="8" r="4" />
    </svg>
  );
}
