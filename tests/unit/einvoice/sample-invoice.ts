import type { IssueInvoiceInput } from "@luckygas/gateway-client";
import type { IssuedInvoice } from "../../../src/einvoice/rules/content.ts";
import { periodOf } from "../../../src/einvoice/rules/period.ts";
import { prepareContent } from "../../../src/einvoice/rules/prepare-content.ts";

export const SELLER = {
  ubn: "12345676",
  name: "幸福瓦斯行",
  address: "臺北市中正區重慶南路一段1號",
  phone: null,
  email: null,
};

type Line = [description: string, quantity: number | string, unitPrice: number | string];

interface SampleOptions {
  number?: string;
  randomCode?: string;
  issuedAt?: string;
  sellerUbn?: string;
  lines?: Line[];
  /** Replaces the consumer with a printed proof. */
  input?: Partial<IssueInvoiceInput>;
}

export const sampleLines = (lines: Line[]) =>
  lines.map(([description, quantity, unitPrice]) => ({
    description,
    quantity,
    unitPrice,
    taxType: "taxable" as const,
  }));

/** An issued invoice as the rules make it; a printed consumer invoice of NT$ 340 unless told otherwise. */
export function sampleInvoice(options: SampleOptions = {}): IssuedInvoice {
  const issuedAt = new Date(options.issuedAt ?? "2025-01-15T02:03:04Z");
  const content = prepareContent(
    {
      buyer: { kind: "consumer" },
      lines: sampleLines(options.lines ?? [["桶裝瓦斯 20 公斤", 1, 340]]),
      ...options.input,
    },
    { seller: { ...SELLER, ubn: options.sellerUbn ?? SELLER.ubn }, memberCarrierTypes: ["EJ0113"] },
  );
  return {
    number: options.number ?? "AA10000000",
    period: periodOf(issuedAt),
    issuedAt,
    randomCode: options.randomCode ?? "0122",
    content,
  };
}
