import type { InvoiceDetail } from "@luckygas/gateway-client";
import { money, periodText, taipeiTime } from "../../lib/format.ts";
import { gateway } from "../../lib/gateway.ts";
import { invoiceStatusLabels } from "../../lib/labels.ts";
import { addressOf } from "../../lib/route.ts";
import { useEvents } from "../../lib/use-events.ts";
import { useQuery, WATCHED_POLL_MS } from "../../lib/use-query.ts";
import { useLanguage, useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Facts, PageHead, Section } from "../../ui/layout.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import type { ViewProps } from "../../views.ts";
import { AllowancesSection } from "./allowances-section.tsx";
import { CancelInvoice, IssueAllowance, SettleInvoice, VoidInvoice } from "./invoice-actions.tsx";
import { PrintProof } from "./print-proof.tsx";
import { ProofPreview } from "./proof-preview.tsx";
import { UploadSection } from "./upload-section.tsx";

const words = {
  title: ["發票", "Invoice"],
  back: ["電子發票", "Invoices"],
  facts: ["內容", "Content"],
  period: ["期別", "Period"],
  issuedAt: ["開立時間", "Issued at"],
  buyer: ["買受人", "Buyer"],
  sales: ["應稅銷售額", "Taxable sales"],
  tax: ["營業稅額", "Tax"],
  taxIncluded: ["內含稅額", "Tax included"],
  total: ["總計", "Total"],
  order: ["訂單編號", "Order reference"],
  carrier: ["載具", "Carrier"],
  donation: ["愛心碼", "Donation code"],
  due: ["上傳期限", "Upload due"],
  lines: ["品項", "Lines"],
  item: ["品名", "Description"],
  quantity: ["數量", "Quantity"],
  price: ["單價", "Unit price"],
  amount: ["金額", "Amount"],
  donated: ["已捐贈的發票不列印，也不顯示條碼。", "A donated invoice has no proof, and its codes are not shown."],
  proof: ["證明聯預覽", "Proof preview"],
} satisfies Words;

/** One invoice: what it says, where its upload stands, its proof, and what can be done about it. */
export function InvoiceView({ id, route, session }: ViewProps & { id: string }) {
  const t = useWords(words);
  const query = useQuery(
    `invoice ${id}`,
    (signal) => gateway.einvoice.getInvoice.query({ id }, { signal }),
    WATCHED_POLL_MS,
  );
  useEvents(`invoice ${id}`, (listener) => gateway.einvoice.watchInvoice.subscribe({ id }, listener), query.reload);
  const back = { href: addressOf("invoices"), label: t("back") };
  const invoice = query.data;
  return (
    <>
      <PageHead title={invoice ? <Title invoice={invoice} /> : t("title")} back={back}>
        {invoice && (
          <>
            <SettleInvoice invoice={invoice} session={session} onDone={query.reload} />
            <IssueAllowance invoice={invoice} onDone={query.reload} />
            <VoidInvoice invoice={invoice} opened={route.params.get("act") === "void"} onDone={query.reload} />
            <CancelInvoice invoice={invoice} onDone={query.reload} />
          </>
        )}
      </PageHead>
      <Asked query={query}>
        {(shown) => (
          <div className="columns">
            <div>
              <ContentSection invoice={shown} />
              <UploadSection invoice={shown} session={session} onDone={query.reload} />
              <AllowancesSection invoice={shown} onDone={query.reload} />
            </div>
            <aside>
              <Section title={t("proof")} aside={<PrintProof invoice={shown} />}>
                {shown.donationCode === null ? (
                  <ProofPreview invoiceNumber={shown.invoiceNumber} invoicePeriod={shown.invoicePeriod} />
                ) : (
                  <p className="note">{t("donated")}</p>
                )}
              </Section>
            </aside>
          </div>
        )}
      </Asked>
    </>
  );
}

function Title({ invoice }: { invoice: InvoiceDetail }) {
  return (
    <>
      {invoice.invoiceNumber} <Badge label={invoiceStatusLabels[invoice.status]} />
    </>
  );
}

function ContentSection({ invoice }: { invoice: InvoiceDetail }) {
  const t = useWords(words);
  const language = useLanguage();
  const { buyerName, buyerUbn, carrier } = invoice;
  const business = invoice.buyerKind === "business";
  return (
    <Section title={t("facts")}>
      <Facts
        items={[
          [t("buyer"), buyerUbn ? `${buyerName} ${buyerUbn}` : buyerName],
          [t("total"), <strong key="total">{money(invoice.totalAmount)}</strong>],
          [t("sales"), money(invoice.salesAmount)],
          [t(business ? "tax" : "taxIncluded"), money(business ? invoice.taxAmount : invoice.includedTaxAmount)],
          [t("issuedAt"), taipeiTime(invoice.issuedAt)],
          [t("period"), periodText(invoice.invoicePeriod, language)],
          [t("due"), taipeiTime(invoice.uploadDueAt)],
          [t("order"), invoice.orderReference],
          [t("carrier"), carrier && <code key="carrier">{carrier.id}</code>],
          ...(invoice.donationCode ? [[t("donation"), invoice.donationCode] as [string, string]] : []),
        ]}
      />
      <h3>{t("lines")}</h3>
      <Table
        caption={t("lines")}
        columns={lineColumns(t)}
        rows={invoice.lines}
        keyOf={({ sequenceNumber }) => sequenceNumber}
        empty="–"
      />
    </Section>
  );
}

const lineColumns = (t: (key: keyof typeof words) => string): Column<InvoiceDetail["lines"][number]>[] => [
  { name: t("item"), cell: ({ description }) => description },
  { name: t("quantity"), numeric: true, cell: ({ quantity, unit }) => (unit ? `${quantity} ${unit}` : quantity) },
  { name: t("price"), numeric: true, wide: true, cell: ({ unitPrice }) => unitPrice },
  { name: t("amount"), numeric: true, cell: ({ amount }) => amount },
];
