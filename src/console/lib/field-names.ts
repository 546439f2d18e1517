import type { Text } from "./words.tsx";

/** Names of the contract's fields as forms call them. */
const names: Record<string, Text> = {
  ubn: ["統一編號", "Tax id"],
  name: ["名稱", "Name"],
  description: ["品名", "Description"],
  quantity: ["數量", "Quantity"],
  unitPrice: ["單價", "Unit price"],
  email: ["電子郵件", "E-mail"],
  phone: ["電話", "Phone"],
  carrier: ["載具", "Carrier"],
  donationCode: ["愛心碼", "Donation code"],
  orderReference: ["訂單編號", "Order reference"],
  reason: ["原因", "Reason"],
  remark: ["備註", "Remark"],
  note: ["說明", "Note"],
  evidence: ["查證紀錄", "Evidence"],
  amount: ["金額", "Amount"],
  lines: ["品項", "Lines"],
  to: ["手機號碼", "Mobile number"],
  text: ["內文", "Text"],
  content: ["內文", "Text"],
  placeholders: ["欄位", "Placeholders"],
  code: ["代碼", "Code"],
  variant: ["版本", "Variant"],
  weight: ["權重", "Weight"],
  bank: ["銀行", "Bank"],
  bankCode: ["銀行代號", "Bank's key"],
  bankName: ["銀行名稱", "Bank's name"],
  paymentDate: ["扣款日", "Payment date"],
  items: ["明細", "Items"],
  transactionId: ["交易編號", "Transaction"],
  accountNumber: ["帳號", "Account"],
  accountHolder: ["戶名", "Account holder"],
  idNumber: ["身分證或統編", "Id number"],
  memo: ["摘要", "Memo"],
  duplicatesReason: ["重複扣款的理由", "Why duplicates are right"],
  yearMonth: ["年月", "Year and month"],
  prefix: ["字軌", "Track"],
  rangeStart: ["起號", "First number"],
  rangeEnd: ["迄號", "Last number"],
  contentBase64: ["檔案", "File"],
  day: ["日期", "Day"],
  cutoffTime: ["截止時間", "Cut-off"],
  sftpHost: ["SFTP 主機", "SFTP host"],
  sftpPort: ["SFTP 埠", "SFTP port"],
  uploadPath: ["上傳路徑", "Upload folder"],
  downloadPath: ["下載路徑", "Download folder"],
  encoding: ["編碼", "Encoding"],
  hostKeyPins: ["主機金鑰指紋", "Host key fingerprints"],
  priority: ["優先順序", "Priority"],
  rateLimit: ["每分鐘上限", "Messages a minute"],
  dailyLimit: ["每日上限", "Messages a day"],
  costPerMessage: ["每則費用", "Cost of a message"],
  costPerSegment: ["每段費用", "Cost of a segment"],
  config: ["進階設定", "Further settings"],
  username: ["帳號", "User name"],
  password: ["密碼", "Password"],
  submissionDate: ["送件日", "Submission date"],
};

/** `lines.0.quantity` as `品項 1 數量`; what has no name here shows as the gateway calls it. */
export function fieldText(path: string): Text {
  const parts = path.split(".").map((part): Text => {
    if (/^\d+$/.test(part)) return [String(Number(part) + 1), String(Number(part) + 1)];
    return names[part] ?? [part, part];
  });
  return [parts.map(([zh]) => zh).join(" "), parts.map(([, en]) => en).join(" ")];
}
