import type { LayoutInput } from "../layout/description.ts";

/** Return codes of the clearing house (RCODE, 22 codes); only 01, 10 and 11 are sensible to present again. */
export const achReturnCodes = {
  "01": { meaning: "存款不足", outcome: "repeatable" },
  "02": { meaning: "非委託用戶", outcome: "failed" },
  "03": { meaning: "已終止委託用戶", outcome: "failed" },
  "04": { meaning: "無此帳號", outcome: "failed" },
  "05": { meaning: "收受者統編錯誤", outcome: "failed" },
  "06": { meaning: "無此用戶號碼", outcome: "failed" },
  "07": { meaning: "用戶號碼不符", outcome: "failed" },
  "08": { meaning: "信用卡額度不足", outcome: "failed" },
  "09": { meaning: "未開卡", outcome: "failed" },
  "10": { meaning: "部分存款不足", outcome: "repeatable" },
  "11": { meaning: "超過扣款限額", outcome: "repeatable" },
  "12": { meaning: "信用卡未續卡", outcome: "failed" },
  "13": { meaning: "信用卡其他問題", outcome: "failed" },
  "22": { meaning: "帳戶已結清", outcome: "failed" },
  "23": { meaning: "靜止戶", outcome: "failed" },
  "24": { meaning: "凍結戶", outcome: "failed" },
  "25": { meaning: "帳戶存款遭法院強制執行", outcome: "failed" },
  "26": { meaning: "警示戶", outcome: "failed" },
  "27": { meaning: "該用戶已死亡", outcome: "failed" },
  "28": { meaning: "發動行申請停止入扣帳", outcome: "failed" },
  "91": { meaning: "未交易或匯入失敗", outcome: "failed" },
  "99": { meaning: "其他", outcome: "failed" },
} satisfies LayoutInput["responseCodes"];

/** Reply codes of an authorisation; the table of refusals is the clearing house's and is given per bank. */
export const achAuthorisationCodes = {
  "0": { meaning: "授權成功", outcome: "success" },
} satisfies LayoutInput["responseCodes"];
