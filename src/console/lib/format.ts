import type { Language } from "./words.tsx";

const TAIPEI = "Asia/Taipei";
const whole = new Intl.NumberFormat("zh-TW");
const instant = new Intl.DateTimeFormat("sv-SE", {
  timeZone: TAIPEI,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

export const number = (value: number): string => whole.format(value);
export const money = (value: number): string => `NT$ ${whole.format(value)}`;
export const percent = (share: number): string => `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
/** Taipei time, `2026-01-31 08:00:00`. */
export const taipeiTime = (iso: string | Date): string => instant.format(new Date(iso));
/** Invoice numbers have eight digits, leading zeros included. */
export const eightDigits = (value: number): string => String(value).padStart(8, "0");

const units = [
  [86_400, ["天", " d"]],
  [3_600, ["小時", " h"]],
  [60, ["分", " min"]],
  [1, ["秒", " s"]],
] as const;

/** A span in its largest unit, e.g. `5 分`, `3 h`. */
export function span(seconds: number, language: Language): string {
  const [size, [zh, en]] = units.find(([unit]) => seconds >= unit) ?? [1, ["秒", " s"]];
  const count = Math.max(0, Math.floor(seconds / size));
  return language === "zh" ? `${count} ${zh}` : `${count}${en}`;
}

/** `11402` → `114年01-02月` or `2025-01/02`. */
export function periodText(period: string, language: Language): string {
  const year = Number(period.slice(0, 3));
  const even = Number(period.slice(3));
  const months = [even - 1, even].map((month) => String(month).padStart(2, "0"));
  return language === "zh" ? `${year} 年 ${months.join("-")} 月` : `${year + 1911}-${months.join("/")}`;
}

/** The invoice period of a moment, Taipei: ROC year and even month. */
export function periodOf(date: Date): string {
  const [year = 0, month = 0] = taipeiTime(date).split("-").map(Number);
  return `${year - 1911}${String(month + (month % 2)).padStart(2, "0")}`;
}
