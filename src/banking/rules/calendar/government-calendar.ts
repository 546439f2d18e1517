import { decodeBig5 } from "../../../platform/big5.ts";
import { dayAfter } from "./banking-calendar.ts";
import type { CalendarYear } from "./holidays.ts";

export type ReadCalendar =
  | { ok: true; year: CalendarYear; makeUpDays: string[] }
  /** Every rule that the file breaks, with its line or day; at most 20. */
  | { ok: false; problems: string[] };

interface Row {
  day: string;
  isHoliday: boolean;
  note: string;
}

const PROBLEMS_MAX = 20;
const LABOUR_DAY = "勞動節";
const columns = {
  day: ["西元日期", "date"],
  isHoliday: ["是否放假", "isholiday"],
  note: ["備註", "description", "name"],
};

/**
 * Reads the government's calendar of a year (政府行政機關辦公日曆表, data.gov.tw set 14718) as CSV in UTF-8 or Big5, or the same
 * as a JSON list: one row per day with its holiday mark (`2` or true: closed, `0` or false: working). Every day of the year
 * must be there once. Banks are closed on Labour Day whatever offices do; make-up Saturdays count only where `makeUpDaysOpen`.
 */
export function readGovernmentCalendar(
  bytes: Uint8Array,
  year: number,
  options: { makeUpDaysOpen: boolean },
): ReadCalendar {
  const problems: string[] = [];
  const text = decode(bytes).replace(/^\ufeff/, "");
  const rows = (text.trimStart().startsWith("[") ? readJson(text, problems) : readCsv(text, problems)).filter(
    ({ day }) => day.startsWith(`${year}-`),
  );
  if (problems.length === 0) problems.push(...missingDays(rows, year));
  if (problems.length === 0 && !rows.some(isHolidayOfTheWeek)) {
    problems.push(`has no holiday from Monday to Friday in ${year}: it cannot be a year's calendar`);
  }
  return problems.length > 0 ? { ok: false, problems: problems.slice(0, PROBLEMS_MAX) } : yearOf(rows, year, options);
}

function yearOf(rows: readonly Row[], year: number, { makeUpDaysOpen }: { makeUpDaysOpen: boolean }): ReadCalendar {
  const closed: Record<string, string> = {};
  const open: Record<string, string> = {};
  const makeUpDays: string[] = [];
  for (const { day, isHoliday, note } of rows) {
    if (isHoliday && !isWeekend(day)) closed[day] = note || "放假";
    if (isHoliday || !isWeekend(day)) continue;
    makeUpDays.push(day);
    if (makeUpDaysOpen) open[day] = note || "補行上班";
  }
  const labourDay = `${year}-05-01`;
  if (!isWeekend(labourDay)) closed[labourDay] ??= LABOUR_DAY;
  return { ok: true, year: { closed, open }, makeUpDays };
}

const isHolidayOfTheWeek = ({ day, isHoliday }: Row) => isHoliday && !isWeekend(day);

const isWeekend = (day: string) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

function missingDays(rows: readonly Row[], year: number): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { day } of rows) {
    if (seen.has(day)) problems.push(`${day} stands twice`);
    seen.add(day);
  }
  if (seen.size === 0) return [`has no day of ${year}`];
  for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = dayAfter(day)) {
    if (!seen.has(day)) problems.push(`${day} is missing: every day of the year must be listed`);
  }
  return problems;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Line ends are no characters of the code page.
    return Buffer.from(bytes)
      .toString("latin1")
      .split("\n")
      .map((line) => decodeBig5(Buffer.from(line.replace(/\r$/, ""), "latin1")).text)
      .join("\n");
  }
}

function readCsv(text: string, problems: string[]): Row[] {
  const [header = "", ...lines] = text.split(/\r?\n/);
  const names = header.split(",").map(clean);
  const at = {
    day: names.findIndex((name) => columns.day.includes(name)),
    isHoliday: names.findIndex((name) => columns.isHoliday.includes(name)),
    note: names.findIndex((name) => columns.note.includes(name)),
  };
  if (at.day < 0 || at.isHoliday < 0) {
    problems.push("line 1 must have the columns 西元日期 and 是否放假");
    return [];
  }
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const cells = line.split(",").map(clean);
    const note = at.note < 0 ? "" : (cells[at.note] ?? "");
    return readRow(`line ${index + 2}`, cells[at.day], cells[at.isHoliday], note, problems);
  });
}

const clean = (cell: string) => cell.trim().replace(/^"(.*)"$/, "$1");

function readJson(text: string, problems: string[]): Row[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = undefined;
  }
  if (!Array.isArray(list)) {
    problems.push("is neither a CSV with a header line nor a JSON list");
    return [];
  }
  return list.flatMap((entry: unknown, index) => {
    const fields = typeof entry === "object" && entry !== null ? Object.entries(entry) : [];
    const pick = (names: readonly string[]): unknown =>
      fields.find(([name]) => names.includes(name) || names.includes(name.toLowerCase()))?.[1];
    const note = pick(columns.note);
    const place = `entry ${index + 1}`;
    return readRow(place, pick(columns.day), pick(columns.isHoliday), typeof note === "string" ? note : "", problems);
  });
}

const holidayMarks = new Map<string, boolean>([
  ["2", true],
  ["true", true],
  ["是", true],
  ["0", false],
  ["false", false],
  ["否", false],
]);

function readRow(place: string, date: unknown, mark: unknown, note: string, problems: string[]): Row[] {
  const day = dayOf(String(date ?? ""));
  const isHoliday = holidayMarks.get(String(mark ?? "").toLowerCase());
  if (day === undefined) problems.push(`${place}: the date must be a day that exists, e.g. 20270101`);
  if (isHoliday === undefined) problems.push(`${place}: the holiday mark must be 2 (closed) or 0 (working)`);
  return day === undefined || isHoliday === undefined ? [] : [{ day, isHoliday, note: note.slice(0, 100) }];
}

function dayOf(text: string): string | undefined {
  const match = /^(\d{4})(?:(\d{2})(\d{2})|[-/](\d{1,2})[-/](\d{1,2}))$/.exec(text);
  if (!match) return undefined;
  const month = (match[2] ?? match[4] ?? "").padStart(2, "0");
  const day = `${match[1]}-${month}-${(match[3] ?? match[5] ?? "").padStart(2, "0")}`;
  const instant = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day) ? day : undefined;
}
