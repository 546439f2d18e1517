import type { TaxType } from "@luckygas/gateway-client";
import { taipeiDate, taipeiTime } from "../../../platform/taipei-time.ts";
import type { InvoiceContent, InvoiceTaxType, IssuedInvoice } from "../../rules/content.ts";
import {
  type Act,
  type BranchNumbers,
  type EinvoiceDocument,
  type IssuedAllowance,
  messageCodes,
  type UnusedNumbers,
} from "../../rules/document.ts";
import { eightDigits } from "../../rules/unused-numbers.ts";
import { type XmlChild, xmlMessage } from "./xml.ts";

const CONSUMER_ID = "0000000000";
const GENERAL_TAX = "07";
/** The seller issues allowances since 2025-01-01 (MIG 4.1). */
const SELLER_ISSUES = "2";
/** Some receivers want a unit on every allowance line. */
const UNIT = "項";
const TAX_TYPES = { taxable: "1", zero_rated: "2", exempt: "3", mixed: "9" } as const satisfies Record<
  TaxType | InvoiceTaxType,
  string
>;
const CUSTOMS_MARKS = { not_through_customs: "1", through_customs: "2" } as const;

const wireDate = (instant: Date) => taipeiDate(instant).replaceAll("-", "");

/** What a message of MIG 4.1 can say: a centre's 註銷重開 is two messages here. */
export type XmlDocument = Exclude<EinvoiceDocument, { kind: "reissue" }>;

/** A document as its XML message (MIG 4.1: F0401, F0501, F0701, G0401, G0501, E0401, E0402). Depends on frozen content only. */
export function documentXml(document: XmlDocument): string {
  const code = messageCodes[document.kind];
  switch (document.kind) {
    case "issue":
      return xmlMessage("Invoice", code, issueChildren(document.invoice));
    case "cancel":
      return xmlMessage("CancelInvoice", code, cancelChildren(document.invoice, document.act));
    case "void":
      return xmlMessage("VoidInvoice", code, voidChildren(document.invoice, document.act));
    case "allowance":
      return xmlMessage("Allowance", code, allowanceChildren(document.invoice, document.allowance));
    case "cancel_allowance": {
      const { invoice, allowance, act } = document;
      return xmlMessage("CancelAllowance", code, cancelAllowanceChildren(invoice, allowance, act));
    }
    case "unused_numbers":
      return xmlMessage("BranchTrackBlank", code, unusedChildren(document.report));
    case "branch_numbers":
      return xmlMessage("BranchTrack", code, branchChildren(document.numbers));
  }
}

const buyerId = ({ content }: IssuedInvoice) => content.buyer.ubn ?? CONSUMER_ID;

function sellerParty({ seller }: InvoiceContent): XmlChild {
  return [
    "Seller",
    [
      ["Identifier", seller.ubn],
      ["Name", seller.name],
      ["Address", seller.address],
      ["TelephoneNumber", seller.phone],
      ["EmailAddress", seller.email],
    ],
  ];
}

function buyerParty({ buyer }: InvoiceContent): XmlChild {
  return [
    "Buyer",
    [
      ["Identifier", buyer.ubn ?? CONSUMER_ID],
      ["Name", buyer.name],
      ["Address", buyer.address],
      ["TelephoneNumber", buyer.phone],
      ["EmailAddress", buyer.email],
    ],
  ];
}

function issueChildren(invoice: IssuedInvoice): XmlChild[] {
  const { content, number, issuedAt, randomCode } = invoice;
  const { carrier, donationCode, lines, amounts } = content;
  const { customsClearanceMark, orderReference, zeroTaxRateReason } = content;
  return [
    [
      "Main",
      [
        ["InvoiceNumber", number],
        ["InvoiceDate", wireDate(issuedAt)],
        ["InvoiceTime", taipeiTime(issuedAt)],
        sellerParty(content),
        buyerParty(content),
        ["CustomsClearanceMark", customsClearanceMark && CUSTOMS_MARKS[customsClearanceMark]],
        ["RelateNumber", orderReference],
        ["InvoiceType", GENERAL_TAX],
        ["DonateMark", donationCode === null ? "0" : "1"],
        ["CarrierType", carrier?.type ?? null],
        ["CarrierId1", carrier?.id ?? null],
        ["CarrierId2", carrier?.hiddenId ?? null],
        ["PrintMark", content.print ? "Y" : "N"],
        ["NPOBAN", donationCode],
        ["RandomNumber", randomCode],
        ["ZeroTaxRateReason", zeroTaxRateReason],
      ],
    ],
    [
      "Details",
      lines.map(
        (line): XmlChild => [
          "ProductItem",
          [
            ["Description", line.description],
            ["Quantity", line.quantity],
            ["Unit", line.unit],
            ["UnitPrice", line.unitPrice],
            ["TaxType", TAX_TYPES[line.taxType]],
            ["Amount", line.amount],
            ["SequenceNumber", line.sequenceNumber],
          ],
        ],
      ),
    ],
    [
      "Amount",
      [
        ["SalesAmount", String(amounts.salesAmount)],
        ["FreeTaxSalesAmount", String(amounts.exemptSalesAmount)],
        ["ZeroTaxSalesAmount", String(amounts.zeroRatedSalesAmount)],
        ["TaxType", TAX_TYPES[amounts.taxType]],
        ["TaxRate", amounts.taxType === "taxable" || amounts.taxType === "mixed" ? "0.05" : "0"],
        ["TaxAmount", String(amounts.taxAmount)],
        ["TotalAmount", String(amounts.totalAmount)],
      ],
    ],
  ];
}

