import { gateway } from "../../lib/gateway.ts";
import type { Label } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { Told } from "../../ui/told.tsx";

const words = {
  title: ["銀行", "Banks"],
  add: ["新增銀行", "Add a bank"],
  bank: ["銀行", "Bank"],
  state: ["狀態", "State"],
  approvals: ["需核准人數", "Approvals"],
  cutoff: ["每日截止", "Cut-off"],
  format: ["格式", "Format"],
  problem: ["問題", "What is wrong"],
  empty: ["還沒有設定銀行。", "No bank is configured."],
} satisfies Words;

const activeLabel: Label = { tone: "good", text: ["使用中", "in use"] };
const inactiveLabel: Label = { tone: "idle", text: ["停用", "off"] };
const problemLabel: Label = { tone: "bad", text: ["無法使用", "cannot be used"] };

export function BanksSection() {
  const t = useWords(words);
  const query = useQuery("banks", (signal) => gateway.banking.listBanks.query(undefined, { signal }), 15_000);
  const add = (
    <a className="button" href={addressOf("settings", "bank:")}>
      {t("add")}
    </a>
  );
  return (
    <Section title={t("title")} aside={add}>
      <Asked query={query}>
        {({ items }) => (
          <Table
            caption={t("title")}
            rows={items}
            keyOf={({ bank }) => bank}
            empty={t("empty")}
            columns={[
              {
                name: t("bank"),
                cell: ({ bank, name }) => (
                  <a href={addressOf("settings", `bank:${bank}`)}>
                    {name} <code>{bank}</code>
                  </a>
                ),
              },
              { name: t("state"), cell: (bank) => <Badge label={stateOf(bank)} /> },
              { name: t("format"), wide: true, cell: ({ fileFormat, encoding }) => `${fileFormat} · ${encoding}` },
              { name: t("approvals"), numeric: true, cell: ({ approvalsRequired }) => approvalsRequired },
              { name: t("cutoff"), cell: ({ cutoffTime }) => cutoffTime ?? "–" },
              { name: t("problem"), cell: ({ problem }) => (problem ? <Told english={problem} /> : "–") },
            ]}
          />
        )}
      </Asked>
    </Section>
  );
}

function stateOf({ isActive, problem }: { isActive: boolean; problem: string | null }): Label {
  if (!isActive) return inactiveLabel;
  return problem === null ? activeLabel : problemLabel;
}
