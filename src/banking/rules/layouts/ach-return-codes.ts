import type { LayoutInput } from "../layout/description.ts";

/**
 * Return codes of the clearing house (RCODE, 22 codes); only 01, 10 and 11 are sensible to present again, and 02 and 03 need
 * a new authorisation.
 */
export const achReturnCodes = {
  "01": { meaning: "存款不足", outcome: "repeatable" },
  "02": { meaning: "非委託用戶", outcome: "unauthorised" },
  "03": { meaning: "已終止委託用戶", outcome: "unauthorised" },
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

/**
 * Reply codes of an authorisation (20 codes) as programs that read these files list them; `0` is also what confirms a
 * deletion. `4` says that an earlier request had been accepted: a person records that one.
 */
export const achAuthorisationCodes = {
  "0": { meaning: "成功", outcome: "success" },
  "1": { meaning: "印鑑不符", outcome: "failed" },
  "2": { meaning: "無此帳號", outcome: "failed" },
  "3": { meaning: "委繳戶統一編號不符", outcome: "failed" },
  "4": { meaning: "已核印成功在案", outcome: "duplicate" },
  "5": { meaning: "原交易不存在", outcome: "failed" },
  "6": { meaning: "電子資料與授權書內容不符", outcome: "failed" },
  "7": { meaning: "帳戶已結清", outcome: "failed" },
  "8": { meaning: "印鑑不清", outcome: "failed" },
  "9": { meaning: "其他", outcome: "failed" },
  A: { meaning: "未收到授權書", outcome: "failed" },
  B: { meaning: "用戶號碼錯誤", outcome: "failed" },
  C: { meaning: "靜止戶", outcome: "failed" },
  D: { meaning: "未收到聲明書", outcome: "failed" },
  E: { meaning: "授權書資料不全", outcome: "failed" },
  F: { meaning: "警示戶", outcome: "failed" },
  G: { meaning: "本帳戶不適用授權扣繳", outcome: "failed" },
  H: { meaning: "已於他行授權扣款", outcome: "failed" },
  I: { meaning: "該用戶已死亡", outcome: "failed" },
  Z: { meaning: "未交易或匯入失敗資料", outcome: "failed" },
} satisfies LayoutInput["responseCodes"];
