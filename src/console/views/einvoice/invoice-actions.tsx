import type { InvoiceDetail } from "@luckygas/gateway-client";
import { useState } from "react";
import { gateway } from "../../lib/gateway.ts";
import type { Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Field } from "../../ui/fields.tsx";
import { Settle } from "../../ui/settle.tsx";
import { InvoiceContentFields, invoiceContentOf } from "./invoice-content.tsx";

const words = {
  cancel: ["作廢", "Cancel"],
  cancelTitle: ["作廢發票 {number}", "Cancel invoice {number}"],
  cancelExplain: [
    "交易取消：號碼視為已使用，不能恢復。次期 15 日前可直接作廢；之後須填國稅局核准文號。",
    "The sale is undone. The number stays used; this cannot be taken back. Allowed until the 15th after the period, later only with the tax office's approval number.",
  ],
  cancelConfirm: ["作廢這張發票", "Cancel this invoice"],
  reason: ["原因", "Reason"],
  remark: ["備註", "Remark"],
  approvalNumber: ["專案作廢核准文號", "Approval number of the tax office"],
  approvalHint: ["逾期作廢才需要", "Only after the deadline"],
  void: ["註銷", "Void"],
  voidTitle: ["註銷發票 {number}", "Void invoice {number}"],
  voidExplain: [
    "撤回平台上的內容，以便用同一號碼重新上傳更正後的內容。交易本身不取消。",
    "Withdraws the content from the platform, so that corrected content can be uploaded under the same number. The sale itself stands.",
  ],
  voidConfirm: ["註銷這張發票", "Void this invoice"],
  correctNow: ["現在就填更正後的內容", "Give the corrected content now"],
  correctHint: [
    "註銷經平台確認後，自動以同一號碼與日期上傳。不勾選則之後再填。",
    "Uploaded by itself under the same number and date once the void is confirmed. Without it, it may follow later.",
  ],
  allowance: ["折讓", "Allowance"],
  allowanceTitle: ["開立折讓：{number}", "Allowance on {number}"],
  allowanceExplain: [
    "退回部分金額；不得超過該品項剩餘金額。",
    "Gives back part of a line, never more than what is left of it.",
  ],
  line: ["品項", "Line"],
  amountGross: ["折讓金額（含稅）", "Amount, tax included"],
  amountNet: ["折讓金額（未稅）", "Amount, without tax"],
  allowanceConfirm: ["開立折讓", "Issue the allowance"],
  settle: ["判定結果", "Settle"],
  settleTitle: ["判定 {number} 的上傳結果", "Settle the upload of {number}"],
  settleExplain: [
    "請先到財政部平台查詢這張發票，再依看到的事實選擇。這會記入稽核軌跡。",
    "Look the invoice up at the platform first, then choose by what you saw. This is recorded in the audit.",
  ],
  decision: ["平台上看到的是", "What the platform shows"],
  accepted: ["平台已收到", "It has it"],
  acceptedMeaning: ["標為平台已收，不再傳送。", "Marked as accepted; it is not sent again."],
  rejected: ["平台已退回", "It refused it"],
  rejectedMeaning: ["標為退回；之後可註銷更正或作廢。", "Marked as rejected; then void and correct it, or cancel it."],
  sendAgain: ["平台沒有這張", "It does not have it"],
  sendAgainMeaning: ["以同一號碼與內容再送一次。", "The same number and content is sent again."],
  note: ["查證紀錄", "What you saw"],
  notNow: ["目前狀態不能執行。", "Not possible in the present state."],
} satisfies Words;

interface Props {
  invoice: InvoiceDetail;
  onDone(): void;
}

export function CancelInvoice({ invoice, onDone }: Pick<Props, "onDone"> & Pick<SettleProps, "invoice">) {
  const t = useWords(words);
  const ended = invoice.status === "cancelled" || invoice.status === "voided";
  return (
    <Action
      label={t("cancel")}
      title={t("cancelTitle", { number: invoice.invoiceNumber })}
      explain={<p>{t("cancelExplain")}</p>}
      confirm={t("cancelConfirm")}
      tone="danger"
      unavailable={ended ? t("notNow") : undefined}
      fields={[
        { kind: "text", name: "reason", label: t("reason"), required: true, maxLength: 20 },
        { kind: "text", name: "approvalNumber", label: t("approvalNumber"), hint: t("approvalHint"), maxLength: 60 },
      ]}
      act={({ reason = "", approvalNumber }, idempotencyKey) =>
        gateway.einvoice.cancelInvoice.mutate({
          idempotencyKey,
          id: invoice.id,
          reason,
          ...(approvalNumber && { approvalNumber }),
        })
      }
      onDone={onDone}
    />
  );
}

