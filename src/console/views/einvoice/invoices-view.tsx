import type { InvoiceSummary } from "@luckygas/gateway-client";
import { useState } from "react";
import { money, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { invoiceStatusLabels } from "../../lib/labels.ts";
import { addressOf, type Route } from "../../lib/route.ts";
import { useQuery } from "../../lib/use-query.ts";
import { inLanguage, type Language, useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { FieldSpec } from "../../ui/fields.tsx";
import { Filters, More, PAGE_SIZE } from "../../ui/filters.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import type { ViewProps } from "../../views.ts";
import { InvoiceView } from "./invoice-view.tsx";
import { IssueInvoiceView } from "./issue-invoice-view.tsx";

const words = {
  title: ["電子發票", "Invoices"],
  lead: [
    "開立即生效；上傳平台由閘道自行完成，期限內未完成會列入待人處理。",
    "Valid when issued. The gateway uploads by itself; what does not get there in time is listed under Needs a person.",
  ],
  issue: ["開立發票", "Issue an invoice"],
  search: ["查詢發票", "Search invoices"],
  list: ["發票", "Invoices"],
  number: ["發票號碼", "Number"],
  status: ["狀態", "State"],
  any: ["全部", "any"],
  from: ["開立日起", "Issued from"],
  to: ["開立日迄", "Issued to"],
  order: ["訂單編號", "Order reference"],
  buyer: ["買受人", "Buyer"],
  total: ["總計", "Total"],
  issuedAt: ["開立時間", "Issued at"],
  uploadDue: ["上傳期限", "Upload due"],
  empty: ["沒有符合的發票。可放寬條件，或開立一張。", "No invoice matches. Widen the search, or issue one."],
} satisfies Words;

type Say = (key: keyof typeof words) => string;

export function InvoicesView(props: ViewProps) {
  if (props.route.id === "new") return <IssueInvoiceView />;
  if (props.route.id) return <InvoiceView {...props} id={props.route.id} />;
  return <InvoiceList route={props.route} />;
}

function InvoiceList({ route }: { route: Route }) {
  const t = useWords(words);
  const language = useLanguage();
  const [limit, setLimit] = useState(PAGE_SIZE);
  const filter = filterOf(route.params);
  const query = useQuery(`invoices ${route.params} ${limit}`, (signal) =>
    gateway.einvoice.listInvoices.query({ ...filter, limit }, { signal }),
  );
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")}>
        <a className="button main" href={addressOf("invoices", "new")}>
          {t("issue")}
        </a>
      </PageHead>
      <Filters route={route} label={t("search")} fields={filterFields(t, language)} />
      <Section title={t("list")}>
        <Asked query={query}>
          {({ items, nextCursor }) => (
            <>
              <Table caption={t("list")} columns={columns(t)} rows={items} keyOf={({ id }) => id} empty={t("empty")} />
              <More shown={items.length} more={nextCursor !== null} onMore={setLimit} />
            </>
          )}
        </Asked>
      </Section>
    </>
  );
}

function filterOf(params: URLSearchParams) {
  const statuses = Object.keys(invoiceStatusLabels) as (keyof typeof invoiceStatusLabels)[]; // as: the record has no other keys
  const status = statuses.find((known) => known === params.get("status"));
  const texts = { invoiceNumber: "number", orderReference: "order", issuedFrom: "from", issuedTo: "to" } as const;
  const given = Object.entries(texts).flatMap(([name, param]) => {
    const value = params.get(param)?.trim();
    return value ? [[name, name === "invoiceNumber" ? value.toUpperCase().replace("-", "") : value]] : [];
  });
  return { ...Object.fromEntries(given), ...(status && { status }) };
}

function filterFields(t: Say, language: Language): FieldSpec[] {
  const statuses = Object.entries(invoiceStatusLabels).map(([value, { text }]) => ({
    value,
    label: inLanguage(language, text),
  }));
  return [
    { kind: "text", name: "number", label: t("number") },
    { kind: "select", name: "status", label: t("status"), options: [{ value: "", label: t("any") }, ...statuses] },
    { kind: "date", name: "from", label: t("from") },
    { kind: "date", name: "to", label: t("to") },
    { kind: "text", name: "order", label: t("order") },
  ];
}

const columns = (t: Say): Column<InvoiceSummary>[] => [
  { name: t("number"), cell: ({ id, invoiceNumber }) => <a href={addressOf("invoices", id)}>{invoiceNumber}</a> },
  { name: t("status"), cell: ({ status }) => <Badge label={invoiceStatusLabels[status]} /> },
  {
    name: t("buyer"),
    wide: true,
    cell: ({ buyerName, buyerUbn }) => (buyerUbn ? `${buyerName} ${buyerUbn}` : buyerName),
  },
  { name: t("total"), numeric: true, cell: ({ totalAmount }) => money(totalAmount) },
  { name: t("issuedAt"), wide: true, cell: ({ issuedAt }) => <time>{taipeiTime(issuedAt)}</time> },
  { name: t("uploadDue"), wide: true, cell: ({ uploadDueAt }) => <time>{taipeiTime(uploadDueAt)}</time> },
  { name: t("order"), wide: true, cell: ({ orderReference }) => orderReference ?? "–" },
];
