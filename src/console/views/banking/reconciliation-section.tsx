import { money, number, percent } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { type Label, lineClassLabels } from "../../lib/labels.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Figure, Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { Told } from "../../ui/told.tsx";
import { ExportReconciliation } from "./export-reconciliation.tsx";
import type { BankReconciliation, BatchDetail } from "./types.ts";

const words = {
  title: ["對帳", "Reconciliation"],
  waiting: ["銀行還沒有回覆。", "The bank has not answered yet."],
  expected: ["應扣", "Expected"],
  succeeded: ["成功", "Debited"],
  failed: ["失敗", "Failed"],
  open: ["未回覆", "Open"],
  count: ["{count} 筆", "{count} items"],
  accuracy: ["相符率", "Matching"],
  identities: ["必須相等的數字", "What must be equal"],
  identity: ["規則", "Rule"],
  left: ["左", "Left"],
  right: ["右", "Right"],
  holds: ["結果", "Result"],
  explanation: ["差異說明", "What the difference is made of"],
  lines: ["回覆明細", "Lines of the reply"],
  line: ["列", "Line"],
  transaction: ["交易編號", "Transaction"],
  class: ["判定", "Class"],
  amount: ["金額", "Amount"],
  code: ["銀行代碼", "Bank's code"],
} satisfies Words;

const holdsLabel: Label = { tone: "good", text: ["相等", "equal"] };
const differsLabel: Label = { tone: "bad", text: ["不等", "differs"] };
const answered = ["sent", "acknowledged", "reconciled", "rejected"];

/** How the bank's answer adds up; every difference is explained. */
export function ReconciliationSection({ batch }: { batch: BatchDetail }) {
  const t = useWords(words);
  if (!answered.includes(batch.status)) return null;
  return <Known batchId={batch.id} title={t("title")} />;
}

function Known({ batchId, title }: { batchId: string; title: string }) {
  const t = useWords(words);
  const query = useQuery(`reconciliation ${batchId}`, (signal) =>
    gateway.banking.getReconciliation.query({ batchId, limit: 200 }, { signal }),
  );
  return (
    <Section title={title} aside={query.data?.lineCount ? <ExportReconciliation batchId={batchId} /> : undefined}>
      <Asked query={query}>
        {(reconciliation) =>
          reconciliation.lineCount === 0 && reconciliation.files.length === 0 ? (
            <p className="empty">{t("waiting")}</p>
          ) : (
            <Result reconciliation={reconciliation} />
          )
        }
      </Asked>
    </Section>
  );
}

function Result({ reconciliation }: { reconciliation: BankReconciliation }) {
  const t = useWords(words);
  const parts = ["expected", "succeeded", "failed", "open"] as const;
  return (
    <>
      <div className="figures">
        {parts.map((part) => (
          <Figure
            key={part}
            name={t(part)}
            value={money(reconciliation[part].amount)}
            note={t("count", { count: number(reconciliation[part].count) })}
          />
        ))}
        <Figure
          name={t("accuracy")}
          value={reconciliation.accuracy === null ? "–" : percent(reconciliation.accuracy)}
          note={`${reconciliation.matchedCount} / ${reconciliation.lineCount}`}
        />
      </div>
      <Identities identities={reconciliation.identities} />
      <Lines lines={reconciliation.lines.items} />
    </>
  );
}

type Sum = BankReconciliation["identities"][number]["left"];

function Identities({ identities }: { identities: BankReconciliation["identities"] }) {
  const t = useWords(words);
  const sum = ({ count, amount }: Sum) => `${number(count)} · ${money(amount)}`;
  return (
    <>
      <h3>{t("identities")}</h3>
      <Table
        caption={t("identities")}
        rows={identities}
        keyOf={({ name }) => name}
        empty="–"
        columns={[
          { name: t("identity"), cell: ({ name }) => <Told english={name} /> },
          { name: t("left"), numeric: true, wide: true, cell: ({ left }) => sum(left) },
          { name: t("right"), numeric: true, wide: true, cell: ({ right }) => sum(right) },
          { name: t("holds"), cell: ({ holds }) => <Badge label={holds ? holdsLabel : differsLabel} /> },
          { name: t("explanation"), cell: ({ explanation }) => (explanation ? <Told english={explanation} /> : "–") },
        ]}
      />
    </>
  );
}

function Lines({ lines }: { lines: BankReconciliation["lines"]["items"] }) {
  const t = useWords(words);
  return (
    <>
      <h3>{t("lines")}</h3>
      <Table
        caption={t("lines")}
        rows={lines}
        keyOf={({ fileId, lineNumber }) => `${fileId} ${lineNumber}`}
        empty="–"
        columns={[
          { name: t("line"), numeric: true, wide: true, cell: ({ lineNumber }) => lineNumber },
          { name: t("transaction"), cell: ({ transactionId }) => <code>{transactionId}</code> },
          {
            name: t("class"),
            cell: (line) => <Badge label={lineClassLabels[line.class]} />,
          },
          { name: t("amount"), numeric: true, cell: ({ amount }) => (amount === null ? "–" : money(amount)) },
          {
            name: t("code"),
            wide: true,
            cell: ({ responseCode, responseMeaning }) => `${responseCode} ${responseMeaning}`,
          },
        ]}
      />
    </>
  );
}
