import { money, number, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { batchStatusLabels, heldReasonTexts } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { useEvents } from "../../lib/use-events.ts";
import { useQuery, WATCHED_POLL_MS } from "../../lib/use-query.ts";
import { inLanguage, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Facts, PageHead, Section } from "../../ui/layout.tsx";
import type { ViewProps } from "../../views.ts";
import { ApprovalsSection } from "./approvals-section.tsx";
import { CancelBatch, SealBatch, SendBatch, SettleBatch } from "./batch-actions.tsx";
import { FileSection } from "./file-section.tsx";
import { ItemsSection } from "./items-section.tsx";
import { ReconciliationSection } from "./reconciliation-section.tsx";
import { TransferSection } from "./transfer-section.tsx";
import type { BatchDetail } from "./types.ts";

const words = {
  title: ["批次", "Batch"],
  back: ["銀行扣款", "Bank batches"],
  facts: ["內容", "Content"],
  bank: ["銀行", "Bank"],
  payment: ["扣款日", "Payment date"],
  records: ["筆數", "Records"],
  total: ["總金額", "Total"],
  createdBy: ["建立者", "Made by"],
  createdAt: ["建立時間", "Made at"],
  cutoff: ["銀行截止", "Bank's cut-off"],
  noCutoff: ["未設定", "none set"],
  heldReason: ["暫停原因", "Held because"],
  authorisation_missing: ["扣款授權尚未完成", "an authorisation is not confirmed"],
} satisfies Words;

/** One batch, from its content to the bank's answer. Changes of its state arrive by themselves. */
export function BatchView({ id, session }: ViewProps & { id: string }) {
  const t = useWords(words);
  const query = useQuery(
    `batch ${id}`,
    (signal) => gateway.banking.getBatch.query({ batchId: id }, { signal }),
    WATCHED_POLL_MS,
  );
  useEvents(`batch ${id}`, (listener) => gateway.banking.watchBatch.subscribe({ batchId: id }, listener), query.reload);
  const batch = query.data;
  const actions = batch && { batch, session, onDone: query.reload };
  return (
    <>
      <PageHead
        title={batch ? <Title batch={batch} /> : t("title")}
        back={{ href: addressOf("batches"), label: t("back") }}
      >
        {actions && (
          <>
            <SettleBatch {...actions} />
            <SealBatch {...actions} />
            <SendBatch {...actions} />
            <CancelBatch {...actions} />
          </>
        )}
      </PageHead>
      <Asked query={query}>
        {(shown) => (
          <>
            <Content batch={shown} />
            <ApprovalsSection batch={shown} session={session} onDone={query.reload} />
            <FileSection batch={shown} />
            <ItemsSection batch={shown} />
            <TransferSection batch={shown} />
            <ReconciliationSection batch={shown} />
          </>
        )}
      </Asked>
    </>
  );
}

function Title({ batch }: { batch: BatchDetail }) {
  return (
    <>
      {batch.bank} {batch.batchNumber} <Badge label={batchStatusLabels[batch.status]} />
    </>
  );
}

function Content({ batch }: { batch: BatchDetail }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <Section title={t("facts")}>
      {batch.heldReason && (
        <p className="notice warn">
          <strong>{t("heldReason")}</strong> {inLanguage(language, heldReasonTexts[batch.heldReason])}
        </p>
      )}
      <Facts
        items={[
          [t("payment"), batch.paymentDate],
          [t("records"), number(batch.recordCount)],
          [t("total"), <strong key="total">{money(batch.totalAmount)}</strong>],
          [t("cutoff"), batch.cutoffAt ? taipeiTime(batch.cutoffAt) : t("noCutoff")],
          [t("createdBy"), batch.createdBy],
          [t("createdAt"), taipeiTime(batch.createdAt)],
        ]}
      />
    </Section>
  );
}
