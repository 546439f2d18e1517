import { type FormEvent, useState } from "react";
import { gateway } from "../../lib/gateway.ts";
import { addressOf, goTo } from "../../lib/route.ts";
import { endIfSignedOut } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Failure } from "../../ui/asked.tsx";
import { Field, valuesOf } from "../../ui/fields.tsx";
import { PageHead, Section } from "../../ui/layout.tsx";

const words = {
  title: ["開立發票", "Issue an invoice"],
  lead: [
    "送出後立即取號生效，不能修改；錯誤只能作廢或註銷。",
    "It takes its number at once and cannot be changed; a mistake can only be cancelled or voided.",
  ],
  back: ["電子發票", "Invoices"],
  buyer: ["買受人", "Buyer"],
  kind: ["類別", "Kind"],
  consumer: ["一般消費者（單價含稅）", "Consumer (prices include tax)"],
  business: ["營業人（單價未稅）", "Business (prices exclude tax)"],
  ubn: ["統一編號", "Tax id (統一編號)"],
  name: ["名稱", "Name"],
  lines: ["品項", "Lines"],
  line: ["第 {number} 項", "Line {number}"],
  description: ["品名", "Description"],
  quantity: ["數量", "Quantity"],
  unitPrice: ["單價", "Unit price"],
  addLine: ["加一項", "Add a line"],
  other: ["其他", "Other"],
  carrier: ["手機條碼載具", "Mobile barcode"],
  carrierHint: ["以 / 開頭共 8 碼；留空則列印證明聯", "Begins with /, 8 characters; without it the proof is printed"],
  order: ["訂單編號", "Order reference"],
  submit: ["開立發票", "Issue the invoice"],
  busy: ["開立中…", "Issuing…"],
} satisfies Words;

const LINES_MAX = 20;

/** One invoice by hand. The idempotency key lives as long as the form, so that a second press issues nothing new. */
export function IssueInvoiceView() {
  const t = useWords(words);
  const [key] = useState(() => crypto.randomUUID());
  const [kind, setKind] = useState("consumer");
  const [lineCount, setLineCount] = useState(1);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const issued = await gateway.einvoice.issueInvoice.mutate({
        idempotencyKey: key,
        ...contentOf(valuesOf(event.currentTarget), lineCount),
      });
      goTo(addressOf("invoices", issued.id));
    } catch (failure) {
      endIfSignedOut(failure);
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <>
      <PageHead title={t("title")} lead={t("lead")} back={{ href: addressOf("invoices"), label: t("back") }} />
      <form className="form" onSubmit={submit}>
        <Section title={t("buyer")}>
          <div className="form-row">
            <Field
              field={{ kind: "select", name: "kind", label: t("kind"), options: kindOptions(t), onChange: setKind }}
            />
            {kind === "business" && (
              <Field field={{ kind: "text", name: "ubn", label: t("ubn"), required: true, maxLength: 8 }} />
            )}
            <Field
              field={{ kind: "text", name: "name", label: t("name"), required: kind === "business", maxLength: 60 }}
            />
          </div>
        </Section>
        <Section title={t("lines")}>
          {Array.from({ length: lineCount }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added, at the end
            <LineRow key={index} index={index} />
          ))}
          {lineCount < LINES_MAX && (
            <button type="button" className="more" onClick={() => setLineCount(lineCount + 1)}>
              {t("addLine")}
            </button>
          )}
        </Section>
        <Section title={t("other")}>
          <div className="form-row">
            {kind === "consumer" && (
              <Field
                field={{ kind: "text", name: "carrier", label: t("carrier"), hint: t("carrierHint"), maxLength: 8 }}
              />
            )}
            <Field field={{ kind: "text", name: "order", label: t("order"), maxLength: 20 }} />
          </div>
        </Section>
        {error !== undefined && <Failure error={error} />}
        <div className="form-actions">
          <button type="submit" className="main" disabled={busy}>
            {t(busy ? "busy" : "submit")}
          </button>
        </div>
      </form>
    </>
  );
}

const kindOptions = (t: (key: keyof typeof words) => string) => [
  { value: "consumer", label: t("consumer") },
  { value: "business", label: t("business") },
];

function LineRow({ index }: { index: number }) {
  const t = useWords(words);
  return (
    <fieldset>
      <legend className="unseen">{t("line", { number: index + 1 })}</legend>
      <div className="line-row">
        <Field
          field={{ kind: "text", name: `description${index}`, label: t("description"), required: true, maxLength: 500 }}
        />
        <Field field={{ kind: "number", name: `quantity${index}`, label: t("quantity"), required: true, value: "1" }} />
        <Field field={{ kind: "number", name: `unitPrice${index}`, label: t("unitPrice"), required: true }} />
      </div>
    </fieldset>
  );
}

function contentOf(values: Record<string, string>, lineCount: number) {
  const { kind, ubn = "", name, carrier, order } = values;
  const lines = Array.from({ length: lineCount }, (_, index) => ({
    description: values[`description${index}`] ?? "",
    quantity: values[`quantity${index}`] ?? "",
    unitPrice: values[`unitPrice${index}`] ?? "",
  }));
  const buyer =
    kind === "business"
      ? { kind: "business" as const, ubn, name: name ?? "" }
      : { kind: "consumer" as const, ...(name && { name }) };
  return {
    buyer,
    lines,
    ...(carrier && { carrier: { type: "3J0002", id: carrier } }),
    ...(order && { orderReference: order }),
  };
}
