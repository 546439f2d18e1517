import { gateway } from "../../lib/gateway.ts";
import { addressOf, goTo } from "../../lib/route.ts";
import { useSubmit } from "../../lib/use-submit.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { valuesOf } from "../../ui/fields.tsx";
import { FormPage } from "../../ui/form-page.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { InvoiceContentFields, invoiceContentOf } from "./invoice-content.tsx";

const words = {
  title: ["開立發票", "Issue an invoice"],
  lead: [
    "送出後立即取號生效，不能修改；錯誤只能作廢或註銷。",
    "It takes its number at once and cannot be changed; a mistake can only be cancelled or voided.",
  ],
  back: ["電子發票", "Invoices"],
  submit: ["開立發票", "Issue the invoice"],
} satisfies Words;

/** One invoice by hand. */
export function IssueInvoiceView() {
  const t = useWords(words);
  const submission = useSubmit(async (form, idempotencyKey) => {
    const content = invoiceContentOf(valuesOf(form));
    const issued = await gateway.einvoice.issueInvoice.mutate({ idempotencyKey, ...content });
    goTo(addressOf("invoices", issued.id));
  });
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")} back={{ href: addressOf("invoices"), label: t("back") }} />
      <FormPage submission={submission} confirm={t("submit")} label={t("title")}>
        <InvoiceContentFields />
      </FormPage>
    </>
  );
}
