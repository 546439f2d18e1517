/**
 * Callers of the contract's version 0.1, one for each procedure, written as front ends and back ends write them. They are
 * compiled against the present package, so that a change which breaks one of them shows; and they are run, so that a limit
 * shows which refuses what they send. Not to be changed to follow the contract: a caller out there cannot be changed either.
 */
import type { GatewayClient } from "@luckygas/gateway-client";

const id = "0194b1f0-7c3a-7e1e-9d7a-3f2b1c0d9e8f";
const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

type Caller = (gateway: GatewayClient) => Promise<unknown>;

export const einvoiceCallers: Record<string, Caller> = {
  issueInvoice: async (gateway) => {
    const invoice = await gateway.einvoice.issueInvoice.mutate({
      idempotencyKey: "order-20250115-0042",
      buyer: { kind: "business", ubn: "04595257", name: "好鄰居餐飲有限公司", email: "account@example.tw" },
      lines: [
        { description: "家用瓦斯 20 公斤桶裝", quantity: 2, unitPrice: 690, unit: "桶" },
        { description: "折扣", quantity: "1", unitPrice: "-50", taxType: "taxable" },
      ],
      orderReference: "SO-0042",
    });
    const total: number = invoice.totalAmount;
    const tax: number = invoice.salesAmount + invoice.taxAmount - total;
    return `${invoice.invoiceNumber} ${invoice.randomCode} ${tax} ${invoice.lines[0]?.description} ${invoice.upload.attempts}`;
  },
  issueInvoices: async (gateway) => {
    const { items } = await gateway.einvoice.issueInvoices.mutate({
      invoices: [
        {
          idempotencyKey: "order-20250115-0043",
          buyer: { kind: "consumer", phone: "0912-345-678" },
          lines: [{ description: "瓦斯", quantity: 1, unitPrice: 690 }],
          carrier: { type: "3J0002", id: "/ABC+123" },
        },
        {
          idempotencyKey: "order-20250115-0044",
          buyer: { kind: "consumer" },
          lines: [{ description: "瓦斯", quantity: 1, unitPrice: 690 }],
          donationCode: "919",
        },
      ],
    });
    return items.map(({ idempotencyKey, invoice, error }) =>
      invoice ? `${idempotencyKey} ${invoice.invoiceNumber}` : `${idempotencyKey} ${error?.code} ${error?.message}`,
    );
  },
  getInvoice: async (gateway) => {
    const invoice = await gateway.einvoice.getInvoice.query({ id });
    const states: string[] = invoice.messages.map(({ kind, status, dueAt }) => `${kind} ${status} ${dueAt}`);
    const allowed = invoice.allowances.reduce((sum, { totalAmount }) => sum + totalAmount, 0);
    return { states, allowed, last: invoice.attempts[0]?.outcome, printed: invoice.prints.length };
  },
  watchInvoice: async (gateway) => {
    for await (const event of gateway.einvoice.watchInvoice.subscribe({ id })) {
      const { invoiceNumber, status } = event.data;
      return { invoiceNumber, ended: status === "accepted" || status === "rejected", resumeFrom: event.id };
    }
    return undefined;
  },
  listInvoices: async (gateway) => {
    const page = await gateway.einvoice.listInvoices.query({
      status: "rejected",
      issuedFrom: "2025-01-01",
      issuedTo: "2025-01-31",
      limit: 20,
    });
    const next: string | null = page.nextCursor;
    return {
      next,
      due: page.items.map(({ invoiceNumber, uploadDueAt }) => ({ invoiceNumber, at: new Date(uploadDueAt) })),
    };
  },
  getProof: async (gateway) => {
    const proof = await gateway.einvoice.getProof.query({ invoiceNumber: "AA10000001", invoicePeriod: "11402" });
    return [proof.barcode, proof.leftQr, proof.rightQr, proof.periodText, proof.numberText].join("\n");
  },
  previewProof: async (gateway) => {
    const { svg, contentType } = await gateway.einvoice.previewProof.query({
      invoiceNumber: "AA10000001",
      invoicePeriod: "11402",
      withItems: true,
    });
    return `data:${contentType};utf8,${svg}`;
  },
  printProof: async (gateway) => {
    const print = await gateway.einvoice.printProof.mutate({
      idempotencyKey: "print-AA10000001-1",
      invoiceNumber: "AA10000001",
      invoicePeriod: "11402",
      format: "escpos",
    });
    return { name: print.fileName, bytes: atob(print.contentBase64), copy: print.kind === "reprint" };
  },
  checkUbn: async (gateway) => {
    const { valid } = await gateway.einvoice.checkUbn.query({ ubn: "04595257" });
    return valid ? "valid" : "not valid";
  },
  verifyCarrier: async (gateway) => {
    const { exists, reason } = await gateway.einvoice.verifyCarrier.mutate({ type: "3J0002", id: "/ABC+123" });
    return exists === "unknown" ? `ask later: ${reason}` : exists === "yes";
  },
  verifyDonationCode: async (gateway) => {
    const { exists, isFromCache } = await gateway.einvoice.verifyDonationCode.mutate({ donationCode: "919" });
    return `${exists}${isFromCache ? " (known)" : ""}`;
  },
  verifyBusiness: async (gateway) => (await gateway.einvoice.verifyBusiness.mutate({ ubn: "04595257" })).exists,
  importNumberRanges: async (gateway) => {
    const { items } = await gateway.einvoice.importNumberRanges.mutate({
      ranges: [{ yearMonth: "202501", prefix: "AA", rangeStart: 10_000_000, rangeEnd: 10_000_049 }],
    });
    return items.reduce((sum, { remaining }) => sum + remaining, 0);
  },
  reportUnusedNumbers: async (gateway) => {
    const report = await gateway.einvoice.reportUnusedNumbers.mutate({ invoicePeriod: "11402" });
    return report.tracks.map(({ prefix, unusedCount, status, ranges }) => [prefix, unusedCount, status, ranges.length]);
  },
  listDeadlines: async (gateway) => {
    const { items } = await gateway.einvoice.listDeadlines.query({ level: "urgent" });
    return items.map(({ kind, invoiceNumber, dueAt, level }) => ({ kind, invoiceNumber, dueAt, level }));
  },
  reconcile: async (gateway) => {
    const { status, differences } = await gateway.einvoice.reconcile.mutate({ day: "2025-01-15" });
    return status === "done" ? differences.map(({ invoiceNumber, repair }) => `${invoiceNumber} ${repair}`) : "running";
  },
  getReconciliation: async (gateway) => {
    const { checked, open, unanswered } = await gateway.einvoice.getReconciliation.query({ day: "2025-01-15" });
    return checked + open + unanswered;
  },
  listNumberRanges: async (gateway) => {
    const { items } = await gateway.einvoice.listNumberRanges.query({ invoicePeriod: "11402" });
    return items.map(({ prefix, nextNumber, isActive }) => `${prefix} ${nextNumber ?? "used up"} ${isActive}`);
  },
  cancelInvoice: async (gateway) => {
    const { status } = await gateway.einvoice.cancelInvoice.mutate({
      idempotencyKey: "cancel-SO-0042",
      id,
      reason: "客戶退貨",
      remark: "整筆取消",
    });
    return status;
  },
  voidInvoice: async (gateway) => {
    const { status } = await gateway.einvoice.voidInvoice.mutate({
      idempotencyKey: "void-SO-0042",
      id,
      reason: "品名錯誤",
      corrected: { buyer: { kind: "consumer" }, lines: [{ description: "瓦斯 16 公斤", quantity: 1, unitPrice: 580 }] },
    });
    return status;
  },
  issueAllowance: async (gateway) => {
    const allowance = await gateway.einvoice.issueAllowance.mutate({
      idempotencyKey: "allowance-SO-0042",
      invoiceId: id,
      lines: [{ sequenceNumber: "001", amount: 100, quantity: "1" }],
      amountsIncludeTax: true,
    });
    return `${allowance.allowanceNumber} ${allowance.netAmount} + ${allowance.taxAmount} = ${allowance.totalAmount}`;
  },
  cancelAllowance: async (gateway) => {
    const { status } = await gateway.einvoice.cancelAllowance.mutate({
      idempotencyKey: "cancel-allowance-SO-0042",
      id,
      reason: "金額錯誤",
    });
    return status;
  },
  settleUnknown: async (gateway) => {
    const { upload } = await gateway.einvoice.settleUnknown.mutate({
      id,
      decision: "send_again",
      note: "平台查無此號",
    });
    return upload.nextAttemptAt;
  },
  resendMessage: async (gateway) => {
    const { status, nextAttemptAt } = await gateway.einvoice.resendMessage.mutate({
      messageId: id,
      note: "平台已開放此 IP",
    });
    return `${status} ${nextAttemptAt}`;
  },
  settleMessage: async (gateway) => {
    const { kind, remedies } = await gateway.einvoice.settleMessage.mutate({
      messageId: id,
      decision: "accepted",
      note: "平台頁面查得此筆",
    });
    return { kind, open: remedies.length > 0 };
  },
  assignBranchNumbers: async (gateway) => {
    const { count, status } = await gateway.einvoice.assignBranchNumbers.mutate({
      idempotencyKey: "branch-11402-AA-1",
      invoicePeriod: "11402",
      prefix: "AA",
      branchUbn: "04595257",
      beginNumber: 10_000_000,
      endNumber: 10_000_049,
    });
    return `${count} ${status}`;
  },
  listPendingOrders: async (gateway) => {
    const { items } = await gateway.einvoice.listPendingOrders.query({ limit: 20 });
    return items
      .filter(({ status }) => status === "unknown")
      .map(({ orderId, buyerName }) => `${orderId} ${buyerName}`);
  },
  settleOrder: async (gateway) => {
    const { status, invoiceNumber } = await gateway.einvoice.settleOrder.mutate({
      orderId: id,
      issued: { invoiceNumber: "AA10000001", randomCode: "4821", issuedAt: "2025-01-15T02:30:00.000Z" },
      note: "綠界後台已開立",
    });
    return status === "issued" ? invoiceNumber : "not issued";
  },
  submitTestInvoice: async (gateway) => {
    const { outcome, providerCode } = await gateway.einvoice.submitTestInvoice.mutate({
      invoice_number: "AA10000001",
      amount: 1000,
    });
    return `${outcome} ${providerCode}`;
  },
};

