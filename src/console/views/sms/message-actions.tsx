import type { SmsMessageSummary } from "@luckygas/gateway-client";
import { gateway } from "../../lib/gateway.ts";
import type { Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Settle } from "../../ui/settle.tsx";

const words = {
  settle: ["判定是否送出", "Settle"],
  settleTitle: ["這則簡訊送出了嗎？", "Was this message sent?"],
  settleExplain: [
    "請先到業者後台查證，再依事實選擇。這會記入稽核軌跡。",
    "Look at the provider's own pages first, then choose by what you saw. This is recorded in the audit.",
  ],
  outcome: ["查證結果", "What you found"],
  sent: ["有送出", "It was sent"],
  sentMeaning: ["等待回條；不再重送。", "Its receipt is awaited; it is not sent again."],
  notSent: ["沒有送出，不再送", "It was not sent; leave it"],
  notSentMeaning: ["以被拒結案。", "Ends as rejected."],
  resend: ["沒有送出，重送", "It was not sent; send it"],
  resendMeaning: ["以同一則訊息再交付一次。", "The same message is handed over once more."],
  note: ["查證紀錄", "How you found out"],
  cancel: ["取消簡訊", "Cancel"],
  cancelTitle: ["取消這則簡訊", "Cancel this message"],
  cancelExplain: ["只有還沒交給業者的簡訊可以取消。", "Only a message that no provider has yet can be cancelled."],
  retry: ["再送一次", "Send again"],
  retryTitle: ["再送一次這則簡訊", "Send this message again"],
  retryExplain: [
    "它已結案而未送達；重複按也只送一則。",
    "It has ended without being delivered. Pressing again sends no further copy.",
  ],
} satisfies Words;

interface Props {
  message: SmsMessageSummary;
  session: Session;
  onDone(): void;
}

export function SettleMessage({ message, session, onDone }: Props) {
  const t = useWords(words);
  if (message.status !== "unknown") return null;
  return (
    <Settle
      label={t("settle")}
      title={t("settleTitle")}
      explain={t("settleExplain")}
      session={session}
      choice={{
        name: "outcome",
        label: t("outcome"),
        options: [
          { value: "was_sent", label: t("sent"), meaning: t("sentMeaning") },
          { value: "was_not_sent", label: t("notSent"), meaning: t("notSentMeaning") },
          { value: "resend", label: t("resend"), meaning: t("resendMeaning") },
        ],
      }}
      evidence={{ name: "note", label: t("note"), minLength: 3, maxLength: 500 }}
      act={({ outcome, note = "" }) =>
        gateway.sms.settleUnknown.mutate({
          id: message.id,
          outcome: outcome === "was_sent" ? "was_sent" : "was_not_sent",
          resend: outcome === "resend",
          note,
        })
      }
      onDone={onDone}
    />
  );
}

export function CancelMessage({ message, onDone }: Omit<Props, "session">) {
  const t = useWords(words);
  if (message.status !== "queued" && message.status !== "deferred") return null;
  return (
    <Action
      label={t("cancel")}
      title={t("cancelTitle")}
      explain={<p>{t("cancelExplain")}</p>}
      confirm={t("cancel")}
      tone="danger"
      act={() => gateway.sms.cancelMessage.mutate({ id: message.id })}
      onDone={onDone}
    />
  );
}

export function RetryMessage({ message, onDone }: Omit<Props, "session">) {
  const t = useWords(words);
  if (!["undelivered", "expired", "rejected"].includes(message.status)) return null;
  return (
    <Action
      label={t("retry")}
      title={t("retryTitle")}
      explain={<p>{t("retryExplain")}</p>}
      confirm={t("retry")}
      tone="main"
      act={() => gateway.sms.retryMessage.mutate({ id: message.id })}
      onDone={onDone}
    />
  );
}
