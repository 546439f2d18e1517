import type {
  Allowance,
  BatchStatus,
  HeldReason,
  InboundFileStatus,
  InvoiceDetail,
  InvoiceStatus,
  ItemStatus,
  LineClass,
  Role,
  SmsAttemptState,
  SmsMessageType,
  SmsOutcomeClass,
  SmsStatus,
  TransferErrorType,
  VerificationLevel,
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

const platformMessageKinds: Record<string, Text> = {
  issue: ["開立", "issue"],
  cancel: ["作廢", "cancel"],
  void: ["註銷", "void"],
  allowance: ["折讓", "allowance"],
  cancel_allowance: ["作廢折讓", "cancel allowance"],
  unused_numbers: ["空白字軌申報", "unused numbers report"],
  branch_numbers: ["分支機構配號申報", "branch numbers report"],
};

/** What the platform is told; a kind that is new shows under its own name. */
export const messageKindText = (kind: string): Text => platformMessageKinds[kind] ?? [kind, kind];

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

export const heldReasonTexts: Record<HeldReason, Text> = {
  cutoff_passed: [
    "已過銀行截止時間：改日再送，或取消",
    "the bank's cut-off has passed: send it another day, or cancel",
  ],
  not_banking_day: ["不是銀行營業日：營業日再送，或取消", "not a banking day: send it on one, or cancel"],
  transfer_failed: [
    "多次傳送失敗，確定沒有送達：連線恢復後再送，或取消",
    "the transfer failed and it is certainly not there: send it again once the bank answers, or cancel",
  ],
  name_taken: [
    "銀行端已有同名檔案而內容不同：先向銀行查明",
    "another file of this name is at the bank: find out there first",
  ],
  settled_not_arrived: ["已判定未送達：可以再送，或取消", "found not to have arrived: send it again, or cancel"],
  authorisation_missing: [
    "有扣款缺少授權：補授權後再送，或取消",
    "authorisations are missing: have them confirmed and send it again, or cancel",
  ],
};

export const transferErrorTexts: Record<TransferErrorType, Text> = {
  dns: ["找不到銀行主機", "the server's name is not found"],
  address_not_allowed: ["主機位址不在允許範圍", "its address is not allowed"],
  connect: ["連不上銀行主機", "the server cannot be reached"],
  timeout: ["逾時沒有回應", "no answer in time"],
  host_key: ["主機金鑰不符：先向銀行確認", "the server's key is another: ask the bank"],
  auth: ["帳號或金鑰被拒", "the credentials are refused"],
  handshake: ["加密協商失敗", "no common algorithms"],
  channel: ["SFTP 通道無法開啟", "no SFTP channel"],
  permission: ["沒有資料夾權限", "not permitted in the folder"],
  no_such_file: ["沒有這個檔案或資料夾", "no such file or folder"],
  exists_or_failure: ["檔案已存在，或伺服器拒絕", "the file is there already, or the server refuses"],
  integrity: ["讀回的內容不符", "what was read back differs"],
  disconnected: ["連線中斷", "the connection broke"],
  pool_exhausted: ["連線數已滿", "no connection is free"],
  breaker_open: ["連續失敗，暫停連線", "paused after failures"],
  not_configured: ["沒有設定完成", "not configured"],
  other: ["其他錯誤", "another fault"],
};

export const verificationTexts: Record<VerificationLevel, Text> = {
  sha256: ["讀回全部內容並比對雜湊", "read back and compared by its hash"],
  size: ["比對檔案大小", "compared by its size"],
  none: ["銀行不允許查看，未驗證", "not checked: the bank allows no look"],
};

export const smsOutcomeTexts: Record<SmsOutcomeClass, Text> = {
  accepted: ["業者接受", "taken"],
  not_sent: ["確定沒送出", "certainly not sent"],
  transient: ["業者暫時無法處理", "the provider cannot just now"],
  throttle: ["業者限流", "the provider limits the rate"],
  account: ["業者帳戶問題（餘額、權限）", "the account at the provider"],
  request: ["請求格式被拒", "the request was refused"],
  recipient: ["號碼無法送達", "the number cannot be reached"],
  content: ["內文被拒", "the text was refused"],
  ambiguous: ["不確定是否送出", "nobody knows whether it went out"],
};

const partyTexts: Record<string, Text> = {
  einvoice: ["電子發票平台", "E-invoice platform"],
  banking: ["銀行", "Bank"],
  sms: ["簡訊", "SMS"],
  database: ["資料庫", "Database"],
};

/** `banking_mega` as `銀行 mega`. */
export function partyText(name: string): Text {
  const [kind = "", ...rest] = name.split("_");
  const known = partyTexts[kind];
  if (!known) return [name, name];
  const own = rest.join("_");
  return own === "" ? known : [`${known[0]} ${own}`, `${known[1]} ${own}`];
}

export const roleTexts: Record<Role, Text> = {
  super_admin: ["最高管理員", "super admin"],
  manager: ["主管", "manager"],
  office_staff: ["內勤", "office staff"],
  driver: ["司機", "driver"],
  service: ["後台程式", "service"],
};
