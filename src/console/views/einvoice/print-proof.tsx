import type { InvoiceDetail } from "@luckygas/gateway-client";
import { gateway } from "../../lib/gateway.ts";
import { bytesOf, saveFile } from "../../lib/save-file.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Action } from "../../ui/action.tsx";

const words = {
  print: ["列印", "Print"],
  title: ["列印證明聯 {number}", "Print the proof of {number}"],
  explain: [
    "下載 57 mm 的 PDF。第一次是正本，之後一律註明補印；每次列印都有紀錄。",
    "Downloads a PDF of 57 mm. The first is the original, every further one says 補印; each print is recorded.",
  ],
  winning: ["已中獎的載具發票", "A winning invoice held by a carrier"],
  no: ["否", "No"],
  yes: ["是", "Yes"],
  confirm: ["下載證明聯", "Download the proof"],
  carrier: ["存於載具或已捐贈", "Held by a carrier or donated"],
} satisfies Words;

/** Printing is an act: it uses up the original and is recorded. */
export function PrintProof({ invoice }: { invoice: InvoiceDetail }) {
  const t = useWords(words);
  const { invoiceNumber, invoicePeriod, print, donationCode } = invoice;
  return (
    <Action
      label={t("print")}
      title={t("title", { number: invoiceNumber })}
      explain={<p>{t("explain")}</p>}
      confirm={t("confirm")}
      unavailable={donationCode === null ? undefined : t("carrier")}
      fields={
        print
          ? []
          : [
              {
                kind: "select",
                name: "winning",
                label: t("winning"),
                options: [
                  { value: "", label: t("no") },
                  { value: "yes", label: t("yes") },
                ],
              },
            ]
      }
      act={async ({ winning }, idempotencyKey) => {
        const printed = await gateway.einvoice.printProof.mutate({
          idempotencyKey,
          invoiceNumber,
          invoicePeriod,
          format: "pdf",
          ...(winning === "yes" && { isWinning: true }),
        });
        saveFile(printed.fileName, printed.contentType, bytesOf(printed.contentBase64));
      }}
    />
  );
}
