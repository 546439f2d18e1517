import type { Remedy } from "@luckygas/gateway-client";
import { gateway } from "../../lib/gateway.ts";
import { messageKindText } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { isManager, type Session } from "../../lib/session.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Settle } from "../../ui/settle.tsx";

const words = {
  managersOnly: ["須由主管執行。", "For managers."],
  resend: ["再送一次", "Send again"],
  resendTitle: ["再送一次：{kind} {number}", "Send again: {kind} {number}"],
  resendExplain: [
    "平台退回的原因排除後才執行。號碼與內容不變，順序不變。",
    "Once the cause of the refusal is mended: same number, same content, in its place.",
  ],
  mended: ["排除了什麼", "What was mended"],
  settle: ["判定結果", "Settle"],
  settleTitle: ["判定：{kind} {number}", "Settle: {kind} {number}"],
  settleExplain: [
    "請先到財政部平台查詢，再依看到的事實選擇。這會記入稽核軌跡。",
    "Look it up at the platform first, then choose by what you saw. This is recorded in the audit.",
  ],
  decision: ["平台上看到的是", "What the platform shows"],
  accepted: ["平台已收到", "It has it"],
  acceptedMeaning: ["標為平台已收，不再傳送。", "Marked as accepted; it is not sent again."],
  rejected: ["平台已退回", "It refused it"],
  rejectedMeaning: ["標為退回；之後依退回原因處理。", "Marked as rejected; then see to the cause."],
  sendAgain: ["平台沒有這筆", "It does not have it"],
  sendAgainMeaning: ["以同一號碼與內容再送一次。", "The same number and content is sent again."],
  note: ["查證紀錄", "What you saw"],
  void: ["註銷並更正…", "Void and correct…"],
  toInvoice: ["到發票作廢這筆折讓", "Cancel the allowance at the invoice"],
} satisfies Words;

interface Props {
  message: { id: string; kind: string; number: string; invoiceId: string | null; remedies: readonly Remedy[] };
  session: Session;
  onDone(): void;
}

const decisions = ["accepted", "rejected", "send_again"] as const;

/** The acts that end a message which the gateway does not bring to its end by itself. */
export function Remedies({ message, session, onDone }: Props) {
  const t = useWords(words);
  const language = useLanguage();
  const { id, number, invoiceId, remedies } = message;
  const named = { kind: inLanguage(language, messageKindText(message.kind)), number };
  return (
    <>
      {remedies.includes("settle") && (
        <Settle
          label={t("settle")}
          title={t("settleTitle", named)}
          explain={t("settleExplain")}
          session={session}
          choice={{
            name: "decision",
            label: t("decision"),
            options: [
              { value: "accepted", label: t("accepted"), meaning: t("acceptedMeaning") },
              { value: "rejected", label: t("rejected"), meaning: t("rejectedMeaning") },
              { value: "send_again", label: t("sendAgain"), meaning: t("sendAgainMeaning") },
            ],
          }}
          evidence={{ name: "note", label: t("note"), maxLength: 200 }}
          act={async ({ decision, note = "" }) => {
            const known = decisions.find((one) => one === decision);
            if (known) await gateway.einvoice.settleMessage.mutate({ messageId: id, decision: known, note });
          }}
          onDone={onDone}
        />
      )}
      {remedies.includes("resend") && (
        <Action
          label={t("resend")}
          title={t("resendTitle", named)}
          explain={<p>{t("resendExplain")}</p>}
          confirm={t("resend")}
          unavailable={isManager(session.role) ? undefined : t("managersOnly")}
          fields={[{ kind: "area", name: "note", label: t("mended"), required: true, maxLength: 200 }]}
          act={({ note = "" }) => gateway.einvoice.resendMessage.mutate({ messageId: id, note })}
          onDone={onDone}
        />
      )}
      {remedies.includes("void_and_correct") && invoiceId !== null && (
        <a className="button" href={addressOf("invoices", invoiceId, { act: "void" })}>
          {t("void")}
        </a>
      )}
      {remedies.includes("cancel_allowance") && invoiceId !== null && (
        <a className="button" href={addressOf("invoices", invoiceId)}>
          {t("toInvoice")}
        </a>
      )}
    </>
  );
}
