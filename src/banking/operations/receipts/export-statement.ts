import type { BankingDependencies } from "../../dependencies.ts";
import { listStatementLines } from "../../store/receipts.ts";
import type { Input, Output } from "../batch-view.ts";
import { csvFile } from "../csv-file.ts";
import { findStatement } from "./get-statement.ts";

const LINES_MAX = 100_000;

const HEADERS = [
  "行號",
  "明細分類",
  "虛擬帳號",
  "金額",
  "沖正",
  "入帳日期",
  "入帳時間",
  "銀行序號",
  "通路",
  "轉出行",
  "對應單據",
];

/** One row per line of the statement, in its order. */
export function createExportStatement(deps: BankingDependencies) {
  return async ({ fileId }: Input<"exportStatement">): Promise<Output<"exportStatement">> => {
    const file = await findStatement(deps, fileId);
    const lines = await listStatementLines(deps.db, fileId, 0, LINES_MAX);
    const name = `statement-${file.bankCode}-${file.receivedAt.toISOString().slice(0, 10)}-${file.sha256.slice(0, 8)}`;
    return csvFile(
      name,
      HEADERS,
      lines.map((line) => [
        line.record,
        line.class,
        line.virtualAccount,
        line.amount,
        line.isReversal ? "是" : "",
        line.processedDate,
        line.processedTime,
        line.bankReference,
        line.channel,
        line.payerBank,
        line.reference,
      ]),
    );
  };
}