function cancelChildren(invoice: IssuedInvoice, act: Act): XmlChild[] {
  return [
    ["CancelInvoiceNumber", invoice.number],
    ["InvoiceDate", wireDate(invoice.issuedAt)],
    ["BuyerId", buyerId(invoice)],
    ["SellerId", invoice.content.seller.ubn],
    ["CancelDate", wireDate(act.at)],
    ["CancelTime", taipeiTime(act.at)],
    ["CancelReason", act.reason],
    ["ReturnTaxDocumentNumber", act.approvalNumber],
    ["Remark", act.remark],
  ];
}

function voidChildren(invoice: IssuedInvoice, act: Act): XmlChild[] {
  return [
    ["VoidInvoiceNumber", invoice.number],
    ["InvoiceDate", wireDate(invoice.issuedAt)],
    ["BuyerId", buyerId(invoice)],
    ["SellerId", invoice.content.seller.ubn],
    ["VoidDate", wireDate(act.at)],
    ["VoidTime", taipeiTime(act.at)],
    ["VoidReason", act.reason],
    ["Remark", act.remark],
  ];
}

function allowanceChildren(invoice: IssuedInvoice, allowance: IssuedAllowance): XmlChild[] {
  const { content } = invoice;
  return [
    [
      "Main",
      [
        ["AllowanceNumber", allowance.number],
        ["AllowanceDate", wireDate(allowance.issuedAt)],
        sellerParty(content),
        buyerParty(content),
        ["AllowanceType", SELLER_ISSUES],
        ["OriginalInvoiceSellerId", content.seller.ubn],
        ["OriginalInvoiceBuyerId", buyerId(invoice)],
      ],
    ],
    [
      "Details",
      allowance.lines.map(
        (line, index): XmlChild => [
          "ProductItem",
          [
            ["OriginalInvoiceDate", wireDate(invoice.issuedAt)],
            ["OriginalInvoiceNumber", invoice.number],
            ["OriginalSequenceNumber", line.originalSequenceNumber],
            ["OriginalDescription", line.description],
            ["Quantity", line.quantity],
            ["Unit", line.unit ?? UNIT],
            ["UnitPrice", line.unitPrice],
            ["Amount", String(line.netAmount)],
            ["Tax", String(line.taxAmount)],
            ["AllowanceSequenceNumber", String(index + 1).padStart(3, "0")],
            ["TaxType", TAX_TYPES[line.taxType]],
          ],
        ],
      ),
    ],
    [
      "Amount",
      [
        ["TaxAmount", String(allowance.taxAmount)],
        ["TotalAmount", String(allowance.netAmount)],
      ],
    ],
  ];
}

function cancelAllowanceChildren(invoice: IssuedInvoice, allowance: IssuedAllowance, act: Act): XmlChild[] {
  return [
    ["CancelAllowanceNumber", allowance.number],
    ["AllowanceType", SELLER_ISSUES],
    ["AllowanceDate", wireDate(allowance.issuedAt)],
    ["BuyerId", buyerId(invoice)],
    ["SellerId", invoice.content.seller.ubn],
    ["CancelDate", wireDate(act.at)],
    ["CancelTime", taipeiTime(act.at)],
    ["CancelReason", act.reason],
    ["Remark", act.remark],
  ];
}

/** A seller without branches is head office and branch in one. */
function unusedChildren({ sellerUbn, period, prefix, ranges }: UnusedNumbers): XmlChild[] {
  return [
    [
      "Main",
      [
        ["HeadBan", sellerUbn],
        ["BranchBan", sellerUbn],
        ["InvoiceType", GENERAL_TAX],
        ["YearMonth", period],
        ["InvoiceTrack", prefix],
      ],
    ],
    [
      "Details",
      ranges.map(
        ([begin, end]): XmlChild => [
          "BranchTrackBlankItem",
          [
            ["InvoiceBeginNo", eightDigits(begin)],
            ["InvoiceEndNo", eightDigits(end)],
          ],
        ],
      ),
    ],
  ];
}

const NUMBERS_PER_BOOKLET = 50;

function branchChildren(numbers: BranchNumbers): XmlChild[] {
  return [
    [
      "Main",
      [
        ["HeadBan", numbers.headUbn],
        ["BranchBan", numbers.branchUbn],
        ["InvoiceType", GENERAL_TAX],
        ["YearMonth", numbers.period],
        ["InvoiceTrack", numbers.prefix],
        ["InvoiceBeginNo", eightDigits(numbers.begin)],
        ["InvoiceEndNo", eightDigits(numbers.end)],
      ],
    ],
    [
      "Details",
      numbers.parts.map(
        ({ begin, end }): XmlChild => [
          "BranchTrackItem",
          [
            ["InvoiceBeginNo", eightDigits(begin)],
            ["InvoiceEndNo", eightDigits(end)],
            ["InvoiceBooklet", String((end - begin + 1) / NUMBERS_PER_BOOKLET)],
          ],
        ],
      ),
    ],
  ];
}
