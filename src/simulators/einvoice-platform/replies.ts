/** Result codes of the dialect, as many as the simulated platform gives. */
export const rtnMessages = {
  "1": "成功",
  "9000002": "參數錯誤",
  "9000003": "驗證錯誤",
  "5000001": "發票號碼重複",
  "5000002": "發票號碼格式錯誤",
  "5000003": "發票日期錯誤",
  "5000004": "買方統一編號錯誤",
  "5000005": "賣方統一編號錯誤",
  "5000006": "發票金額錯誤",
  "5000007": "發票已作廢",
  "5000008": "發票不存在",
  "6000001": "折讓單號碼重複",
  "6000002": "原發票不存在",
  "6000003": "折讓金額超過原發票金額",
  "6000004": "原發票已作廢",
  "7000001": "AppID錯誤",
  "7000002": "簽章錯誤",
} as const;

export type RtnCode = keyof typeof rtnMessages;

/** A refusal, with what exactly is wrong. */
export interface Refusal {
  code: RtnCode;
  detail: string;
}

export const refuse = (code: RtnCode, detail: string): Refusal => ({ code, detail });
