import type { GatewayErrorAction } from "@luckygas/gateway-client";
import { isGatewayError, isNoAnswer } from "@luckygas/gateway-client/client";
import { fieldText } from "./field-names.ts";
import { chineseOf } from "./gateway-words.ts";
import { isKnownReason, reasonText } from "./reasons.ts";
import { inLanguage, type Language, type Text } from "./words.tsx";

const actions: Record<GatewayErrorAction, Text> = {
  fix_input: ["輸入有誤，請更正後再試。", "The input is not right; correct it and try again."],
  fix_credentials: ["登入資料無效。", "The credentials are not valid."],
  ask_for_rights: ["您的角色沒有此權限，請洽主管。", "Your role may not do this; ask a manager."],
  check_reference: ["找不到這筆資料。", "There is no such record."],
  use_new_key: [
    "這次操作已經以不同內容送出過；請關閉後重新開始。",
    "This act was sent before with other content; close and begin anew.",
  ],
  read_state: ["目前狀態不允許這個動作。", "The present state does not allow this."],
  choose_other_provider: ["此業者或設定不支援這個動作。", "This provider or setting does not support it."],
  read_reason: ["對方拒絕了這個請求。", "The other party refused it."],
  repeat_with_same_key: ["暫時無法處理，請稍候再試一次。", "Not possible just now; try again in a moment."],
  report_request_id: ["閘道內部錯誤，請附上請求編號通報。", "A fault of the gateway; report it with the request id."],
};

const noAnswer: Text = [
  "沒有收到回應，無法確定是否已生效。再按一次不會重複執行。",
  "No answer came, so nobody knows yet whether it took effect. Trying again does not do it twice.",
];

/** One detail: in the reader's language where it is known, and the gateway's own English. */
export interface ToldDetail {
  text: string;
  /** Absent where `text` is English itself. */
  original?: string;
}

export interface ToldError {
  message: string;
  /** The field and its rule, or the reason. */
  details: ToldDetail[];
  requestId: string | undefined;
}

/** An error in words that say what to do next. */
export function tellError(error: unknown, language: Language): ToldError {
  if (isGatewayError(error)) {
    const { action, fields = [], reason, requestId } = error.data.gateway;
    const details = fields.map(({ path, rule }) => ruleDetail(path, rule, language));
    if (details.length === 0) details.push(reasonDetail(error.message, reason, language));
    return { message: inLanguage(language, actions[action]), details, requestId };
  }
  if (isNoAnswer(error)) return { message: inLanguage(language, noAnswer), details: [], requestId: undefined };
  const details = error instanceof Error ? [{ text: error.message }] : [];
  return { message: inLanguage(language, ["頁面發生錯誤。", "The page has a fault."]), details, requestId: undefined };
}

function ruleDetail(path: string, rule: string, language: Language): ToldDetail {
  const field = inLanguage(language, fieldText(path));
  const chinese = language === "zh" ? chineseOf(rule) : undefined;
  if (chinese === undefined) return { text: `${field}: ${rule}` };
  return { text: `${field}：${chinese}`, original: `${path}: ${rule}` };
}

function reasonDetail(message: string, reason: string | undefined, language: Language): ToldDetail {
  if (language === "en") return { text: reason ? `${message} (${reason})` : message };
  const known = reason !== undefined && isKnownReason(reason) ? reasonText(reason)[0] : chineseOf(message);
  return known === undefined ? { text: message } : { text: known, original: message };
}
