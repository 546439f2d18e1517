/** The gateway's English words in Chinese, where they are known. `$1` is what the pattern found. */
const phrases: readonly (readonly [pattern: RegExp, chinese: string])[] = [
  // Rules of fields
  [/^must not be (?:empty|blank)$/, "必填"],
  [/^(?:must be given|is required)$/, "必填"],
  [/^must be a number$/, "必須是數字"],
  [/^must be a text$/, "必須是文字"],
  [/^must be one of (.+)$/, "須為下列之一：$1"],
  [/^at least NT\$ ([\d,]+)$/, "至少 NT$ $1"],
  [/^at least one item$/, "至少一筆"],
  [/^at least ([\d,]+) characters?$/, "至少 $1 個字"],
  [/^at least ([\d,]+)$/, "至少 $1"],
  [/^at most ([\d,]+) characters?$/, "最多 $1 個字"],
  [/^at most ([\d,]+) items$/, "最多 $1 筆"],
  [/^at most ([\d,]+) lines$/, "最多 $1 個品項"],
  [/^at most (?:NT\$ )?([\d,]+)$/, "最多 $1"],
  [/^must be above zero$/, "必須大於零"],
  [/^must not be negative$/, "不可為負數"],
  [/^must be a whole number of NT\$$/, "必須是整數金額（元）"],
  [/^must be a whole number$/, "必須是整數"],
  [/^must be HH:MM$/, "時間須為 HH:MM"],
  [/^must be an e-mail address$/, "電子郵件格式不對"],
  [/^must be a valid 統一編號.*$/, "統一編號不正確（8 碼，含檢查碼）"],
  [/^must be a calendar day, YYYY-MM-DD$/, "日期須為 YYYY-MM-DD"],
  [/^must be a year and month, YYYYMM$/, "年月須為 YYYYMM"],
  [/^must be 2 capital letters.*$/, "字軌為兩個大寫英文字母"],
  [/^must be three digits$/, "須為三位數字"],
  [/^must be an absolute path$/, "路徑須以 / 開頭"],
  [/^must be a bank's key.*$/, "銀行代號須為小寫英數，例如 mega"],
  [/^must be an id given by the gateway$/, "必須是閘道給的編號"],
  [/^must be SHA256: and 43 characters$/, "主機金鑰指紋須為 SHA256: 加 43 個字元"],
  [/^must be a decimal .*$/, "必須是數字（小數最多 7 位）"],
  [/^must be a variant.*$/, "版本須為大寫英數，例如 A"],
  [/^must be a code.*$/, "代碼須為小寫英數與底線，例如 order_confirmation"],
  [/^must declare \{(.+)\} of the text$/, "內文裡的 {$1} 沒有定義欄位"],
  [/^\{(.+)\} is not in the text$/, "{$1} 沒有出現在內文裡"],
  [/^6 to 16 digits$/, "6 到 16 位數字"],
  [/^8 to 10 characters of A-Z 0-9$/, "8 到 10 個大寫英數字"],
  [/^stands twice in this batch$/, "在這個批次裡重複"],
  [/^is above the bank's limit of NT\$ (\d+)$/, "超過單筆上限 NT$ $1"],
  [/^make NT\$ (\d+), above the limit of NT\$ (\d+) of one batch$/, "合計 NT$ $1，超過每批上限 NT$ $2"],
  [/^is no banking day of this bank; the next one is (.+)$/, "不是這家銀行的營業日；下一個營業日是 $1"],
  [/^must not be (?:in the past|a day to come)$/, "日期不可在此範圍"],
  [/^is needed for an early cut-off, HH:MM$/, "提早截止須填時間 HH:MM"],
  [/^is above what is left of this line: (.+)$/, "超過此品項剩餘金額 $1"],
  [/^must not overlap a range that is already there$/, "與既有字軌重疊"],
  [/^must not overlap an earlier range of the list$/, "與前面的區間重疊"],
  [/^must end with 00 or 50.*$/, "起號須以 00 或 50 結尾"],
  [/^must end with 49 or 99.*$/, "迄號須以 49 或 99 結尾"],
  [/^either ranges or file$/, "請擇一：區間或檔案"],
  [/^is neither UTF-8 nor Big5$/, "檔案既非 UTF-8 也非 Big5"],
  [/^holds no number range$/, "檔案裡沒有字軌區間"],
  [/^prices that include tax must add up to whole NT\$ for a business buyer$/, "含稅單價合計須為整數元"],
  [/^the total must be above zero$/, "總額必須大於零"],
  // What bank files break
  [/^has (\d+) bytes instead of (\d+)$/, "長度 $1 位元組，應為 $2"],
  [/^has (\d+) fields instead of (\d+)$/, "有 $1 欄，應為 $2"],
  [/^the header is missing$/, "缺首筆"],
  [/^the trailer is missing: the file may be cut off$/, "缺尾筆，檔案可能不完整"],
  [/^stands after the trailer$/, "出現在尾筆之後"],
  [/^says (\S+); the details make (\S+)$/, "檔案寫 $1，明細合計為 $2"],
  [/^is of no record type that the layout knows$/, "不是已知的紀錄類型"],
  // What must be equal in a reconciliation
  [/^expected items = .*$/, "應扣 = 成功 + 失敗 + 退回 + 未回覆 + 視為成功"],
  [/^trailer total = lines$/, "尾筆合計 = 各列合計"],
  [/^trailer success = .*$/, "尾筆成功 = 成功各列"],
  [/^trailer failure = .*$/, "尾筆失敗 = 其餘各列"],
  [/^NT\$ (\d+) belong to (\d+) lines of unknown transactions$/, "NT$ $1 屬於 $2 列查無此筆的交易"],
  // What was found while a file was brought to the bank
  [/^absent$/, "沒有同名檔案"],
  [/^(?:present|exists)$/, "已有同名檔案"],
  [/^sha256$/, "雜湊相同"],
  [/^size$/, "大小相同"],
  // Health
  [/^credit is low: (.+) left$/, "餘額不足，剩 $1"],
  [/^too many calls failed; it is tried again by itself$/, "連續失敗，已暫停呼叫；稍後自動再試"],
  [/^one call is let through as a probe$/, "正在以一次呼叫試通"],
  [/^provider_configs\.is_active is false$/, "設定為停用"],
  [/^no row in provider_configs for (\S+)$/, "還沒有設定"],
  [/^(?:the )?secret (\S+) is missing$/, "缺少密鑰 $1"],
  [/^switched off in bank_configurations$/, "設定為停用"],
  [/^the bank refuses the credentials.*$/, "銀行拒絕帳號密碼；更正密鑰後再測試連線"],
  [/^the bank's server does not answer$/, "銀行主機沒有回應"],
  [/^the database does not answer$/, "資料庫沒有回應"],
  [/^holidays are known until (\S+) only.*$/, "假日資料只到 $1，請匯入次年行事曆"],
  [/^(\d+) uploads are past the deadline of the law$/, "$1 則上傳已逾法定期限"],
  [/^(\d+) uploads were refused by the platform; see listDeadlines$/, "平台退回 $1 則上傳"],
  [/^(\d+) uploads fail again and again: (.+)$/, "$1 則上傳一再失敗（$2）"],
  [/^(\d+) uploads have used up 90 % of their time; see listDeadlines$/, "$1 則上傳期限緊急"],
  [/^(\d+) uploads have used up half of their time; see listDeadlines$/, "$1 則上傳期限過半"],
  [/^(\d+) uploads have an unknown outcome and are being asked about$/, "$1 則上傳結果不明，查詢中"],
  [
    /^the clock of this process is (\d+) s ahead of the database's; nothing is issued until it is right$/,
    "閘道主機時鐘快了 $1 秒，校正前不開立發票",
  ],
  [
    /^the clock of this process is (\d+) s behind the database's; nothing is issued until it is right$/,
    "閘道主機時鐘慢了 $1 秒，校正前不開立發票",
  ],
  [/^the e-invoice platform does not answer; uploads wait$/, "電子發票平台沒有回應，上傳等候中"],
  // Why a message went where it went
  [/^asked for by the caller$/, "呼叫端指定"],
  [/^not tried before$/, "還沒試過"],
  [/^(?:the )?only (?:one|provider).*$/, "唯一可用"],
  [/^quiet hours$/, "夜間不打擾時段"],
  [/^scheduled$/, "預約時間未到"],
  [/^not enough credit$/, "餘額不足"],
  [/^the reply could not be read$/, "回覆無法解讀"],
  [/^(?:connection reset|reset|timeout|unreadable)$/, "連線中斷，沒有收到回覆"],
  [/^unlisted error code$/, "手冊沒有的錯誤碼"],
  [/^(\w+): circuit breaker open$/, "$1：斷路器已跳開"],
  [/^(\w+): tried before$/, "$1：已試過"],
];

/**
 * The gateway's own words in Chinese; `undefined` where they are not known. Several sentences with `; ` between them are
 * taken one by one, and all must be known.
 */
export function chineseOf(english: string): string | undefined {
  const parts = english.split("; ");
  const known = [english, ...(parts.length > 1 ? parts : [])].map(phraseOf);
  if (known[0] !== undefined) return known[0];
  const each = known.slice(1).filter((text) => text !== undefined);
  return parts.length > 1 && each.length === parts.length ? each.join("；") : undefined;
}

function phraseOf(english: string): string | undefined {
  for (const [pattern, chinese] of phrases) {
    const found = pattern.exec(english);
    if (found) return chinese.replace(/\$(\d)/g, (whole, number: string) => found[Number(number)] ?? whole);
  }
  return undefined;
}
