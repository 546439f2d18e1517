import type { PrintedProof, PrintProofInput } from "@luckygas/gateway-client";
import type { Environment } from "../../platform/capability.ts";
import type { Clock } from "../../platform/clock.ts";
import { OperationError } from "../../platform/errors.ts";
import { renderEscPos } from "../proof/escpos.ts";
import { layOut } from "../proof/layout.ts";
import { renderPdf } from "../proof/pdf.ts";
import { type ProofSheet, proofSheet } from "../proof/sheet.ts";
import { renderSvg } from "../proof/svg.ts";
import { hashOf } from "../rules/request-hash.ts";
import type { StoredInvoice } from "../store/content-schema.ts";
import type { PrintStore } from "../store/prints.ts";
import { findProof, type ProofDeps } from "./find-proof.ts";

interface PreviewDeps extends ProofDeps {
  environment: Environment;
}

interface PrintDeps extends PreviewDeps {
  prints: PrintStore;
  clock: Clock;
  newId(): string;
}

const hasItems = ({ content }: StoredInvoice, wanted: boolean | undefined) =>
  content.buyer.ubn !== null || wanted === true;

/** A picture of a proof that says it is none. Throws as `getProof`. */
export function createPreviewProof(deps: PreviewDeps) {
  return async (input: { invoiceNumber: string; invoicePeriod: string; withItems?: boolean | undefined }) => {
    const { invoice, codes } = await findProof(deps, input);
    const isTest = deps.environment !== "production";
    const withItems = hasItems(invoice, input.withItems);
    const sheet = proofSheet(invoice, codes, { kind: "preview", isTest, withItems });
    return { contentType: "image/svg+xml", svg: renderSvg(layOut(sheet)) };
  };
}

/**
 * A proof to be printed: once the original, afterwards 補印, each print logged. Throws as `getProof`, and `state_not_allowed` for invoices
 * that are cancelled, voided, donated, or held by a carrier without having won.
 */
export function createPrintProof(deps: PrintDeps) {
  return async (input: PrintProofInput, callerSubject: string): Promise<PrintedProof> => {
    const { invoice, codes } = await findProof(deps, input);
    refuse(invoice, input.isWinning === true);
    const { idempotencyKey, ...request } = input;
    const { kind } = await deps.prints.log({
      id: deps.newId(),
      invoiceId: invoice.id,
      format: input.format,
      callerSubject,
      idempotencyKey,
      requestHash: hashOf(request),
      printedAt: deps.clock.now(),
    });
    const isTest = deps.environment !== "production";
    const sheet = proofSheet(invoice, codes, { kind, isTest, withItems: hasItems(invoice, input.withItems) });
    return { kind, ...(await render(sheet, input.format, invoice.number)) };
  };
}

async function render(
  sheet: ProofSheet,
  format: PrintProofInput["format"],
  number: string,
): Promise<Omit<PrintedProof, "kind">> {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  if (format === "escpos") {
    const contentType = "application/octet-stream";
    return { contentType, fileName: `${number}.escpos`, contentBase64: base64(renderEscPos(sheet)) };
  }
  const bytes = await renderPdf(layOut(sheet));
  return { contentType: "application/pdf", fileName: `${number}.pdf`, contentBase64: base64(bytes) };
}

function refuse({ status, content }: StoredInvoice, isWinning: boolean): void {
  const refusal = (reason: string, message: string) => new OperationError("state_not_allowed", message, { reason });
  if (status === "cancelled" || status === "voided") {
    throw refusal("not_valid", "the invoice is not valid any more, so its proof is not printed");
  }
  if (content.donationCode !== null) throw refusal("donated", "the proof of a donated invoice is not printed");
  if (content.carrier && !content.print && !isWinning) {
    throw refusal("held_by_carrier", "a carrier holds this invoice: its proof is printed only when it has won");
  }
}