export const bankingCallers: Record<string, Caller> = {
  listBanks: async (gateway) => {
    const { items } = await gateway.banking.listBanks.query();
    return items
      .filter(({ isActive, problem }) => isActive && problem === null)
      .map(({ bank, name }) => `${bank} ${name}`);
  },
  getBankStatus: async (gateway) => {
    const status = await gateway.banking.getBankStatus.query({ bank: "mega" });
    return status.status === "healthy" && status.circuit_breaker === "closed" && status.batches.indeterminate === 0;
  },
  createBatch: async (gateway) => {
    const batch = await gateway.banking.createBatch.mutate({
      idempotencyKey: "debits-202501-mega",
      bank: "mega",
      paymentDate: "2025-01-20",
      items: [
        {
          transactionId: "202501-0001",
          accountNumber: "01234567890123",
          accountHolder: "王小明",
          amount: 1_380,
          idNumber: "A123456789",
          memo: "一月瓦斯費",
          reference: "AA10000001",
        },
      ],
    });
    return `${batch.id} ${batch.batchNumber} ${batch.status} ${batch.recordCount} ${batch.totalAmount}`;
  },
  getBatch: async (gateway) => {
    const batch = await gateway.banking.getBatch.query({ batchId: id, includeItems: true });
    const failed = (batch.items ?? []).filter(({ status }) => status === "failed");
    const steps = batch.attempts.flatMap((attempt) => attempt.steps.map(({ step, outcome }) => `${step}: ${outcome}`));
    return { failed: failed.map(({ transactionId, responseMeaning }) => ({ transactionId, responseMeaning })), steps };
  },
  listBatches: async (gateway) => {
    const { items } = await gateway.banking.listBatches.query({ bank: "mega", status: "indeterminate", limit: 10 });
    return items.map(({ batchNumber, paymentDate, heldReason }) => ({ batchNumber, paymentDate, heldReason }));
  },
  previewFile: async (gateway) => {
    const file = await gateway.banking.previewFile.query({ batchId: id });
    return { name: file.fileName, hash: file.sha256, bytes: atob(file.contentBase64).length === file.sizeBytes };
  },
  sealBatch: async (gateway) => (await gateway.banking.sealBatch.mutate({ batchId: id })).file?.sha256,
  approveBatch: async (gateway) => {
    const { approvals, approvalsRequired } = await gateway.banking.approveBatch.mutate({
      batchId: id,
      sha256,
      recordCount: 1,
      totalAmount: 1_380,
    });
    return approvals.length >= approvalsRequired;
  },
  sendBatch: async (gateway) => (await gateway.banking.sendBatch.mutate({ batchId: id })).status,
  cancelBatch: async (gateway) => {
    const { status } = await gateway.banking.cancelBatch.mutate({ batchId: id, reason: "金額有誤" });
    return status;
  },
  settleUnknown: async (gateway) => {
    const { status } = await gateway.banking.settleUnknown.mutate({
      batchId: id,
      outcome: "arrived",
      evidence: "電詢兆豐電金部，已收到檔案",
    });
    return status;
  },
  testConnection: async (gateway) => {
    const { ok, steps, errorType } = await gateway.banking.testConnection.mutate({ bank: "mega" });
    return ok || `${errorType}: ${steps.find((step) => !step.ok)?.detail}`;
  },
  testUpload: async (gateway) =>
    (await gateway.banking.testUpload.mutate({ bank: "mega" })).steps.map(({ step }) => step),
  pollInbound: async (gateway) => {
    const { received, notYetStable } = await gateway.banking.pollInbound.mutate({ bank: "mega" });
    return received.map(({ name, status }) => `${name} ${status}`).concat(notYetStable);
  },
  listInboundFiles: async (gateway) => {
    const { items } = await gateway.banking.listInboundFiles.query({ status: "quarantined" });
    return items.flatMap(({ name, problems }) =>
      problems.map(({ record, column, rule }) => [name, record, column, rule]),
    );
  },
  getReconciliation: async (gateway) => {
    const result = await gateway.banking.getReconciliation.query({ batchId: id, limit: 200 });
    const explained = result.identities
      .filter(({ holds }) => holds)
      .map(({ name, explanation }) => [name, explanation]);
    return { open: result.open.count, paid: result.succeeded.amount, explained, lines: result.lines.items.length };
  },
  exportReconciliation: async (gateway) => {
    const { fileName, contentType, content } = await gateway.banking.exportReconciliation.query({ batchId: id });
    return new File([content], fileName, { type: contentType }).size;
  },
  applyCorrection: async (gateway) => {
    const { status } = await gateway.banking.applyCorrection.mutate({ fileId: id, reason: "銀行來函更正第三筆結果" });
    return status;
  },
  watchBatch: async (gateway) => {
    for await (const { data } of gateway.banking.watchBatch.subscribe({ batchId: id })) {
      return `${data.status} ${data.heldReason ?? ""} ${data.at}`;
    }
    return undefined;
  },
  listLayouts: async (gateway) => {
    const { items } = await gateway.banking.listLayouts.query();
    return items.map(({ id: layout, title, problems }) => `${layout} ${title} ${problems.length}`);
  },
  upsertLayout: async (gateway) => {
    const layout = await gateway.banking.upsertLayout.mutate({ description: { id: "mega-2025" } });
    return layout.problems;
  },
  registerAuthorisations: async (gateway) => {
    const batch = await gateway.banking.registerAuthorisations.mutate({
      idempotencyKey: "authorisations-202501-mega",
      bank: "mega",
      items: [
        {
          customerNumber: "C000042",
          receivingUnit: "8220901",
          accountNumber: "12345678901234",
          idNumber: "A123456789",
        },
      ],
    });
    return `${batch.kind} ${batch.status}`;
  },
  recordAuthorisations: async (gateway) => {
    const { items } = await gateway.banking.recordAuthorisations.mutate({
      bank: "mega",
      items: [
        {
          customerNumber: "C000042",
          receivingUnit: "8220901",
          accountNumber: "12345678901234",
          idNumber: "A123456789",
        },
      ],
      evidence: "銀行來函確認授權已生效",
    });
    return items.map(({ status, customerNumber }) => `${customerNumber} ${status}`);
  },
  settleAuthorisation: async (gateway) => {
    const { status } = await gateway.banking.settleAuthorisation.mutate({
      authorisationId: id,
      outcome: "confirmed",
      evidence: "銀行林小姐電話確認授權",
    });
    return status;
  },
  listAuthorisations: async (gateway) => {
    const { items } = await gateway.banking.listAuthorisations.query({ bank: "mega", customerNumber: "C000042" });
    return items.map(({ status, responseMeaning }) => [status, responseMeaning]);
  },
  expectReceipt: async (gateway) => {
    const receipt = await gateway.banking.expectReceipt.mutate({
      idempotencyKey: "receipt-SO-0042",
      bank: "mega",
      customer: "2089",
      amount: 1_380,
      reference: "SO-0042",
    });
    return receipt.virtualAccount;
  },
  listReceipts: async (gateway) => {
    const { items } = await gateway.banking.listReceipts.query({ bank: "mega", reference: "SO-0042" });
    return items.map(({ status, receivedAmount, receivedOn }) => ({ status, receivedAmount, receivedOn }));
  },
  cancelReceipt: async (gateway) => {
    const { status } = await gateway.banking.cancelReceipt.mutate({
      receiptId: id,
      reason: "客戶改為貨到付款，取消收款",
    });
    return status;
  },
  assignReceipt: async (gateway) => {
    const { status } = await gateway.banking.assignReceipt.mutate({
      receiptId: id,
      fileId: id,
      lineNumber: 3,
      reason: "客戶轉錯帳號，已電話確認",
    });
    return status;
  },
  getStatement: async (gateway) => {
    const { credited, suspense, lines } = await gateway.banking.getStatement.query({ fileId: id });
    return { credited: credited.amount, suspense: suspense.count, lines: lines.items.length };
  },
  exportStatement: async (gateway) => {
    const { fileName, content } = await gateway.banking.exportStatement.query({ fileId: id });
    return `${fileName} ${content.length}`;
  },
  getBankConfiguration: async (gateway) => {
    const configuration = await gateway.banking.getBankConfiguration.query({ bank: "mega" });
    return `${configuration.sftpHost}:${configuration.sftpPort} ${configuration.approvalsRequired}`;
  },
  importCalendar: async (gateway) => {
    const { closedDays, knownUntil } = await gateway.banking.importCalendar.mutate({
      year: 2027,
      contentBase64: btoa("date,isHoliday"),
    });
    return `${closedDays} ${knownUntil}`;
  },
  upsertBank: async (gateway) => {
    const bank = await gateway.banking.upsertBank.mutate({
      bankCode: "mega",
      bankName: "兆豐銀行",
      sftpHost: "sftp.megabank.com.tw",
      uploadPath: "/upload",
      downloadPath: "/download",
      fileFormat: "fixed_width",
      encoding: "BIG5",
      cutoffTime: "15:30",
      approvalsRequired: 2,
    });
    return `${bank.bank} ${bank.cutoffTime}`;
  },
  listCalendarDays: async (gateway) => {
    const { items } = await gateway.banking.listCalendarDays.query({ from: "2025-01-01", to: "2025-02-28" });
    return items.filter(({ kind }) => kind === "closed").map(({ day, note }) => `${day} ${note}`);
  },
  setCalendarDay: async (gateway) => {
    const { kind } = await gateway.banking.setCalendarDay.mutate({
      bank: "*",
      day: "2025-07-31",
      kind: "closed",
      note: "颱風",
    });
    return kind;
  },
  makeVirtualAccount: async (gateway) => {
    const { virtualAccount } = await gateway.banking.makeVirtualAccount.query({
      bank: "mega",
      customer: "0042",
      amount: 690,
    });
    return virtualAccount;
  },
  checkVirtualAccount: async (gateway) => {
    const { valid } = await gateway.banking.checkVirtualAccount.query({
      bank: "mega",
      virtualAccount: "98765432101234",
    });
    return valid;
  },
};

