import { money, number } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { isManager, type Session } from "../../lib/session.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";
import { Settle } from "../../ui/settle.tsx";
import type { BatchDetail, InboundFile } from "./types.ts";

const words = {
  managersOnly: ["須由主管執行。", "For managers."],
  seal: ["封存", "Seal"],
  sealTitle: ["封存批次 {name}", "Seal batch {name}"],
  sealExplain: [
    "固定檔案的內容、檔名與雜湊，之後不能修改。",
    "Fixes the file's bytes, name and hash; nothing can be changed afterwards.",
  ],
  sealConfirm: ["封存檔案", "Seal the file"],
  approve: ["核准", "Approve"],
  approveTitle: ["核准批次 {name}", "Approve batch {name}"],
  approveExplain: [
    "您核准的正是這個檔案：{records} 筆，{total}。內容若有不同，核准無效。",
    "You approve exactly this file: {records} records, {total}. Were its content another, the approval would not hold.",
  ],
  approveConfirm: ["核准這個檔案", "Approve this file"],
  ownBatch: ["建立者不能核准自己的批次。", "Whoever made a batch may not approve it."],
  alreadyApproved: ["您已經核准過。", "You have approved it already."],
  send: ["送到銀行", "Send to the bank"],
  sendTitle: ["把 {name} 送到銀行", "Send {name} to the bank"],
  sendExplain: [
    "銀行收到後會扣款：{records} 筆，{total}。送出後不能收回。",
    "The bank will debit {records} accounts, {total}. It cannot be taken back.",
  ],
  sendConfirm: ["送出扣款檔", "Send the file"],
  notApproved: ["還缺核准。", "Approvals are missing."],
  cancel: ["取消批次", "Cancel batch"],
  cancelTitle: ["取消批次 {name}", "Cancel batch {name}"],
  cancelExplain: [
    "只有確定沒有送達銀行的批次可以取消。",
    "Only a batch that cannot have reached the bank can be cancelled.",
  ],
  reason: ["原因", "Reason"],
  settle: ["判定是否送達", "Settle"],
  settleTitle: ["{name} 是否送達銀行？", "Did {name} reach the bank?"],
  settleExplain: [
    "連線在最後一步中斷，閘道不會自行重送。請先向銀行查證，再依事實選擇。",
    "The connection broke at the last step. The gateway never sends again by itself. Ask the bank first, then choose by what was said.",
  ],
  outcome: ["銀行的答覆", "What the bank says"],
  arrived: ["已送達", "It arrived"],
  arrivedMeaning: ["標為已送達，等待銀行回覆檔。", "Marked as sent; the bank's reply is awaited."],
  notArrived: ["沒有送達", "It did not arrive"],
  notArrivedMeaning: ["批次暫停，可以再送一次或取消。", "The batch is held; it can be sent again or cancelled."],
  evidence: ["查證紀錄（向誰、何時、答覆）", "Whom you asked, when, and what was said"],
  apply: ["採用更正檔", "Apply the correction"],
  applyTitle: ["採用更正檔 {name}", "Apply correction {name}"],
  applyExplain: [
    "以這個檔案取代先前的結果；被改變的扣款會沖回。",
    "Replaces earlier results by this file; debits that it changes are reversed.",
  ],
} satisfies Words;

export interface BatchActionProps {
  batch: BatchDetail;
  session: Session;
  onDone(): void;
}

const figuresOf = ({ bank, batchNumber, recordCount, totalAmount }: SummaryActionProps["batch"]) => ({
  name: `${bank} ${batchNumber}`,
  records: number(recordCount),
  total: money(totalAmount),
});

export function SealBatch({ batch, onDone }: BatchActionProps) {
  const t = useWords(words);
  if (batch.status !== "draft") return null;
  return (
    <Action
      label={t("seal")}
      title={t("sealTitle", figuresOf(batch))}
      explain={<p>{t("sealExplain")}</p>}
      confirm={t("sealConfirm")}
      tone="main"
      act={() => gateway.banking.sealBatch.mutate({ batchId: batch.id })}
      onDone={onDone}
    />
  );
}

