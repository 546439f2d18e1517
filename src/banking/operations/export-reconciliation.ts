import type { BankingDependencies } from "../dependencies.ts";
import { findBatch, type ItemRow, listItems } from "../store/batches.ts";
import { type LineRow, listLines } from "../store/reconciliation.ts";
import { batchNotFound, type Input, type Output } from "./batch-view.ts";
import { type Cell, csvFile } from "./csv-file.ts";

/** A batch has 10,000 items at most; its replies have few more lines. */
const LINES_MAX = 50_000;

const HEADERS = [
  "序號",
  "交易序號",
  "扣款金額",
  "狀態",
  "明細分類",
  "回應代碼",
  "回應訊息",
  "銀行參考號",
  "處理日期",
  "檔案",
  "行號",
];

/** One row per debit and line of a reply, in the order of the batch; lines that fit no debit come last. Accounts are left out. */
export function createExportReconciliation(deps: BankingDependencies) {
  return async ({ batchId }: Input<"exportReconciliation">): Promise<Output<"exportReconciliation">> => {
    const batch = await findBatch(deps.db, batchId);
    if (!batch) throw batchNotFound();
    const [items, lines] = await Promise.all([
      listItems(deps.db, batchId),
      listLines(deps.db, batchId, undefined, LINES_MAX),
    ]);
    const byItem = Map.groupBy(lines, (line) => line.itemId);
    const rows = [
      ...items.flatMap((item) => (byItem.get(item.id) ?? [undefined]).map((line) => rowOf(item, line))),
      ...(byItem.get(null) ?? []).map((line) => rowOf(undefined, line)),
    ];
    return csvFile(`reconciliation-${batch.bankCode}-${batch.batchNumber}`, HEADERS, rows);
  };
}

const rowOf = (item: ItemRow | undefined, line: LineRow | undefined): Cell[] => [
  item?.sequence,
  item?.transactionId ?? line?.transactionId,
  item?.amount ?? line?.amount,
  item?.status,
  line?.class ?? (item?.status === "pending" ? "missing" : ""),
  line?.responseCode ?? item?.responseCode,
  line?.responseMeaning ?? item?.responseMeaning,
  line?.bankReference ?? item?.bankReference,
  line?.processedDate ?? item?.processedDate,
  line?.fileId,
  line?.record,
];
