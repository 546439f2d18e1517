import { describe, expect, test } from "bun:test";
import { meaningOf, turnkeyCodes } from "../../../src/einvoice/connectors/turnkey/errors.ts";
import { readResults } from "../../../src/einvoice/connectors/turnkey/results.ts";

const detail = (numbers: string[]) =>
  `<ResultDetailType><Count>${numbers.length}</Count><Invoices>${numbers
    .map(
      (number) => `<Invoice><ReferenceNumber>${number}</ReferenceNumber><InvoiceDate>20250115</InvoiceDate></Invoice>`,
    )
    .join("")}</Invoices></ResultDetailType>`;
const message = (good: string[], failed: string[], total = good.length + failed.length) =>
  `<Message><Info><Id>4.1-F0401-20250115-100304000-x</Id><Size>1</Size><MessageType>F0401</MessageType><Service>B2SSTORAGE</Service><Action>UPLOAD</Action></Info>
   <ResultType><Total><ResultDetailType><Count>${total}</Count></ResultDetailType></Total><Good>${detail(good)}</Good><Failed>${detail(failed)}</Failed></ResultType></Message>`;
const summary = (...messages: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><SummaryResult xmlns="urn:GEINV:SummaryResult:4.1"><RoutingInfo/><DetailList>${messages.join("")}</DetailList></SummaryResult>`;
const processed = (code: string, parameter: string) =>
  `<ProcessResult xmlns="urn:GEINV:ProcessResult:4.1"><RoutingInfo/><MessageInfo><Id>x</Id><Size>1</Size><MessageType>F0401</MessageType><Service>s</Service><Action>a</Action></MessageInfo>
   <Result><Info><Code>${code}</Code><Description>說明</Description><Parameter0>${parameter}</Parameter0></Info></Result></ProcessResult>`;

describe("result files of Turnkey", () => {
  test("a summary with one, with several, and with several messages", () => {
    expect(readResults(summary(message(["AA00000001"], [])))).toEqual([
      { messageCode: "F0401", number: "AA00000001", date: "20250115", result: { kind: "good" } },
    ]);
    const both = readResults(
      summary(message(["AA00000001", "AA00000002"], ["AA00000003"]), message([], ["AA00000004"])),
    );
    expect(both?.map(({ number, result }) => [number, result.kind])).toEqual([
      ["AA00000001", "good"],
      ["AA00000002", "good"],
      ["AA00000003", "failed"],
      ["AA00000004", "failed"],
    ]);
  });

  test("a summary that does not add up says nothing", () => {
    expect(readResults(summary(message(["AA00000001"], [], 2)))).toBeUndefined();
    expect(
      readResults(
        summary(message(["AA00000001"], [])).replace("<Count>1</Count><Invoices>", "<Count>2</Count><Invoices>"),
      ),
    ).toBeUndefined();
  });

  test("a process result names the numbers in its parameters", () => {
    expect(readResults(processed("E1003", "發票 AA00000001"))).toEqual([
      {
        messageCode: "F0401",
        number: "AA00000001",
        date: undefined,
        result: { kind: "failed", code: "E1003", description: "說明" },
      },
    ]);
    expect(readResults(processed("00000", "AA00000001"))?.[0]?.result).toEqual({ kind: "good" });
  });

  test.each([
    ["broken XML", "<SummaryResult>"],
    ["another document", "<Invoice/>"],
    ["an entity", '<!DOCTYPE x [<!ENTITY a "b">]><SummaryResult/>'],
  ])("%s says nothing", (_what, text) => {
    expect(readResults(text)).toBeUndefined();
  });

  test("every published code has its meaning, an unlisted one is unknown", () => {
    expect(Object.keys(turnkeyCodes)).toHaveLength(9);
    expect(meaningOf("E9999")).toEqual({ class: "unknown", reason: "unlisted_code" });
    expect(meaningOf("E0201").reason).toBe("duplicate_number");
    expect(meaningOf(undefined).class).toBe("reject");
  });
});
