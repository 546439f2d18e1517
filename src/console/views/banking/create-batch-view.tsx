import { isGatewayError } from "@luckygas/gateway-client/client";
import { useState } from "react";
import { money, number, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { addressOf, goTo } from "../../lib/route.ts";
import { saveFile } from "../../lib/save-file.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useSubmit } from "../../lib/use-submit.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Field, valuesOf } from "../../ui/fields.tsx";
import { FormPage } from "../../ui/form-page.tsx";
import { Figure, PageHead, Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { type DebitLines, type LineProblem, readDebitLines } from "./debit-lines.ts";

const words = {
  title: ["建立扣款批次", "Make a batch of debits"],
  lead: [
    "先存為草稿；封存前可以取消。每一欄都依銀行檔案的規則檢查，有錯就整批不收。",
    "Kept as a draft that can still be cancelled. Every field is checked by the rules of the bank's file; one that breaks them refuses the whole.",
  ],
  back: ["銀行扣款", "Bank batches"],
  where: ["銀行與日期", "Bank and day"],
  bank: ["銀行", "Bank"],
  paymentDate: ["扣款日", "Payment date"],
  debits: ["扣款明細", "Debits"],
  debitsNote: [
    "一行一筆：交易編號、帳號、戶名、金額、身分證或統編、摘要、發票或訂單號。後三欄可空白。可從試算表直接貼上，或選 CSV 檔。",
    "One a line: transaction, account, holder, amount, id number, memo, invoice or order. The last three may be empty. Paste from a spreadsheet, or choose a CSV file.",
  ],
  file: ["CSV 檔", "CSV file"],
  lines: ["明細", "Lines"],
  sample: ["下載範例檔", "Sample file"],
  count: ["筆數", "Debits"],
  total: ["總金額", "Total"],
  wrong: ["有問題的行", "Lines that cannot be used"],
  mend: ["請先更正有問題的行。", "Mend the lines that cannot be used first."],
  line: ["第 {line} 行", "line {line}"],
  columns: ["欄數不足，至少要四欄", "fewer than four columns"],
  transaction: ["交易編號限 1 到 20 個英數字", "the transaction id has 1 to 20 letters and digits"],
  account: ["帳號須為 6 到 16 位數字", "an account has 6 to 16 digits"],
  holder: ["缺戶名", "the holder is missing"],
  amount: ["金額須為至少 1 的整數", "the amount is a whole number, 1 at least"],
  twice: ["交易編號重複", "the transaction id stands twice"],
  shown: ["前 {count} 筆", "The first {count}"],
  transactionColumn: ["交易編號", "Transaction"],
  accountColumn: ["帳號", "Account"],
  holderColumn: ["戶名", "Holder"],
  amountColumn: ["金額", "Amount"],
  duplicates: ["重複扣款的理由", "Why these are no duplicates"],
  duplicatesHint: [
    "閘道認為有幾筆與先前的扣款相同。確定無誤才填寫，至少 10 個字，會留在稽核軌跡。",
    "Some resemble earlier debits. Fill this in only when they are right all the same; it is kept in the audit.",
  ],
  submit: ["建立草稿", "Make the draft"],
  noBank: ["沒有可用的銀行。請主管先在「設定」新增。", "No bank can be used. A manager adds one under Settings."],
} satisfies Words;

const SHOWN_MAX = 5;
const DAY_MS = 86_400_000;
const SAMPLE = `交易編號,帳號,戶名,金額,證號,摘要,發票或訂單
202501-0001,01234567890123,王小明,1380,A123456789,一月瓦斯費,AA10000001
202501-0002,01234567890124,好鄰居餐飲有限公司,5700,04595257,一月瓦斯費,AA10000002
`;

/** A batch by hand, from a spreadsheet's lines. */
export function CreateBatchView() {
  const t = useWords(words);
  const banks = useQuery("banks", (signal) => gateway.banking.listBanks.query(undefined, { signal }), 60_000);
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")} back={{ href: addressOf("batches"), label: t("back") }} />
      <Asked query={banks}>
        {({ items }) => {
          const usable = items.filter(({ isActive }) => isActive);
          return usable.length === 0 ? <p className="notice warn">{t("noBank")}</p> : <BatchForm banks={usable} />;
        }}
      </Asked>
    </>
  );
}

