import { taipeiTime } from "../../lib/format.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Section } from "../../ui/layout.tsx";
import { Timeline } from "../../ui/timeline.tsx";
import { ApproveBatch, type BatchActionProps } from "./batch-actions.tsx";

const words = {
  title: ["核准（{given} / {required}）", "Approvals ({given} of {required})"],
  note: ["建立者不算在內；每個人核准的是同一個雜湊。", "Not by its maker; every approval names the same hash."],
  made: ["{who} 建立", "Made by {who}"],
  approved: ["{who} 核准", "Approved by {who}"],
  sealed: ["檔案封存", "File sealed"],
} satisfies Words;

/** Who has stood for this file. */
export function ApprovalsSection(props: BatchActionProps) {
  const t = useWords(words);
  const { createdAt, createdBy, file, approvals, approvalsRequired } = props.batch;
  return (
    <Section
      title={t("title", { given: approvals.length, required: approvalsRequired })}
      note={t("note")}
      aside={<ApproveBatch {...props} />}
    >
      <Timeline
        moments={[
          { key: "made", at: createdAt, tone: "idle", title: t("made", { who: createdBy }) },
          ...(file ? [{ key: "sealed", at: file.sealedAt, tone: "idle" as const, title: t("sealed") }] : []),
          ...approvals.map(({ approver, approvedAt, sha256 }) => ({
            key: `${approver} ${taipeiTime(approvedAt)}`,
            at: approvedAt,
            tone: "good" as const,
            title: t("approved", { who: approver }),
            detail: <code>{sha256.slice(0, 16)}…</code>,
          })),
        ]}
      />
    </Section>
  );
}
