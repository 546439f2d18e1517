import { gateway } from "../../lib/gateway.ts";
import { isManager, type Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";

const words = {
  label: ["申報空白字軌", "Report unused numbers"],
  explain: [
    "申報已結束期別沒有用到的號碼（次期 10 日前）。只申報一次；重複執行只會顯示先前的申報。作廢的號碼視為已使用。",
    "Reports the numbers of a closed period that were not used, due by the 10th after it. Done once; again it only shows what was reported. Cancelled numbers count as used.",
  ],
  period: ["期別（民國年與雙月，如 11412）", "Period, ROC year and even month, e.g. 11412"],
  confirm: ["申報這一期", "Report this period"],
  managersOnly: ["須由主管執行。", "For managers."],
} satisfies Words;

export function ReportUnused({ session, period, onDone }: { session: Session; period?: string; onDone(): void }) {
  const t = useWords(words);
  return (
    <Action
      label={t("label")}
      title={t("label")}
      explain={<p>{t("explain")}</p>}
      confirm={t("confirm")}
      unavailable={isManager(session.role) ? undefined : t("managersOnly")}
      fields={[
        { kind: "text", name: "period", label: t("period"), required: true, pattern: "[0-9]{5}", value: period ?? "" },
      ]}
      act={(values) => gateway.einvoice.reportUnusedNumbers.mutate({ invoicePeriod: values.period ?? "" })}
      onDone={onDone}
    />
  );
}