function BatchForm({ banks }: { banks: { bank: string; name: string }[] }) {
  const t = useWords(words);
  const [text, setText] = useState("");
  const [asksReason, setAsksReason] = useState(false);
  const read = readDebitLines(text);
  const submission = useSubmit(async (form, idempotencyKey) => {
    const { bank = "", paymentDate = "", duplicatesReason } = valuesOf(form);
    try {
      const batch = await gateway.banking.createBatch.mutate({
        idempotencyKey,
        bank,
        paymentDate,
        items: read.items,
        ...(duplicatesReason && { duplicatesReason }),
      });
      goTo(addressOf("batches", batch.id));
    } catch (error) {
      if (isGatewayError(error) && error.data.gateway.reason?.startsWith("duplicate_payment")) setAsksReason(true);
      throw error;
    }
  });
  return (
    <FormPage submission={submission} confirm={t("submit")} label={t("title")}>
      <Section title={t("where")}>
        <div className="form-row">
          <Field
            field={{
              kind: "select",
              name: "bank",
              label: t("bank"),
              options: banks.map(({ bank, name }) => ({ value: bank, label: `${name} (${bank})` })),
            }}
          />
          <Field
            field={{
              kind: "date",
              name: "paymentDate",
              label: t("paymentDate"),
              required: true,
              value: taipeiTime(new Date(Date.now() + DAY_MS)).slice(0, 10),
            }}
          />
        </div>
      </Section>
      <Section
        title={t("debits")}
        note={t("debitsNote")}
        aside={
          <button type="button" onClick={() => saveFile("debits.csv", "text/csv", `\uFEFF${SAMPLE}`)}>
            {t("sample")}
          </button>
        }
      >
        <Field
          field={{
            kind: "file",
            name: "file",
            label: t("file"),
            accept: ".csv,.txt",
            onFile: (file) => {
              textOf(file).then(setText, () => setText(""));
            },
          }}
        />
        <div className="field">
          <label htmlFor="debit-lines">{t("lines")}</label>
          <textarea
            id="debit-lines"
            className="code"
            rows={8}
            spellCheck={false}
            value={text}
            required
            ref={(area) => area?.setCustomValidity(read.problems.length > 0 ? t("mend") : "")}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Read read={read} />
        {asksReason && (
          <Field
            field={{
              kind: "area",
              name: "duplicatesReason",
              label: t("duplicates"),
              hint: t("duplicatesHint"),
              required: true,
              minLength: 10,
              maxLength: 300,
            }}
          />
        )}
      </Section>
    </FormPage>
  );
}

/** What the text was understood as, so that a shifted column shows before anything is sent. */
function Read({ read }: { read: DebitLines }) {
  const t = useWords(words);
  if (read.items.length === 0 && read.problems.length === 0) return null;
  return (
    <>
      <div className="figures" role="status">
        <Figure name={t("count")} value={number(read.items.length)} />
        <Figure name={t("total")} value={money(read.totalAmount)} />
        <Figure
          name={t("wrong")}
          value={number(read.problems.length)}
          {...(read.problems.length > 0 && { tone: "bad" as const })}
        />
      </div>
      {read.problems.length > 0 && <Problems problems={read.problems} />}
      <Table
        caption={t("shown", { count: SHOWN_MAX })}
        rows={read.items.slice(0, SHOWN_MAX)}
        keyOf={({ transactionId }) => transactionId}
        empty="–"
        columns={[
          { name: t("transactionColumn"), cell: ({ transactionId }) => <code>{transactionId}</code> },
          { name: t("accountColumn"), cell: ({ accountNumber }) => <code>{accountNumber}</code> },
          { name: t("holderColumn"), cell: ({ accountHolder }) => accountHolder },
          { name: t("amountColumn"), numeric: true, cell: ({ amount }) => money(amount) },
        ]}
      />
    </>
  );
}

function Problems({ problems }: { problems: LineProblem[] }) {
  const t = useWords(words);
  return (
    <ul className="notice bad">
      {problems.slice(0, SHOWN_MAX).map(({ line, problem }) => (
        <li key={line}>
          {t("line", { line })}：{t(problem)}
        </li>
      ))}
    </ul>
  );
}

/** A file of a spreadsheet in Traditional Chinese is UTF-8 or Big5. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("big5").decode(bytes);
  }
}
