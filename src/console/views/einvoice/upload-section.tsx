import type { InvoiceDetail } from "@luckygas/gateway-client";
import { taipeiTime } from "../../lib/format.ts";
import { type Label, messageKindText, platformMessageLabels } from "../../lib/labels.ts";
import { reasonText } from "../../lib/reasons.ts";
import type { Session } from "../../lib/session.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Facts, Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { Timeline } from "../../ui/timeline.tsx";
import { Reason } from "../../ui/told.tsx";
import { Remedies } from "./remedies.tsx";

const words = {
  title: ["上傳平台", "Upload to the platform"],
  attempts: ["次數", "Attempts"],
  next: ["下次動作", "Next act"],
  none: ["閘道不會自行動作", "none by itself"],
  reason: ["原因", "Reason"],
  provider: ["平台訊息", "Platform's words"],
  messages: ["訊息順序", "Messages in order"],
  kind: ["訊息", "Message"],
  status: ["狀態", "State"],
  due: ["期限", "Due"],
  action: ["動作", "Action"],
  history: ["經過", "What happened"],
  submit: ["送出", "Sent"],
  find: ["查詢結果", "Asked about"],
  decide: ["人工判定", "Decided by a person"],
  running: ["進行中", "under way"],
} satisfies Words;

interface UploadProps {
  invoice: InvoiceDetail;
  session: Session;
  onDone(): void;
}

type Attempt = InvoiceDetail["attempts"][number];
const outcomes: Record<NonNullable<Attempt["outcome"]>, Label> = {
  accepted: { tone: "good", text: ["平台已收", "accepted"] },
  rejected: { tone: "bad", text: ["平台退回", "rejected"] },
  unknown: { tone: "warn", text: ["結果不明", "outcome unknown"] },
  not_applied: { tone: "idle", text: ["確定未生效", "certainly not applied"] },
  not_found: { tone: "idle", text: ["平台查無", "not there"] },
  pending: { tone: "busy", text: ["平台處理中", "being processed"] },
};

/** Where the invoice stands with the platform, message by message and try by try. */
export function UploadSection({ invoice, session, onDone }: UploadProps) {
  const t = useWords(words);
  const language = useLanguage();
  const { upload, attempts, messages } = invoice;
  const settled = upload.acceptedAt !== null;
  return (
    <Section title={t("title")}>
      <Facts
        items={[
          [t("attempts"), upload.attempts],
          ...(settled
            ? []
            : ([[t("next"), upload.nextAttemptAt ? taipeiTime(upload.nextAttemptAt) : t("none")]] as [
                string,
                string,
              ][])),
          ...(upload.reason
            ? [[t("reason"), inLanguage(language, reasonText(upload.reason))] as [string, string]]
            : []),
          ...(upload.providerMessage
            ? [[t("provider"), `${upload.providerCode ?? ""} ${upload.providerMessage}`] as [string, string]]
            : []),
        ]}
      />
      <h3>{t("messages")}</h3>
      <Table
        caption={t("messages")}
        rows={messages}
        keyOf={({ id }) => id}
        empty="–"
        columns={[
          { name: t("kind"), cell: ({ kind }) => inLanguage(language, messageKindText(kind)) },
          { name: t("status"), cell: ({ status }) => <Badge label={platformMessageLabels[status]} /> },
          { name: t("attempts"), numeric: true, wide: true, cell: (message) => message.attempts },
          { name: t("due"), wide: true, cell: ({ dueAt }) => <time>{taipeiTime(dueAt)}</time> },
          {
            name: t("action"),
            cell: ({ id, kind, remedies }) =>
              remedies.length === 0 ? (
                "–"
              ) : (
                <div className="actions">
                  <Remedies
                    message={{ id, kind, number: invoice.invoiceNumber, invoiceId: invoice.id, remedies }}
                    session={session}
                    onDone={onDone}
                  />
                </div>
              ),
          },
          { name: t("reason"), cell: ({ reason }) => (reason ? <Reason code={reason} /> : "–") },
        ]}
      />
      {attempts.length > 0 && (
        <>
          <h3>{t("history")}</h3>
          <Timeline
            moments={attempts.toReversed().map((attempt) => ({
              key: attempt.id,
              at: attempt.startedAt,
              tone: attempt.outcome ? outcomes[attempt.outcome].tone : "busy",
              title: `${t(attempt.operation)}: ${attempt.outcome ? inLanguage(language, outcomes[attempt.outcome].text) : t("running")}`,
              detail: [
                attempt.reason && inLanguage(language, reasonText(attempt.reason)),
                attempt.providerCode,
                attempt.httpStatus && `HTTP ${attempt.httpStatus}`,
              ]
                .filter(Boolean)
                .join(" · "),
            }))}
          />
        </>
      )}
    </Section>
  );
}
