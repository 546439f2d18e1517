import { useState } from "react";
import { money, number, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { batchStatusLabels } from "../../lib/labels.ts";
import { addressOf, type Route } from "../../lib/route.ts";
import { useQuery } from "../../lib/use-query.ts";
import { inLanguage, type Language, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { FieldSpec } from "../../ui/fields.tsx";
import { Filters, More, PAGE_SIZE } from "../../ui/filters.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import type { ViewProps } from "../../views.ts";
import { BatchView } from "./batch-view.tsx";
import { CreateBatchView } from "./create-batch-view.tsx";
import { InboundSection } from "./inbound-section.tsx";

const words = {
  title: ["銀行扣款", "Bank batches"],
  lead: [
    "檔案封存後內容不變；由建立者以外的人核准雜湊後才能送出。",
    "A sealed file never changes; somebody other than its maker approves its hash before it is sent.",
  ],
  search: ["查詢批次", "Search batches"],
  bank: ["銀行", "Bank"],
  status: ["狀態", "State"],
  any: ["全部", "any"],
  list: ["批次", "Batches"],
  batch: ["批號", "Batch"],
  payment: ["扣款日", "Payment date"],
  records: ["筆數", "Records"],
  total: ["總金額", "Total"],
  approvals: ["核准", "Approvals"],
  createdBy: ["建立者", "Made by"],
  createdAt: ["建立時間", "Made at"],
  create: ["建立批次", "Make a batch"],
  empty: ["沒有符合的批次。可放寬條件，或建立一批。", "No batch matches. Widen the search, or make one."],
} satisfies Words;

export function BatchesView(props: ViewProps) {
  if (props.route.id === "new") return <CreateBatchView />;
  if (props.route.id) return <BatchView {...props} id={props.route.id} />;
  return <BatchList {...props} />;
}

function BatchList({ route, session }: ViewProps) {
  const t = useWords(words);
  const language = useLanguage();
  const [limit, setLimit] = useState(PAGE_SIZE);
  const query = useQuery(`batches ${route.params} ${limit}`, (signal) =>
    gateway.banking.listBatches.query({ ...filterOf(route), limit }, { signal }),
  );
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")}>
        <a className="button main" href={addressOf("batches", "new")}>
          {t("create")}
        </a>
      </PageHead>
      <Filters route={route} label={t("search")} fields={filterFields(t, language)} />
      <Section title={t("list")}>
        <Asked query={query}>
          {({ items, nextCursor }) => (
            <>
              <Table
                caption={t("list")}
                rows={items}
                keyOf={({ id }) => id}
                empty={t("empty")}
                columns={[
                  {
                    name: t("batch"),
                    cell: ({ id, bank, batchNumber }) => (
                      <a href={addressOf("batches", id)}>
                        {bank} {batchNumber}
                      </a>
                    ),
                  },
                  { name: t("status"), cell: ({ status }) => <Badge label={batchStatusLabels[status]} /> },
                  { name: t("payment"), wide: true, cell: ({ paymentDate }) => <time>{paymentDate}</time> },
                  { name: t("records"), wide: true, numeric: true, cell: ({ recordCount }) => number(recordCount) },
                  { name: t("total"), numeric: true, cell: ({ totalAmount }) => money(totalAmount) },
                  {
                    name: t("approvals"),
                    wide: true,
                    numeric: true,
                    cell: ({ approvals, approvalsRequired }) => `${approvals.length} / ${approvalsRequired}`,
                  },
                  { name: t("createdBy"), wide: true, cell: ({ createdBy }) => createdBy },
                  { name: t("createdAt"), wide: true, cell: ({ createdAt }) => <time>{taipeiTime(createdAt)}</time> },
                ]}
              />
              <More shown={items.length} more={nextCursor !== null} onMore={setLimit} />
            </>
          )}
        </Asked>
      </Section>
      <InboundSection session={session} />
    </>
  );
}

function filterOf({ params }: Route) {
  const statuses = Object.keys(batchStatusLabels) as (keyof typeof batchStatusLabels)[]; // as: the record has no other keys
  const status = statuses.find((known) => known === params.get("status"));
  const bank = params.get("bank")?.trim().toLowerCase();
  return { ...(status && { status }), ...(bank && { bank }) };
}

function filterFields(t: (key: keyof typeof words) => string, language: Language): FieldSpec[] {
  const statuses = Object.entries(batchStatusLabels).map(([value, { text }]) => ({
    value,
    label: inLanguage(language, text),
  }));
  return [
    { kind: "text", name: "bank", label: t("bank") },
    { kind: "select", name: "status", label: t("status"), options: [{ value: "", label: t("any") }, ...statuses] },
  ];
}
