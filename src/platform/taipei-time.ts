/**
 * Calendar arithmetic of Asia/Taipei: UTC+8 all year, no daylight saving time (none since 1979).
 * Pure: instants in, calendar values out.
 */
const TAIPEI_OFFSET_MS = 8 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface TaipeiParts {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 is Sunday. */
  weekday: number;
}

/** The wall clock of Taipei at an instant. */
export function taipeiParts(instant: Date): TaipeiParts {
  const local = new Date(instant.getTime() + TAIPEI_OFFSET_MS);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    weekday: local.getUTCDay(),
  };
}

const two = (value: number) => String(value).padStart(2, "0");

/** The calendar day in Taipei, `YYYY-MM-DD`. */
export function taipeiDate(instant: Date): string {
  const { year, month, day } = taipeiParts(instant);
  return `${year}-${two(month)}-${two(day)}`;
}

/** The wall time in Taipei, `HH:MM:SS`. */
export function taipeiTime(instant: Date): string {
  const { hour, minute, second } = taipeiParts(instant);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

/** The instant at which a Taipei calendar day (`YYYY-MM-DD`) begins, moved by whole days. Throws on a day that does not exist. */
export function taipeiDayStart(day: string, plusDays = 0): Date {
  const midnightUtc = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnightUtc) || new Date(midnightUtc).toISOString().slice(0, 10) !== day) {
    throw new RangeError(`not a calendar day: ${day}`);
  }
  return new Date(midnightUtc - TAIPEI_OFFSET_MS + plusDays * DAY_MS);
}

/** The instant of a Taipei wall time; `time` is `HH:MM` or `HH:MM:SS`. */
export function taipeiInstant(day: string, time: string): Date {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(time);
  if (!match) throw new RangeError(`not a wall time: ${time}`);
  const [, hour, minute, second] = match;
  return new Date(
    taipeiDayStart(day).getTime() + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000,
  );
}
