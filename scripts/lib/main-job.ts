import { type GatewayClient, isGatewayError } from "@luckygas/gateway-client";
import { taipeiDate, taipeiParts } from "../../src/platform/taipei-time.ts";

export interface MainJob {
  /** Creates and sends. */
  maker: GatewayClient;
  /** Approves what the maker created; whoever creates a batch may not approve it. */
  approver: GatewayClient;
  tell(line: string): void;
  now: Date;
}

export interface JobResult {
  /** The invoice is accepted, the bank file reconciled in full, the SMS delivered. */
  ok: boolean;
  summary: {
    invoice: { number: string; status: string };
    bankFile: { bank: string; name: string; sha256: string; status: string };
    reconciliation: { matched: number; lines: number };
    sms: { id: string; provider: string | null; status: string };
  };
}

const STEP_TIMEOUT_MS = 30_000;

/** One invoice, one bank file, one SMS, each followed to its end through the typed client. */
export async function doMainJob(job: MainJob): Promise<JobResult> {
  const invoice = await issueInvoice(job);
  const bank = await sendBankFile(job);
  const sms = await sendSms(job);
  const ok =
    invoice.status === "accepted" &&
    bank.bankFile.status === "reconciled" &&
    bank.reconciliation.matched === bank.reconciliation.lines &&
    sms.status === "delivered";
  return { ok, summary: { invoice, ...bank, sms } };
}

async function issueInvoice({ maker, tell, now }: MainJob): Promise<JobResult["summary"]["invoice"]> {
  tell("\nE-invoice");
  await ensureNumbers(maker, now);
  const issued = await maker.einvoice.issueInvoice.mutate({
    idempotencyKey: `demo-invoice-${crypto.randomUUID()}`,
    buyer: { kind: "consumer" },
    lines: [
      { description: "家用瓦斯 20 公斤桶裝", quantity: 2, unitPrice: 690 },
      { description: "安全檢查", quantity: 1, unitPrice: 0 },
    ],
    carrier: { type: "3J0002", id: "/ABC+123" },
    orderReference: `DEMO-${now.getTime()}`,
  });
  tell(`  issued    ${issued.invoiceNumber}, NT$ ${issued.totalAmount}, upload due ${issued.uploadDueAt}`);
  const uploaded = await until("the platform to accept the invoice", async () => {
    const invoice = await maker.einvoice.getInvoice.query({ id: issued.id });
    return ["issued", "uploading", "unknown"].includes(invoice.status) ? undefined : invoice;
  });
  tell(`  uploaded  ${uploaded.status}`);
  const { invoiceNumber, invoicePeriod } = issued;
  const proof = await maker.einvoice.getProof.query({ invoiceNumber, invoicePeriod });
  tell(`  proof     barcode ${proof.barcode}`);
  return { number: issued.invoiceNumber, status: uploaded.status };
}

/** A booklet range for the current period, as the tax office allots it; only when there is none left. */
async function ensureNumbers(maker: GatewayClient, now: Date): Promise<void> {
  const { year, month } = taipeiParts(now);
  const yearMonth = `${year}${String(month).padStart(2, "0")}`;
  const evenMonth = month + (month % 2);
  const invoicePeriod = `${year - 1911}${String(evenMonth).padStart(2, "0")}`;
  const ranges = await maker.einvoice.listNumberRanges.query({ invoicePeriod });
  if (ranges.items.some((range) => range.remaining > 0)) return;
  const start = 10_000_000 + ranges.items.length * 1_000;
  await maker.einvoice.importNumberRanges.mutate({
    ranges: [{ yearMonth, prefix: "DM", rangeStart: start, rangeEnd: start + 999 }],
  });
}

