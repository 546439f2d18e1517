import type {
  Allowance,
  BatchStatus,
  InboundFileStatus,
  InvoiceDetail,
  InvoiceStatus,
  ItemStatus,
  LineClass,
  SmsAttemptState,
  SmsMessageType,
  SmsStatus,
} from "@luckygas/gateway-client";
import type { Text } from "./words.tsx";

/** How urgent a state is. Shown by colour, shape and word together. */
export type Tone = "good" | "busy" | "idle" | "warn" | "bad";
export interface Label {
  text: Text;
  tone: Tone;
}

const label = (tone: Tone, zh: string, en: string): Label => ({ tone, text: [zh, en] });

export const invoiceStatusLabels: Record<InvoiceStatus, Label> = {
  issued: label("busy", "已開立，待上傳", "issued, upload waits"),
  uploading: label("busy", "上傳中", "uploading"),
  unknown: label("warn", "結果不明", "outcome unknown"),
  accepted: label("good", "平台已收", "accepted"),
  rejected: label("bad", "平台退回", "rejected"),
  cancelled: label("idle", "已作廢", "cancelled"),
  voided: label("idle", "已註銷", "voided"),
};

export const allowanceStatusLabels: Record<Allowance["status"], Label> = {
  issued: label("busy", "已開立，待上傳", "issued, upload waits"),
  uploading: label("busy", "上傳中", "uploading"),
  unknown: label("warn", "結果不明", "outcome unknown"),
  accepted: label("good", "平台已收", "accepted"),
  rejected: label("bad", "平台退回", "rejected"),
  cancelled: label("idle", "已作廢", "cancelled"),
};

type Message = InvoiceDetail["messages"][number];
export const platformMessageLabels: Record<Message["status"], Label> = {
  due: label("busy", "待送", "waits"),
  sending: label("busy", "傳送中", "being sent"),
  sent: label("busy", "已送，等結果", "sent, result awaited"),
  unknown: label("warn", "結果不明", "outcome unknown"),
  accepted: label("good", "平台已收", "accepted"),
  rejected: label("bad", "平台退回", "rejected"),
  superseded: label("idle", "不再需要", "superseded"),
};

export const platformMessageKinds: Record<Message["kind"], Text> = {
  issue: ["開立", "issue"],
  cancel: ["作廢", "cancel"],
  void: ["註銷", "void"],
  allowance: ["折讓", "allowance"],
  cancel_allowance: ["作廢折讓", "cancel allowance"],
};

export const batchStatusLabels: Record<BatchStatus, Label> = {
  draft: label("idle", "草稿", "draft"),
  sealed: label("busy", "已封存，待核准", "sealed, approval waits"),
  approved: label("busy", "已核准，待送出", "approved, may be sent"),
  sending: label("busy", "傳送中", "being sent"),
  sent: label("busy", "已送達銀行", "at the bank"),
  indeterminate: label("warn", "是否送達不明", "arrival unknown"),
  held: label("warn", "暫停，等人處理", "held for a person"),
  acknowledged: label("busy", "銀行部分回覆", "bank answered in part"),
  reconciled: label("good", "對帳完成", "reconciled"),
  rejected: label("bad", "銀行整批退回", "refused by the bank"),
  cancelled: label("idle", "已取消", "cancelled"),
};

export const itemStatusLabels: Record<ItemStatus, Label> = {
  pending: label("busy", "等銀行回覆", "bank's answer awaited"),
  success: label("good", "扣款成功", "debited"),
  failed: label("bad", "扣款失敗", "failed"),
  paid_by_absence: label("good", "未列失敗，視為成功", "not among the failures"),
  returned: label("bad", "成功後退回", "came back after success"),
};

export const inboundStatusLabels: Record<InboundFileStatus, Label> = {
  received: label("busy", "已收", "received"),
  applied: label("good", "已入帳", "applied"),
  quarantined: label("warn", "隔離，等人處理", "quarantined"),
  correction: label("warn", "更正檔，等人決定", "correction, a person decides"),
  replay: label("idle", "重送檔", "the same again"),
  rejection: label("bad", "整批退回檔", "rejection"),
};

export const lineClassLabels: Record<LineClass, Label> = {
  matched_success: label("good", "相符，成功", "matches, debited"),
  matched_failed: label("idle", "相符，失敗", "matches, failed"),
  amount_mismatch: label("bad", "金額不符", "amount differs"),
  account_mismatch: label("bad", "帳號不符", "account differs"),
  unknown_transaction: label("bad", "查無此筆", "no such transaction"),
  duplicate_line: label("warn", "重複列", "duplicate line"),
  already_final_same: label("idle", "先前已相同結案", "final before, the same"),
  already_final_conflict: label("bad", "與先前結案矛盾", "final before, contradicted"),
  returned: label("warn", "成功後退回", "came back after success"),
  corrected: label("warn", "依更正檔更改", "changed by a correction"),
  wrong_bank: label("bad", "別家銀行", "another bank's"),
  unparseable: label("bad", "無法解讀", "unreadable"),
};

export const smsStatusLabels: Record<SmsStatus, Label> = {
  queued: label("busy", "排隊中", "queued"),
  deferred: label("busy", "延後", "deferred"),
  dispatching: label("busy", "交付中", "being handed over"),
  unknown: label("warn", "是否送出不明", "unknown whether sent"),
  submitted: label("busy", "業者已收", "with the provider"),
  sent: label("busy", "電信已收", "with the carrier"),
  delivered: label("good", "已送達", "delivered"),
  undelivered: label("bad", "未送達", "undelivered"),
  expired: label("idle", "逾時", "expired"),
  rejected: label("bad", "被拒", "rejected"),
  cancelled: label("idle", "已取消", "cancelled"),
  suppressed: label("idle", "拒收名單", "suppressed"),
};

export const smsAttemptLabels: Record<SmsAttemptState, Label> = {
  dispatching: label("busy", "交付中", "being handed over"),
  unknown: label("warn", "結果不明", "outcome unknown"),
  accepted: label("good", "業者接受", "accepted"),
  rejected: label("bad", "業者拒絕", "rejected"),
  not_sent: label("idle", "未送出", "not sent"),
};

export const smsTypeTexts: Record<SmsMessageType, Text> = {
  general: ["一般", "general"],
  otp: ["驗證碼", "one-time code"],
  promotional: ["促銷", "promotional"],
  order_confirmation: ["訂單確認", "order confirmation"],
  out_for_delivery: ["出車配送", "out for delivery"],
  delivery_on_way: ["即將到達", "on its way"],
  delivery_arrived: ["已到達", "arrived"],
  delivery_completed: ["配送完成", "completed"],
  order_cancelled: ["訂單取消", "order cancelled"],
  payment_reminder: ["繳款提醒", "payment reminder"],
  urgent_notification: ["緊急通知", "urgent notice"],
  system_alert: ["系統警示", "system alert"],
};

export const healthLabels: Record<"healthy" | "degraded" | "unhealthy" | "disabled", Label> = {
  healthy: label("good", "正常", "healthy"),
  degraded: label("warn", "異常", "degraded"),
  unhealthy: label("bad", "停擺", "unhealthy"),
  disabled: label("idle", "未啟用", "disabled"),
};

export const breakerLabels: Record<"closed" | "open" | "half_open", Label> = {
  closed: label("good", "通", "closed"),
  open: label("bad", "已跳開", "open"),
  half_open: label("warn", "試通中", "half open"),
};
