import { describe, expect, test } from "bun:test";
import type { RecordValues } from "../../../../src/banking/rules/layout/description.ts";
import { type Layout, loadLayout } from "../../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../../src/banking/rules/layouts/index.ts";
import { expectedValues, randomFile, seededRandom } from "./random-records.ts";

const RECORDS = Number(process.env.LAYOUT_RECORDS ?? 100_000);
const PER_FILE = 5_000;
const seed = Number(process.env.LAYOUT_SEED ?? Date.now() % 1_000_000);

function load(id: string): Layout {
  const loaded = loadLayout(builtInLayouts.get(id));
  if (!loaded.ok) throw new Error(loaded.problems.join());
  return loaded.layout;
}

const fieldsOf = ({ description }: Layout, name: string | undefined) => {
  if (description.format === "csv") return description.columns;
  const details = description.records.filter(({ role }) => role === "detail");
  return (details.find((record) => record.name === name) ?? details[0])?.fields ?? [];
};

function differs(read: RecordValues, written: RecordValues): boolean {
  const keys = new Set<string>([...Object.keys(read), ...Object.keys(written)]);
  keys.delete("sequence");
  for (const key of keys) if (Reflect.get(read, key) !== Reflect.get(written, key)) return true;
  return false;
}

describe(`parse(format(x)) = normalise(x) and format(parse(b)) = b on ${RECORDS} random records, seed ${seed}`, () => {
  test.each([...builtInLayouts.keys()])(
    "%s",
    (id) => {
      const layout = load(id);
      const random = seededRandom(seed);
      let checked = 0;
      for (let file = 0; file < RECORDS / PER_FILE; file += 1) {
        const input = randomFile(layout.description, PER_FILE, random);
        const encoded = layout.encode(input);
        if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems[0]));
        const decoded = layout.decode(encoded.bytes);
        if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems[0]));
        const { header, details, trailer } = decoded.content;
        for (const [index, { values }] of details.entries()) {
          const written = input.details[index] ?? {};
          const expected = expectedValues(fieldsOf(layout, written.recordName), written);
          if (differs(values, expected)) expect(values).toEqual(expected);
          checked += 1;
        }
        const again = layout.encode({
          header: header?.values ?? {},
          details: details.map(({ values }) => values),
          ...(trailer && { trailer: trailer.values }),
        });
        if (!again.ok || !Buffer.from(again.bytes).equals(Buffer.from(encoded.bytes))) {
          throw new Error(`written again, file ${file} has other bytes`);
        }
      }
      expect(checked).toBe(RECORDS);
    },
    300_000,
  );
});