async function sendBankFile({ maker, approver, tell, now }: MainJob) {
  tell("\nBank file (Mega Bank)");
  const reference = now.getTime().toString(36).toUpperCase();
  const draft = await maker.banking.createBatch.mutate({
    idempotencyKey: `demo-batch-${crypto.randomUUID()}`,
    bank: "mega",
    paymentDate: taipeiDate(now),
    items: [
      { transactionId: `${reference}-1`, accountNumber: "01234567890123", accountHolder: "張三", amount: 1380 },
      {
        transactionId: `${reference}-2`,
        accountNumber: "01234567890124",
        accountHolder: "許功蓋",
        amount: 690,
        memo: "十一月瓦斯費",
      },
      { transactionId: `${reference}-3`, accountNumber: "01234567890125", accountHolder: "陳十全", amount: 2070 },
    ],
  });
  const batchId = draft.id;
  await maker.banking.sealBatch.mutate({ batchId });
  const file = await maker.banking.previewFile.query({ batchId });
  tell(
    `  sealed    ${file.fileName}, ${file.recordCount} records, NT$ ${file.totalAmount}, sha256 ${file.sha256.slice(0, 16)}…`,
  );
  const { sha256, recordCount, totalAmount } = file;
  await approver.banking.approveBatch.mutate({ batchId, sha256, recordCount, totalAmount });
  tell("  approved  by a second person");
  await maker.banking.sendBatch.mutate({ batchId });
  const sent = await until("the file to be at the bank", async () => {
    const batch = await maker.banking.getBatch.query({ batchId });
    return ["approved", "sending"].includes(batch.status) ? undefined : batch;
  });
  const steps = sent.attempts.at(-1)?.steps.map(({ step }) => step) ?? [];
  tell(`  sent      ${steps.join(", ")}`);
  const done = await until("the bank's reply", async () => {
    await maker.banking.pollInbound.mutate({ bank: "mega" }).catch(ignoreBusy);
    const batch = await maker.banking.getBatch.query({ batchId });
    return ["sent", "acknowledged"].includes(batch.status) ? undefined : batch;
  });
  const reconciliation = await maker.banking.getReconciliation.query({ batchId });
  tell(`  replied   ${done.status}: ${reconciliation.matchedCount} of ${reconciliation.lineCount} lines match`);
  return {
    bankFile: { bank: "mega", name: file.fileName, sha256, status: done.status },
    reconciliation: { matched: reconciliation.matchedCount, lines: reconciliation.lineCount },
  };
}

/** The gateway polls by itself as well; then this call may find the poll already under way. */
function ignoreBusy(error: unknown): void {
  if (!isGatewayError(error) || error.data.gateway.reason !== "poll_running") throw error;
}

async function sendSms({ maker, tell, now }: MainJob): Promise<JobResult["summary"]["sms"]> {
  tell("\nSMS (Every8d)");
  const accepted = await maker.sms.sendMessage.mutate({
    idempotencyKey: `demo-sms-${crypto.randomUUID()}`,
    // Another recipient each time: nobody gets the same text twice within minutes.
    to: `0912${String(now.getTime() % 1_000_000).padStart(6, "0")}`,
    text: "【幸福氣】您的瓦斯正在配送中，司機 王大明 預計 15 分鐘後到達",
    messageType: "out_for_delivery",
    provider: "every8d",
  });
  tell(`  accepted  ${accepted.id}`);
  const message = await until("the delivery receipt", async () => {
    const found = await maker.sms.getMessage.query({ id: accepted.id });
    const waiting = ["queued", "deferred", "dispatching", "unknown", "submitted", "sent"];
    return waiting.includes(found.status) ? undefined : found;
  });
  tell(`  ${message.status} by ${message.provider}, ${message.receipts.length} receipt(s)`);
  return { id: accepted.id, provider: message.provider, status: message.status };
}

/** Asks again until there is an answer; ends in an error that says what did not come. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + STEP_TIMEOUT_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${STEP_TIMEOUT_MS / 1000} s in vain for ${what}`);
    await Bun.sleep(100);
  }
}
