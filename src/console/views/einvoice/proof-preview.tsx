import type { InvoiceProof } from "@luckygas/gateway-client";
import { gateway } from "../../lib/gateway.ts";
import { useQuery } from "../../lib/use-query.ts";
import { useWords, type Words } from "../../lib/words.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Barcode } from "./barcode.tsx";
import { QrCodes } from "./qr-codes.tsx";

const words = {
  preview: ["僅供核對，不是正本。", "For checking only; this is not the original."],
  noPrint: ["存於載具或已捐贈，開立時不列印。", "Held by a carrier or donated: nothing is printed at issue."],
  items: ["條碼含 {shown} / {total} 項", "The codes hold {shown} of {total} lines"],
} satisfies Words;

const MINUTE_MS = 60_000;

/** The proof (電子發票證明聯) in its size and order of print: 5.7 cm wide, from the seller to the two QR codes. */
export function ProofPreview({ invoiceNumber, invoicePeriod }: { invoiceNumber: string; invoicePeriod: string }) {
  const t = useWords(words);
  const query = useQuery(
    `proof ${invoicePeriod} ${invoiceNumber}`,
    (signal) => gateway.einvoice.getProof.query({ invoiceNumber, invoicePeriod }, { signal }),
    MINUTE_MS,
  );
  return (
    <Asked query={query}>
      {(proof) => (
        <div className="proof-frame">
          <Paper proof={proof} />
          <p className="note">
            {t("preview")} {!proof.print && t("noPrint")}{" "}
            {t("items", { shown: proof.itemsInQr, total: proof.itemsTotal })}
          </p>
        </div>
      )}
    </Asked>
  );
}

/** In the language of the law, whatever the reader's. */
function Paper({ proof }: { proof: InvoiceProof }) {
  return (
    <div className="proof" lang="zh-Hant-TW" data-testid="proof">
      <p className="seller">{proof.sellerName}</p>
      <p className="kind">電子發票證明聯</p>
      <p className="large">{proof.periodText}</p>
      <p className="large">{proof.numberText}</p>
      <p className="row">
        <span>{proof.issuedText}</span>
        {proof.formatText && <span>{proof.formatText}</span>}
      </p>
      <p className="row">
        <span>隨機碼 {proof.randomCode}</span>
        <span>總計 {proof.totalAmount}</span>
      </p>
      <p className="row">
        <span>賣方 {proof.sellerUbn}</span>
        {proof.buyerUbn && <span>買方 {proof.buyerUbn}</span>}
      </p>
      <Barcode text={proof.barcode} />
      <QrCodes left={proof.leftQr} right={proof.rightQr} />
    </div>
  );
}
