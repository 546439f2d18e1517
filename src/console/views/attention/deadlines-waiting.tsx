import { taipeiTime } from "../../lib/format.ts";
import { messageKindText } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import type { Session } from "../../lib/session.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Section } from "../../ui/layout.tsx";
import { Todo } from "../../ui/todo.tsx";
import { Reason } from "../../ui/told.tsx";
import { deadlineLabels } from "../einvoice/deadlines-section.tsx";
import { Remedies } from "../einvoice/remedies.tsx";
import { ReportUnused } from "../einvoice/report-unused.tsx";
import type { Attention } from "./use-attention.ts";

const words = {
  title: ["快到或已過的法定期限", "Deadlines that are near or passed"],
  unusedTitle: ["{period} 空白字軌申報", "Unused numbers of {period}"],
  due: ["期限 {time}", "due {time}"],
  message: [
    "平台還沒有收到；閘道會繼續傳送。若平台長時間停擺，請在期限前到平台以人工方式補登。",
    "The platform does not have it yet; the gateway keeps sending. If the platform stays away, file it on its own pages before the deadline.",
  ],
  unused: [
    "上一期沒用到的號碼還沒申報；逾期會受罰。",
    "The numbers that the period before did not use are not reported yet; being late is fined.",
  ],
  why: ["目前原因：", "Why so far:"],
  open: ["開啟發票", "Open the invoice"],
} satisfies Words;

interface Props {
  deadlines: Attention["deadlines"];
  session: Session;
  onDone(): void;
}

/** What the law wants by a day that is near, or was. */
export function DeadlinesWaiting({ deadlines, session, onDone }: Props) {
  const t = useWords(words);
  const language = useLanguage();
  if (deadlines.length === 0) return null;
  return (
    <Section title={t("title")}>
      <ul className="todos">
        {deadlines.map((deadline) => (
          <Todo
            key={deadline.messageId}
            title={
              deadline.kind === "unused_numbers"
                ? t("unusedTitle", { period: deadline.invoicePeriod })
                : `${deadline.invoiceNumber ?? deadline.invoicePeriod} ${inLanguage(language, messageKindText(deadline.kind))}`
            }
            label={deadlineLabels[deadline.level]}
            facts={t("due", { time: taipeiTime(deadline.dueAt) })}
            meaning={
              <>
                {t(deadline.kind === "unused_numbers" ? "unused" : "message")}
                {deadline.reason && (
                  <>
                    {" "}
                    {t("why")} <Reason code={deadline.reason} />
                  </>
                )}
              </>
            }
          >
            {deadline.invoiceId && (
              <a className="button" href={addressOf("invoices", deadline.invoiceId)}>
                {t("open")}
              </a>
            )}
            <Remedies
              message={{
                id: deadline.messageId,
                kind: deadline.kind,
                number: deadline.invoiceNumber ?? deadline.invoicePeriod,
                invoiceId: deadline.invoiceId,
                remedies: deadline.remedies,
              }}
              session={session}
              onDone={onDone}
            />
            {deadline.kind === "unused_numbers" && (
              <ReportUnused session={session} period={deadline.invoicePeriod} onDone={onDone} />
            )}
          </Todo>
        ))}
      </ul>
    </Section>
  );
}