export const smsCallers: Record<string, Caller> = {
  previewMessage: async (gateway) => {
    const preview = await gateway.sms.previewMessage.query({ to: "0912345678", text: "您的瓦斯正在配送中" });
    return `${preview.to} ${preview.encoding} ${preview.segments} ${preview.providers[0]?.costTwd}`;
  },
  sendMessage: async (gateway) => {
    const message = await gateway.sms.sendMessage.mutate({
      idempotencyKey: "order-20250115-0042/on-way",
      to: "0912345678",
      text: "【幸福氣】您的瓦斯正在配送中",
      messageType: "delivery_on_way",
      validForSeconds: 3_600,
    });
    return `${message.id} ${message.status} ${message.expiresAt}`;
  },
  sendMessages: async (gateway) => {
    const { accepted, items } = await gateway.sms.sendMessages.mutate({
      messages: [
        { idempotencyKey: "promotion-01-0001", to: "0912345678", text: "新春優惠", messageType: "promotional" },
      ],
    });
    return items
      .map((item) => (item.outcome === "accepted" ? item.message.id : item.error.code))
      .concat(String(accepted));
  },
  sendTemplate: async (gateway) => {
    const message = await gateway.sms.sendTemplate.mutate({
      idempotencyKey: "order-20250115-0042/arrived",
      to: "0912345678",
      code: "delivery_arrived",
      values: { order_id: "SO-0042", minutes: 10 },
    });
    return message.status;
  },
  listTemplates: async (gateway) => {
    const { items } = await gateway.sms.listTemplates.query({ code: "delivery_arrived" });
    return items.map(({ code, variant, content, placeholders }) => [code, variant, content, placeholders.length]);
  },
  upsertTemplate: async (gateway) => {
    const template = await gateway.sms.upsertTemplate.mutate({
      code: "order_confirmation",
      variant: "B",
      name: "訂單確認",
      content: "【幸福氣】訂單 {order_id} 已確認，金額 {amount} 元",
      placeholders: [
        { name: "order_id", type: "text", maxLength: 20 },
        { name: "amount", type: "integer" },
      ],
      messageType: "order_confirmation",
      weight: 50,
    });
    return template.isBuiltIn;
  },
  getExperiment: async (gateway) => {
    const experiment = await gateway.sms.getExperiment.query({ code: "order_confirmation" });
    return experiment.state === "winner"
      ? experiment.winner
      : experiment.variants.map(({ deliveryRate }) => deliveryRate);
  },
  getMessage: async (gateway) => {
    const message = await gateway.sms.getMessage.query({ id });
    const attempts = message.attempts.map(
      ({ provider, state, outcomeClass }) => `${provider} ${state} ${outcomeClass}`,
    );
    return { attempts, receipts: message.receipts.map(({ providerStatus, applied }) => [providerStatus, applied]) };
  },
  listMessages: async (gateway) => {
    const { items } = await gateway.sms.listMessages.query({ status: "unknown", provider: "every8d", limit: 50 });
    return items.map(({ to, statusReason, attemptsCount }) => ({ to, statusReason, attemptsCount }));
  },
  watchMessages: async (gateway) => {
    for await (const { id: eventId, data } of gateway.sms.watchMessages.subscribe({ ids: [id] })) {
      return { eventId, delivered: data.status === "delivered", at: data.statusAt };
    }
    return undefined;
  },
  getStatistics: async (gateway) => {
    const { items, total } = await gateway.sms.getStatistics.query({ from: "2025-01-01", to: "2025-01-31" });
    return `${total.delivered} of ${total.messages}, NT$ ${total.costTwd}, ${items.length} rows`;
  },
  getProviderSettings: async (gateway) => {
    const { priority, rateLimit, isActive } = await gateway.sms.getProviderSettings.query({ provider: "every8d" });
    return isActive ? priority * rateLimit : 0;
  },
  listSuppressions: async (gateway) => {
    const { items } = await gateway.sms.listSuppressions.query({ to: "0912345678" });
    return items.map(({ to, reason, createdBy }) => `${to} ${reason} ${createdBy}`);
  },
  liftSuppression: async (gateway) => {
    const { isSuppressed } = await gateway.sms.liftSuppression.mutate({ id, reason: "客戶來電恢復接收" });
    return isSuppressed;
  },
  listLinks: async (gateway) => {
    const { items } = await gateway.sms.listLinks.query({});
    return items.map(({ kind, value, provider }) => `${kind} ${value} ${provider ?? "all"}`);
  },
  upsertProvider: async (gateway) => {
    const provider = await gateway.sms.upsertProvider.mutate({
      provider: "every8d",
      priority: 100,
      rateLimit: 100,
      isActive: true,
      costPerSegment: "0.85",
      config: {},
    });
    return `${provider.provider} ${provider.status}`;
  },
  listProviders: async (gateway) => {
    const { items } = await gateway.sms.listProviders.query();
    return items.map(({ provider, status, detail, credit }) => ({
      provider,
      usable: status === "healthy",
      detail,
      credit,
    }));
  },
  suppressRecipient: async (gateway) => {
    const { isSuppressed } = await gateway.sms.suppressRecipient.mutate({ to: "0912345678", reason: "客戶來電拒收" });
    return isSuppressed;
  },
  registerLink: async (gateway) => {
    const { isApproved } = await gateway.sms.registerLink.mutate({
      kind: "url",
      value: "https://luckygas.example.tw/",
      matchesBelow: true,
    });
    return isApproved;
  },
  cancelMessage: async (gateway) => (await gateway.sms.cancelMessage.mutate({ id })).status,
  retryMessage: async (gateway) => (await gateway.sms.retryMessage.mutate({ id })).status,
  settleUnknown: async (gateway) => {
    const { status } = await gateway.sms.settleUnknown.mutate({
      id,
      outcome: "was_not_sent",
      resend: true,
      note: "業者後台查無此則",
    });
    return status;
  },
};

export const systemCallers: Record<string, Caller> = {
  health: async (gateway) => {
    const { status, services } = await gateway.system.health.query();
    return [
      status,
      ...Object.entries(services).map(([name, service]) => `${name} ${service.status} ${service.detail}`),
    ];
  },
  whoAmI: async (gateway) => {
    const { subject, role } = await gateway.system.whoAmI.query();
    return role === "driver" ? `driver ${subject}` : subject;
  },
  listAuditEntries: async (gateway) => {
    const { items } = await gateway.system.listAuditEntries.query({ action: "banking.sendBatch", limit: 100 });
    return items.map(({ seq, at, actor, phase, object }) => [seq, at, actor, phase, object]);
  },
  login: async (gateway) => {
    const { token, expiresAt, role } = await gateway.system.login.mutate({ username: "admin", password: "secret" });
    return { token, expiresAt: new Date(expiresAt), role };
  },
};
