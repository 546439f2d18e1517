import type { InvoiceDetail } from "@luckygas/gateway-client";
import { useState } from "react";
import { useWords, type Words } from "../../lib/words.tsx";
import { Field } from "../../ui/fields.tsx";
import { Section } from "../../ui/layout.tsx";

const words = {
  buyer: ["買受人", "Buyer"],
  kind: ["類別", "Kind"],
  consumer: ["一般消費者（單價含稅）", "Consumer (prices include tax)"],
  business: ["營業人（單價未稅）", "Business (prices exclude tax)"],
  ubn: ["統一編號", "Tax id (統一編號)"],
  name: ["名稱", "Name"],
  lines: ["品項", "Lines"],
  linesNote: ["品名留空的項目不算。", "A line without a description does not count."],
  line: ["第 {number} 項", "Line {number}"],
  description: ["品名", "Description"],
  quantity: ["數量", "Quantity"],
  unitPrice: ["單價", "Unit price"],
  addLine: ["加一項", "Add a line"],
  other: ["其他", "Other"],
  carrier: ["手機條碼載具", "Mobile barcode"],
  carrierHint: ["以 / 開頭共 8 碼；留空則列印證明聯", "Begins with /, 8 characters; without it the proof is printed"],
  donation: ["愛心碼", "Donation code"],
  donationHint: ["3 到 7 位數字；捐贈後不列印", "3 to 7 digits; a donated invoice is not printed"],
  order: ["訂單編號", "Order reference"],
} satisfies Words;

const LINES_MAX = 20;
const MOBILE_BARCODE = "3J0002";
const taxTypes = ["taxable", "zero_rated", "exempt"] as const;

/** The fields of what an invoice says; `from` fills them with what an earlier one said. */
export function InvoiceContentFields({ from }: { from?: InvoiceDetail }) {
  const t = useWords(words);
  const [kind, setKind] = useState<string>(from?.buyerKind ?? "consumer");
  const [lineCount, setLineCount] = useState(from?.lines.length ?? 1);
  const kinds = [
    { value: "consumer", label: t("consumer") },
    { value: "business", label: t("business") },
  ];
  return (
    <>
      <Section title={t("buyer")}>
        <div className="form-row">
          <Field
            field={{ kind: "select", name: "kind", label: t("kind"), value: kind, options: kinds, onChange: setKind }}
          />
          {kind === "business" && (
            <Field
              field={{
                kind: "text",
                name: "ubn",
                label: t("ubn"),
                required: true,
                maxLength: 8,
                value: from?.buyerUbn ?? "",
              }}
            />
          )}
          <Field
            field={{
              kind: "text",
              name: "name",
              label: t("name"),
              required: kind === "business",
              maxLength: 60,
              value: from?.buyerKind === "business" ? from.buyerName : "",
            }}
          />
        </div>
      </Section>
      <Section title={t("lines")} note={t("linesNote")}>
        {Array.from({ length: lineCount }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added, at the end
          <LineRow key={index} index={index} line={from?.lines[index]} />
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
            <>
              <Field
                field={{
                  kind: "text",
                  name: "carrier",
                  label: t("carrier"),
                  hint: t("carrierHint"),
                  maxLength: 8,
                  value: from?.carrier?.type === MOBILE_BARCODE ? from.carrier.id : "",
                }}
              />
              <Field
                field={{
                  kind: "text",
                  name: "donationCode",
                  label: t("donation"),
                  hint: t("donationHint"),
                  maxLength: 7,
                  value: from?.donationCode ?? "",
                }}
              />
            </>
          )}
          <Field
            field={{
              kind: "text",
              name: "order",
              label: t("order"),
              maxLength: 20,
              value: from?.orderReference ?? "",
            }}
          />
        </div>
      </Section>
    </>
  );
}

function LineRow({ index, line }: { index: number; line: InvoiceDetail["lines"][number] | undefined }) {
  const t = useWords(words);
  return (
    <fieldset>
      <legend className="unseen">{t("line", { number: index + 1 })}</legend>
      {line?.unit && <input type="hidden" name={`unit${index}`} value={line.unit} />}
      {line && <input type="hidden" name={`taxType${index}`} value={line.taxType} />}
      <div className="line-row">
        <Field
          field={{
            kind: "text",
            name: `description${index}`,
            label: t("description"),
            required: index === 0,
            maxLength: 500,
            value: line?.description ?? "",
          }}
        />
        <Field
          field={{
            kind: "number",
            name: `quantity${index}`,
            label: t("quantity"),
            required: index === 0,
            value: line?.quantity ?? "1",
          }}
        />
        <Field
          field={{
            kind: "number",
            name: `unitPrice${index}`,
            label: t("unitPrice"),
            required: index === 0,
            value: line?.unitPrice ?? "",
          }}
        />
      </div>
    </fieldset>
  );
}

/** What those fields say. A line without a description is no line. */
export function invoiceContentOf(values: Record<string, string>) {
  const { kind, ubn = "", name, carrier, donationCode, order } = values;
  const lines = Array.from({ length: LINES_MAX }, (_, index) => ({
    description: values[`description${index}`] ?? "",
    quantity: values[`quantity${index}`] ?? "",
    unitPrice: values[`unitPrice${index}`] ?? "",
    taxType: taxTypes.find((type) => type === values[`taxType${index}`]) ?? "taxable",
    ...(values[`unit${index}`] && { unit: values[`unit${index}`] }),
  })).filter(({ description }) => description !== "");
  const buyer =
    kind === "business"
      ? { kind: "business" as const, ubn, name: name ?? "" }
      : { kind: "consumer" as const, ...(name && { name }) };
  return {
    buyer,
    lines,
    ...(carrier && { carrier: { type: MOBILE_BARCODE, id: carrier } }),
    ...(donationCode && { donationCode }),
    ...(order && { orderReference: order }),
  };
}
