import type { AmountValue, LayoutDescription, NumberValue, RecordValues, ResponseCode } from "./description.ts";

/** Control values of a file, computed from its details. */
export type Controls = Pick<
  Required<RecordValues>,
  "totalCount" | "totalAmount" | "successCount" | "successAmount" | "failCount" | "failAmount"
> &
  Pick<RecordValues, "hashTotal">;

export const controlNames = [
  "totalCount",
  "totalAmount",
  "successCount",
  "successAmount",
  "failCount",
  "failAmount",
  "hashTotal",
] as const satisfies readonly (NumberValue | AmountValue)[];

/** What an amount line is worth: what was processed where the bank says so, else what was ordered. */
export const lineAmount = (detail: RecordValues): number | undefined => detail.processedAmount ?? detail.amount;

/** A code that the table does not list is a failure nobody has classified, never a success. */
export function responseCode(table: Record<string, ResponseCode>, code: string | undefined): ResponseCode {
  return table[code ?? ""] ?? { meaning: "未分類 (code not in the bank's table)", outcome: "failed" };
}

/** Adds up details; `undefined` when the sum is beyond the safe integers. Amounts that a layout does not carry count as 0. */
export function computeControls(
  details: readonly RecordValues[],
  { responseCodes, hashTotal }: Pick<LayoutDescription, "responseCodes" | "hashTotal">,
): Controls | undefined {
  const controls: Controls = {
    totalCount: details.length,
    totalAmount: 0,
    successCount: 0,
    successAmount: 0,
    failCount: 0,
    failAmount: 0,
  };
  for (const detail of details) {
    const amount = lineAmount(detail) ?? 0;
    controls.totalAmount += amount;
    if (detail.responseCode === undefined) continue;
    const succeeded = responseCode(responseCodes, detail.responseCode).outcome === "success";
    controls[succeeded ? "successCount" : "failCount"] += 1;
    controls[succeeded ? "successAmount" : "failAmount"] += amount;
  }
  if (hashTotal && details.every((detail) => detail.accountNumber !== undefined)) {
    controls.hashTotal = addAccounts(details, hashTotal);
  }
  return controls.totalAmount <= Number.MAX_SAFE_INTEGER ? controls : undefined;
}

function addAccounts(
  details: readonly RecordValues[],
  { lastDigits, modulusDigits }: { lastDigits: number; modulusDigits: number },
): number {
  const modulus = 10 ** modulusDigits;
  return details.reduce((sum, { accountNumber = "" }) => (sum + Number(accountNumber.slice(-lastDigits))) % modulus, 0);
}
