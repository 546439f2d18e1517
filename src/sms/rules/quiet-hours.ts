import { taipeiDate, taipeiInstant, taipeiTime } from "../../platform/taipei-time.ts";

/** Taipei wall times in which no promotion may arrive (Twilio SMS guideline for Taiwan), each from its start until before its end. */
const WINDOWS = [
  { from: "00:00:00", until: "09:00" },
  { from: "12:30:00", until: "13:30" },
] as const;
const EVENING = { from: "21:00:00", until: "09:00" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The end of the quiet hours that hold at an instant; `undefined` outside them. */
export function quietUntil(at: Date): Date | undefined {
  const time = taipeiTime(at);
  if (time >= EVENING.from) return taipeiInstant(taipeiDate(new Date(at.getTime() + DAY_MS)), EVENING.until);
  const window = WINDOWS.find(({ from, until }) => time >= from && time < `${until}:00`);
  return window && taipeiInstant(taipeiDate(at), window.until);
}
