import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "../../support/real-parts.ts";
import { sampleMessages } from "../../unit/einvoice/sample-documents.ts";

const golden = (name: string) => Bun.file(join(import.meta.dir, "mig", `${name}.xml`)).text();

/** Children in the order of the schema (MIG 4.1), by root and path. */
const ORDER: Record<string, string[]> = {
  "Invoice/Main":
    "InvoiceNumber InvoiceDate InvoiceTime Seller Buyer BuyerRemark MainRemark CustomsClearanceMark Category RelateNumber InvoiceType GroupMark DonateMark CarrierType CarrierId1 CarrierId2 PrintMark NPOBAN RandomNumber BondedAreaConfirm ZeroTaxRateReason Reserved1 Reserved2".split(
      " ",
    ),
  "Invoice/Details/ProductItem":
    "Description Quantity Unit UnitPrice TaxType Amount SequenceNumber Remark RelateNumber".split(" "),
  "Invoice/Amount":
    "SalesAmount FreeTaxSalesAmount ZeroTaxSalesAmount TaxType TaxRate TaxAmount TotalAmount DiscountAmount OriginalCurrencyAmount ExchangeRate Currency".split(
      " ",
    ),
  CancelInvoice:
    "CancelInvoiceNumber InvoiceDate BuyerId SellerId CancelDate CancelTime CancelReason ReturnTaxDocumentNumber Remark".split(
      " ",
    ),
  VoidInvoice: "VoidInvoiceNumber InvoiceDate BuyerId SellerId VoidDate VoidTime VoidReason Remark".split(" "),
  "Allowance/Main":
    "AllowanceNumber AllowanceDate Seller Buyer AllowanceType OriginalInvoiceSellerId OriginalInvoiceBuyerId".split(
      " ",
    ),
  "Allowance/Details/ProductItem":
    "OriginalInvoiceDate OriginalInvoiceNumber OriginalSequenceNumber OriginalDescription Quantity Unit UnitPrice Amount Tax AllowanceSequenceNumber TaxType".split(
      " ",
    ),
  "Allowance/Amount": ["TaxAmount", "TotalAmount"],
  CancelAllowance:
    "CancelAllowanceNumber AllowanceType AllowanceDate BuyerId SellerId CancelDate CancelTime CancelReason Remark".split(
      " ",
    ),
};

/** Names of the children of every element at a path, in the order in which they stand. */
function childrenAt(xml: string, path: string): string[][] {
  const found: string[][] = [];
  const stack: { name: string; children: string[] }[] = [];
  for (const [, closing, name = ""] of xml.matchAll(/<(\/?)([A-Za-z0-9]+)[^>]*>/g)) {
    if (!closing) {
      stack.at(-1)?.children.push(name);
      stack.push({ name, children: [] });
      continue;
    }
    const here = stack.map((entry) => entry.name).join("/");
    const ended = stack.pop();
    if (here === path && ended) found.push(ended.children);
  }
  return found;
}

describe("messages of MIG 4.1", () => {
  test.each(sampleMessages())("%s: byte for byte", async (name, xml) => {
    expect(xml).toBe(await golden(name));
  });

  test.each(sampleMessages())("%s: its elements are those of the schema, in its order", (_name, xml) => {
    for (const [path, order] of Object.entries(ORDER)) {
      for (const children of childrenAt(xml, path)) {
        expect(children).toEqual(order.filter((name) => children.includes(name)));
      }
    }
  });

  test.each(sampleMessages())("%s: has the namespace of its code and no empty element", (name, xml) => {
    expect(xml).toContain(`xmlns="urn:GEINV:eInvoiceMessage:${name.slice(0, 5)}:4.1"`);
    expect(xml).not.toMatch(/<([A-Za-z0-9]+)><\/\1>/);
  });
});

describeWith(["xmllint"], "an XML tool", () => {
  test("reads every message, the Chinese and the escaped text included", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mig-"));
    try {
      for (const [name, xml] of sampleMessages()) {
        const file = join(folder, `${name}.xml`);
        await Bun.write(file, xml);
        const check = Bun.spawnSync(["xmllint", "--noout", "--nonet", file]);
        expect({ name, status: check.exitCode, said: check.stderr.toString() }).toEqual({ name, status: 0, said: "" });
      }
      const file = join(folder, "F0401-business.xml");
      const query = Bun.spawnSync([
        "xmllint",
        "--xpath",
        "string(//*[local-name()='Buyer']/*[local-name()='Name'])",
        file,
      ]);
      expect(query.stdout.toString().trim()).toBe("甲 & 乙 <股份> 有限公司");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
