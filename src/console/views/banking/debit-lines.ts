import type { BatchItemInput } from "@luckygas/gateway-client";

/** A line that cannot be a debit: where, and why. */
export interface LineProblem {
  line: number;
  problem: "columns" | "transaction" | "account" | "holder" | "amount" | "twice";
}

export interface DebitLines {
  items: BatchItemInput[];
  totalAmount: number;
  problems: LineProblem[];
}

const COLUMNS_MIN = 4;
const HEADING = /^(交易編號|transaction)/i;

/**
 * Debits as a spreadsheet gives them, one a line, with commas or tabs between: transaction, account, holder, amount, and
 * where wanted id number, memo and reference. A first line of headings is passed over. The gateway checks everything again.
 */
export function readDebitLines(text: string): DebitLines {
  const read: DebitLines = { items: [], totalAmount: 0, problems: [] };
  const known = new Set<string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || (index === 0 && HEADING.test(line.trim().replace(/^\uFEFF/, "")))) continue;
    const made = debitOf(cellsOf(line));
    if (typeof made === "string") read.problems.push({ line: index + 1, problem: made });
    else if (known.has(made.transactionId)) read.problems.push({ line: index + 1, problem: "twice" });
    else {
      known.add(made.transactionId);
      read.items.push(made);
      read.totalAmount += made.amount;
    }
  }
  return read;
}

function debitOf(cells: string[]): BatchItemInput | LineProblem["problem"] {
  if (cells.length < COLUMNS_MIN) return "columns";
  const [transactionId = "", account = "", accountHolder = "", amountText = "", idNumber, memo, reference] = cells;
  const accountNumber = account.replace(/[-\s]/g, "");
  const amount = Number(amountText.replace(/,/g, ""));
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,19}$/.test(transactionId)) return "transaction";
  if (!/^[0-9]{6,16}$/.test(accountNumber)) return "account";
  if (accountHolder === "") return "holder";
  if (!Number.isSafeInteger(amount) || amount < 1) return "amount";
  return {
    transactionId,
    accountNumber,
    accountHolder,
    amount,
    ...(idNumber && { idNumber }),
    ...(memo && { memo }),
    ...(reference && { reference }),
  };
}

/** The cells of one line; a cell in quotation marks may hold commas, and `""` is a mark within it. */
function cellsOf(line: string): string[] {
  const text = line.replace(/^\uFEFF/, "");
  if (text.includes("\t")) return text.split("\t").map((cell) => cell.trim());
  const cells: string[] = [];
  let rest = `${text},`;
  while (rest !== "") {
    const [whole = rest, quoted, plain] = /^\s*(?:"((?:[^"]|"")*)"\s*|([^,]*)),/.exec(rest) ?? [];
    cells.push((quoted?.replaceAll('""', '"') ?? plain ?? "").trim());
    rest = rest.slice(whole.length);
  }
  return cells;
}
