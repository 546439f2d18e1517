import type { LayoutInput } from "../layout/description.ts";

/** Response codes of the LuckyGas reply files (12 codes); 007 may be presented again, 008 tells of an earlier submission. */
export const luckygasResponseCodes = {
  "000": { meaning: "交易成功", outcome: "success" },
  "001": { meaning: "餘額不足", outcome: "failed" },
  "002": { meaning: "帳號錯誤", outcome: "failed" },
  "003": { meaning: "帳戶已結清", outcome: "failed" },
  "004": { meaning: "帳戶凍結", outcome: "failed" },
  "005": { meaning: "無此帳號", outcome: "failed" },
  "006": { meaning: "金額錯誤", outcome: "failed" },
  "007": { meaning: "系統錯誤", outcome: "repeatable" },
  "008": { meaning: "重複交易", outcome: "duplicate" },
  "009": { meaning: "逾期交易", outcome: "failed" },
  "010": { meaning: "未授權交易", outcome: "failed" },
  "099": { meaning: "其他錯誤", outcome: "failed" },
} satisfies LayoutInput["responseCodes"];