export function ApproveBatch({ batch, session, onDone }: BatchActionProps) {
  const t = useWords(words);
  const { file } = batch;
  if (batch.status !== "sealed" || !file) return null;
  return (
    <Action
      label={t("approve")}
      title={t("approveTitle", figuresOf(batch))}
      explain={
        <>
          <p>{t("approveExplain", figuresOf(batch))}</p>
          <p>
            SHA-256 <code>{file.sha256}</code>
          </p>
        </>
      }
      confirm={t("approveConfirm")}
      tone="main"
      unavailable={approvalObstacle(batch, session, t)}
      act={() =>
        gateway.banking.approveBatch.mutate({
          batchId: batch.id,
          sha256: file.sha256,
          recordCount: batch.recordCount,
          totalAmount: batch.totalAmount,
        })
      }
      onDone={onDone}
    />
  );
}

function approvalObstacle(batch: BatchDetail, session: Session, t: (key: keyof typeof words) => string) {
  if (!isManager(session.role)) return t("managersOnly");
  if (batch.createdBy === session.subject) return t("ownBatch");
  return batch.approvals.some(({ approver }) => approver === session.subject) ? t("alreadyApproved") : undefined;
}

/** Rows of a list have no attempts and no items; these acts need neither. */
interface SummaryActionProps {
  batch: Omit<BatchDetail, "attempts" | "items">;
  onDone(): void;
}

export function SendBatch({ batch, onDone }: SummaryActionProps) {
  const t = useWords(words);
  if (batch.status !== "sealed" && batch.status !== "approved" && batch.status !== "held") return null;
  return (
    <Action
      label={t("send")}
      title={t("sendTitle", figuresOf(batch))}
      explain={<p>{t("sendExplain", figuresOf(batch))}</p>}
      confirm={t("sendConfirm")}
      tone="main"
      unavailable={batch.status === "sealed" ? t("notApproved") : undefined}
      act={() => gateway.banking.sendBatch.mutate({ batchId: batch.id })}
      onDone={onDone}
    />
  );
}

export function CancelBatch({ batch, onDone }: SummaryActionProps) {
  const t = useWords(words);
  if (!["draft", "sealed", "approved", "held"].includes(batch.status)) return null;
  return (
    <Action
      label={t("cancel")}
      title={t("cancelTitle", figuresOf(batch))}
      explain={<p>{t("cancelExplain")}</p>}
      confirm={t("cancel")}
      tone="danger"
      fields={[{ kind: "text", name: "reason", label: t("reason"), required: true, maxLength: 200 }]}
      act={({ reason = "" }) => gateway.banking.cancelBatch.mutate({ batchId: batch.id, reason })}
      onDone={onDone}
    />
  );
}

export function SettleBatch({ batch, session, onDone }: Omit<BatchActionProps, "batch"> & SettleProps) {
  const t = useWords(words);
  if (batch.status !== "indeterminate") return null;
  return (
    <Settle
      label={t("settle")}
      title={t("settleTitle", { name: `${batch.bank} ${batch.batchNumber}` })}
      explain={t("settleExplain")}
      session={session}
      choice={{
        name: "outcome",
        label: t("outcome"),
        options: [
          { value: "arrived", label: t("arrived"), meaning: t("arrivedMeaning") },
          { value: "not_arrived", label: t("notArrived"), meaning: t("notArrivedMeaning") },
        ],
      }}
      evidence={{ name: "evidence", label: t("evidence"), minLength: 10, maxLength: 500 }}
      act={({ outcome, evidence = "" }) =>
        gateway.banking.settleUnknown.mutate({
          batchId: batch.id,
          outcome: outcome === "arrived" ? "arrived" : "not_arrived",
          evidence,
        })
      }
      onDone={onDone}
    />
  );
}

interface SettleProps {
  batch: Pick<BatchDetail, "id" | "bank" | "batchNumber" | "status">;
}

export function ApplyCorrection({ file, session, onDone }: { file: InboundFile; session: Session; onDone(): void }) {
  const t = useWords(words);
  return (
    <Action
      label={t("apply")}
      title={t("applyTitle", { name: file.name })}
      explain={<p>{t("applyExplain")}</p>}
      confirm={t("apply")}
      tone="danger"
      unavailable={isManager(session.role) ? undefined : t("managersOnly")}
      fields={[{ kind: "area", name: "reason", label: t("reason"), required: true, minLength: 10, maxLength: 300 }]}
      act={({ reason = "" }) => gateway.banking.applyCorrection.mutate({ fileId: file.id, reason })}
      onDone={onDone}
    />
  );
}
