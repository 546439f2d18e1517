import { readGovernmentCalendar } from "../../../src/banking/rules/calendar/government-calendar.ts";
import { type Layout, loadLayout } from "../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../src/banking/rules/layouts/index.ts";
import { compileNamePattern, isSafeName } from "../../../src/banking/rules/name-pattern.ts";
import { decodeBig5 } from "../../../src/platform/big5.ts";
import { randomFile, seededRandom as recordRandom } from "../../unit/banking/rules/random-records.ts";
import { bytesOf, type FuzzTarget, isWhole, textOf } from "./target.ts";

function layoutTarget(id: string): FuzzTarget {
  const loaded = loadLayout(builtInLayouts.get(id));
  if (!loaded.ok) throw new Error(loaded.problems.join());
  const { layout } = loaded;
  const encoded = layout.encode(randomFile(layout.description, 3, recordRandom(7)));
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
  return { name: `layout ${id}`, seeds: [encoded.bytes], bytesMax: 64_000, read: (bytes) => readFile(layout, bytes) };
}

/** What is accepted must be writable again to the same bytes' meaning: nothing was guessed, dropped or rounded. */
function readFile(layout: Layout, bytes: Uint8Array): string | undefined {
  const decoded = layout.decode(bytes);
  if (!decoded.ok) return decoded.problems.length > 0 ? undefined : "refused without a problem";
  const { header, details, trailer } = decoded.content;
  for (const { values } of details) {
    if (values.amount !== undefined && !isWhole(values.amount)) return `amount ${String(values.amount)}`;
  }
  const again = layout.encode({
    header: header?.values ?? {},
    details: details.map(({ values }) => values),
    ...(trailer && { trailer: trailer.values }),
  });
  if (!again.ok) return undefined; // read leniently, e.g. an empty optional field; it is not written by us
  const twice = layout.decode(again.bytes);
  if (!twice.ok) return `written again it is refused: ${JSON.stringify(twice.problems[0])}`;
  const values = (content: typeof decoded.content) => JSON.stringify(content.details.map((detail) => detail.values));
  return values(twice.content) === values(decoded.content) ? undefined : "written again it says something else";
}

const hostileNames: FuzzTarget = {
  name: "remote file names",
  seeds: bytesOf("PAY_20260131_001_REPLY.txt", "../PAY_20260131_001.txt", ".PAY_20260131.tmp", "許功蓋.txt"),
  bytesMax: 1_000,
  read: (bytes) => {
    const name = textOf(bytes);
    if (isSafeName(name) && /[/\\\0]|^\.\.?$/.test(name)) return "a name that leads elsewhere";
    const compiled = compileNamePattern(name);
    if (!compiled.ok && compiled.problem === "") return "refused without a reason";
    return undefined;
  },
};

const calendar: FuzzTarget = {
  name: "government calendar",
  seeds: bytesOf(
    "西元日期,星期,是否放假,備註\r\n20270101,五,2,開國紀念日\r\n20270102,六,2,\r\n",
    '[{"date":"20270101","isholiday":"是","name":"開國紀念日"}]',
  ),
  bytesMax: 64_000,
  // A few lines are never a whole year, so nothing may be accepted.
  read: (bytes) => (readGovernmentCalendar(bytes, 2027, { makeUpDaysOpen: true }).ok ? "part of a year" : undefined),
};

const big5: FuzzTarget = {
  name: "Big5 text",
  seeds: [Uint8Array.of(0xb3, 0x5c, 0xa5, 0x5c, 0xbb, 0x5c, 0x41)],
  bytesMax: 1_000,
  read: (bytes) => {
    const { text, offences } = decodeBig5(bytes);
    return offences.length === 0 && text.includes("\ufffd") ? "a replaced character without an offence" : undefined;
  },
};

export const bankTargets: FuzzTarget[] = [
  ...[...builtInLayouts.keys()].map(layoutTarget),
  hostileNames,
  calendar,
  big5,
];