export function VoidInvoice({ invoice, opened, onDone }: Props & { opened: boolean }) {
  const t = useWords(words);
  const possible = invoice.status === "accepted" || invoice.status === "rejected";
  return (
    <Action
      label={t("void")}
      title={t("voidTitle", { number: invoice.invoiceNumber })}
      explain={<p>{t("voidExplain")}</p>}
      confirm={t("voidConfirm")}
      tone="danger"
      unavailable={possible ? undefined : t("notNow")}
      wide
      opened={opened && possible}
      fields={[
        { kind: "text", name: "reason", label: t("reason"), required: true, maxLength: 20 },
        { kind: "text", name: "remark", label: t("remark"), maxLength: 200 },
      ]}
      act={(values, idempotencyKey) =>
        gateway.einvoice.voidInvoice.mutate({
          idempotencyKey,
          id: invoice.id,
          reason: values.reason ?? "",
          ...(values.remark && { remark: values.remark }),
          ...(values.corrects && { corrected: invoiceContentOf(values) }),
        })
      }
      onDone={onDone}
    >
      <Corrected invoice={invoice} />
    </Action>
  );
}

/** The right content, where it is known already. */
function Corrected({ invoice }: { invoice: InvoiceDetail }) {
  const t = useWords(words);
  const [corrects, setCorrects] = useState(false);
  return (
    <>
      <Field
        field={{
          kind: "check",
          name: "corrects",
          label: t("correctNow"),
          hint: t("correctHint"),
          onChange: setCorrects,
        }}
      />
      {corrects && <InvoiceContentFields from={invoice} />}
    </>
  );
}

export function IssueAllowance({ invoice, onDone }: Props) {
  const t = useWords(words);
  const amountLabel = t(invoice.buyerKind === "consumer" ? "amountGross" : "amountNet");
  const lines = invoice.lines.map((line) => ({
    value: line.sequenceNumber,
    label: `${line.sequenceNumber} ${line.description} · ${line.amount}`,
  }));
  return (
    <Action
      label={t("allowance")}
      title={t("allowanceTitle", { number: invoice.invoiceNumber })}
      explain={<p>{t("allowanceExplain")}</p>}
      confirm={t("allowanceConfirm")}
      unavailable={invoice.status === "accepted" ? undefined : t("notNow")}
      fields={[
        { kind: "select", name: "line", label: t("line"), options: lines },
        { kind: "number", name: "amount", label: amountLabel, required: true },
      ]}
      act={({ line = "", amount }, idempotencyKey) =>
        gateway.einvoice.issueAllowance.mutate({
          idempotencyKey,
          invoiceId: invoice.id,
          lines: [{ sequenceNumber: line, amount: Number(amount) }],
        })
      }
      onDone={onDone}
    />
  );
}

const decisions = ["accepted", "rejected", "send_again"] as const;

/** Only there when something waits for it. */
export function SettleInvoice({ invoice, session, onDone }: Pick<Props, "onDone"> & SettleProps) {
  const t = useWords(words);
  const waits = invoice.status === "unknown" || (invoice.messages ?? []).some(isOpen);
  if (!waits) return null;
  return (
    <Settle
      label={t("settle")}
      title={t("settleTitle", { number: invoice.invoiceNumber })}
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
        if (known) await gateway.einvoice.settleUnknown.mutate({ id: invoice.id, decision: known, note });
      }}
      onDone={onDone}
    />
  );
}

interface SettleProps {
  /** A row of a list has no messages; its own state says enough. */
  invoice: Pick<InvoiceDetail, "id" | "invoiceNumber" | "status"> & Partial<Pick<InvoiceDetail, "messages">>;
  session: Session;
}

const isOpen = ({ kind, status }: InvoiceDetail["messages"][number]) =>
  status === "unknown" || (status === "rejected" && kind !== "issue");
