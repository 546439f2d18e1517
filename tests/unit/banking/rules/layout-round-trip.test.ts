import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RecordValues } from "../../../../src/banking/rules/layout/description.ts";
import { loadLayout } from "../../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../../src/banking/rules/layouts/index.ts";
import { big5Code, decodeBig5 } from "../../../../src/platform/big5.ts";

// Characters that carry trouble: second bytes 5C and 7C, quotation marks, delimiters, and any of the code page.
const troublesome = [..."許功蓋四坑尚A\"|,\\'"];
const anyCharacter = fc
  .tuple(fc.integer({ min: 0xa4, max: 0xc5 }), fc.integer({ min: 0xa1, max: 0xfe }))
  .map(([lead, trail]) => decodeBig5(Uint8Array.of(lead, trail)).text);
const text = (max: number) =>
  fc
    .array(fc.oneof(fc.constantFrom(...troublesome), anyCharacter), { minLength: 1, maxLength: max })
    .map((characters) => characters.join("").normalize("NFC").trim())
    .filter((value) => value !== "" && [...value].every((character) => big5Code(character.codePointAt(0) ?? 0) > 0));
const digits = (max: number) =>
  fc.array(fc.constantFrom(..."0123456789"), { minLength: 1, maxLength: max }).map((list) => list.join(""));
const ascii = (max: number) =>
  fc.array(fc.constantFrom(..."ABCxyz0189-_."), { minLength: 1, maxLength: max }).map((list) => list.join(""));
const day = fc
  .date({ min: new Date("1990-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const payment = fc.record<RecordValues>(
  {
    transactionId: ascii(20),
    accountNumber: digits(14),
    accountHolder: text(15),
    amount: fc.integer({ min: 0, max: 99_999_999_999 }),
    paymentDate: day,
    idNumber: ascii(10),
    memo: text(25),
  },
  { requiredKeys: ["transactionId", "accountNumber", "accountHolder", "amount", "paymentDate"] },
);
const reply = fc.record<RecordValues>(
  {
    transactionId: ascii(20),
    bankReference: ascii(20),
    responseCode: fc.constantFrom("000", "001", "007", "099", "555"),
    responseMessage: text(50),
    processedDate: day,
  },
  { requiredKeys: ["transactionId", "responseCode"] },
);

describe("parse(format(x)) = x and format(parse(b)) = b", () => {
  const encodings = [{ encoding: "BIG5" }, { encoding: "UTF-8" }] as const;
  const ids = ["luckygas-b-payment", "luckygas-b-reply", "luckygas-csv-payment", "luckygas-csv-reply"];
  const cases = ids.flatMap((id) =>
    encodings.flatMap((options) => [",", "|", "\t"].map((delimiter) => ({ id, ...options, delimiter }))),
  );
  const relevant = cases.filter(({ id, delimiter, encoding }) =>
    id.includes("csv") ? true : delimiter === "," && encoding === "BIG5",
  );

  test.each(relevant)("$id in $encoding, delimited by $delimiter", ({ id, encoding, delimiter }) => {
    const loaded = loadLayout(builtInLayouts.get(id), { encoding, delimiter });
    if (!loaded.ok) throw new Error(loaded.problems.join());
    const { layout } = loaded;
    const isPayment = layout.description.direction === "payment";
    const header = { batchNumber: "B1", fileDate: "2026-01-31", clearingCode: "017", companyCode: "X" };
    const hasHeader = layout.description.format === "fixed_width";
    fc.assert(
      fc.property(fc.array(isPayment ? payment : reply, { minLength: 1, maxLength: 8 }), (details) => {
        const trailer = { totalAmount: 9, successAmount: 4, failAmount: 5 };
        const encoded = layout.encode({ header, details, trailer });
        if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
        const decoded = layout.decode(encoded.bytes);
        if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
        const read = decoded.content.details.map(({ values: { sequence: _sequence, ...values } }) => values);
        expect(read).toEqual(details);
        if (hasHeader) expect(decoded.content.header?.values).toEqual(header);
        const again = layout.encode({
          header: decoded.content.header?.values ?? {},
          details: read,
          ...(decoded.content.trailer && { trailer: decoded.content.trailer.values }),
        });
        expect(again.ok && Buffer.from(again.bytes).equals(Buffer.from(encoded.bytes))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("a byte order mark is written where the layout says so, and passed over wherever it stands", () => {
    const description = { ...builtInLayouts.get("luckygas-csv-payment"), byteOrderMark: true };
    const details = [
      { transactionId: "T", accountNumber: "1", accountHolder: "許", amount: 1, paymentDate: "2026-01-31" },
    ];
    const written = (encoding: "UTF-8" | "BIG5") => {
      const loaded = loadLayout(description, { encoding });
      if (!loaded.ok) throw new Error(loaded.problems.join());
      const encoded = loaded.layout.encode({ header: {}, details });
      if (!encoded.ok) throw new Error("encode");
      const decoded = loaded.layout.decode(encoded.bytes);
      expect(decoded.ok && decoded.content.details.map(({ values }) => values)).toEqual(details);
      return Buffer.from(encoded.bytes.subarray(0, 3)).toString("hex");
    };
    expect(written("UTF-8")).toBe("efbbbf");
    expect(written("BIG5")).not.toBe("efbbbf");
  });

  test("fillers that are not blank are written again as they came", () => {
    const loaded = loadLayout(builtInLayouts.get("luckygas-b-payment"));
    if (!loaded.ok) throw new Error(loaded.problems.join());
    const { layout } = loaded;
    const details = [
      { transactionId: "T", accountNumber: "1", accountHolder: "A", amount: 1, paymentDate: "2026-01-31" },
    ];
    const encoded = layout.encode({
      header: { batchNumber: "B", fileDate: "2026-01-31", clearingCode: "017" },
      details,
    });
    if (!encoded.ok) throw new Error("encode");
    const file = Buffer.from(encoded.bytes);
    file.write("bank's own use", 202 + 160, "latin1");
    const decoded = layout.decode(file);
    if (!decoded.ok) throw new Error("decode");
    const raw = new Map(decoded.content.details.flatMap(({ record, raw }) => (raw ? [[record, raw] as const] : [])));
    const again = layout.encode({
      header: decoded.content.header?.values ?? {},
      details: decoded.content.details.map((detail) => detail.values),
      raw,
    });
    expect(again.ok && Buffer.from(again.bytes).equals(file)).toBe(true);
  });
});
