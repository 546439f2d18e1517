import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "../../support/real-parts.ts";
import { sampleMessages } from "../../unit/einvoice/sample-documents.ts";
import { messageCodes, messageSchema } from "./mig-schema.ts";

const golden = (name: string) => Bun.file(join(import.meta.dir, "mig", `${name}.xml`)).text();

describe("messages of MIG 4.1", () => {
  test("there is one of each code", () => {
    expect(new Set(sampleMessages().map(([name]) => name.slice(0, 5)))).toEqual(new Set(messageCodes));
  });

  test.each(sampleMessages())("%s: byte for byte", async (name, xml) => {
    expect(xml).toBe(await golden(name));
  });

  test.each(sampleMessages())("%s: has the namespace of its code and no empty element", (name, xml) => {
    expect(xml).toContain(`xmlns="urn:GEINV:eInvoiceMessage:${name.slice(0, 5)}:4.1"`);
    expect(xml).not.toMatch(/<([A-Za-z0-9]+)><\/\1>/);
  });
});

describeWith(["xmllint"], "an XML tool", () => {
  /** What xmllint says of a message against the schema of its code; nothing when it is valid. */
  async function complaints(name: string, xml: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "mig-"));
    try {
      const [file, schema] = [join(folder, `${name}.xml`), join(folder, "schema.xsd")];
      await Bun.write(file, xml);
      await Bun.write(schema, messageSchema(name.slice(0, 5)));
      const check = Bun.spawnSync(["xmllint", "--noout", "--nonet", "--schema", schema, file]);
      return check.exitCode === 0 ? "" : `${check.exitCode}: ${check.stderr.toString()}`;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  test.each(sampleMessages())("finds %s valid: names, order, presence, form and length", async (name, xml) => {
    expect(await complaints(name, xml)).toBe("");
  });

  test.each([
    ["an element in another place", (xml: string) => swap(xml, "CancelDate", "CancelTime")],
    ["a missing one", (xml: string) => xml.replace(/<CancelReason>.*<\/CancelReason>/, "")],
    ["an unknown one", (xml: string) => xml.replace("<Remark>", "<Note>x</Note><Remark>")],
    ["a reason of 21 characters", (xml: string) => xml.replace("客戶退貨", "一".repeat(21))],
    ["another version", (xml: string) => xml.replace(":4.1", ":4.0")],
    ["an open element", (xml: string) => xml.replace("</CancelReason>", "")],
  ])("refuses %s", async (_what, spoil) => {
    const xml = new Map(sampleMessages()).get("F0501") ?? "";
    expect(spoil(xml)).not.toBe(xml);
    expect(await complaints("F0501", spoil(xml))).not.toBe("");
  });
});

/** The same text with two neighbouring elements in each other's place. */
const swap = (xml: string, first: string, second: string) =>
  xml.replace(new RegExp(`(<${first}>.*</${first}>)(<${second}>.*</${second}>)`), "$2$1");
