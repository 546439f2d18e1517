import type { LayoutInput } from "../layout/description.ts";
import { luckygasResponseCodes } from "./luckygas-response-codes.ts";

const { "099": _other, ...withoutOther } = luckygasResponseCodes;

/**
 * Codes of variant C: results (12 codes) and return reasons (13). 001 and 002 mean the opposite of the other variants, 009
 * is another thing, and 999 stands for 099.
 */
export const luckygasCResponseCodes = {
  ...withoutOther,
  "001": { meaning: "帳號錯誤", outcome: "failed" },
  "002": { meaning: "餘額不足", outcome: "failed" },
  "009": { meaning: "授權失敗", outcome: "failed" },
  "999": { meaning: "其他錯誤", outcome: "failed" },
  R01: { meaning: "餘額不足", outcome: "failed" },
  R02: { meaning: "帳戶已結清", outcome: "failed" },
  R03: { meaning: "無此帳號", outcome: "failed" },
  R04: { meaning: "帳號錯誤", outcome: "failed" },
  R05: { meaning: "未授權", outcome: "failed" },
  R06: { meaning: "已撤銷授權", outcome: "failed" },
  R07: { meaning: "客戶要求停止扣款", outcome: "failed" },
  R08: { meaning: "付款已停止", outcome: "failed" },
  R09: { meaning: "未收到授權", outcome: "failed" },
  R10: { meaning: "客戶通知未授權", outcome: "failed" },
  R11: { meaning: "檢查碼錯誤", outcome: "failed" },
  R12: { meaning: "分行無法處理", outcome: "failed" },
  R99: { meaning: "其他", outcome: "failed" },
} satisfies LayoutInput["responseCodes"];
