import { taipeiParts } from "../../platform/taipei-time.ts";
import type { SimulatorReply, SimulatorRequest } from "../http-simulator.ts";

/** Error replies of Every8d API 2.1 (appendix of document v2.2): a negative code and a text, with HTTP 200. */
export const errorTexts = {
  "-1": "參數錯誤",
  "-3": "黑名單或無效的手機號碼",
  "-4": "預約發送時間逾期超過24小時",
  "-5": "簡訊內容過長",
  "-6": "時間格式錯誤",
  "-8": "手機號碼格式錯誤",
  "-9": "查無此批次",
  "-12": "未開啟國際簡訊發送權限",
  "-15": "簡訊主旨過長",
  "-20": "預約時間須大於系統時間10分鐘",
  "-24": "預約時間不可超過6個月",
  "-41": "未輸入手機號碼",
  "-99": "主機端發生不明錯誤，請與廠商窗口聯繫。",
  "-100": "無此帳號",
  "-101": "密碼錯誤",
  "-2": "帳號或密碼錯誤",
  "-300": "未輸入帳號或密碼",
} as const;
export type ErrorCode = keyof typeof errorTexts;

export const textReply = (body: string): SimulatorReply => ({ status: 200, body });

export const errorReply = (code: ErrorCode): SimulatorReply => textReply(`${code}, ${errorTexts[code]}`);

export const jsonReply = (value: unknown): SimulatorReply => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(value),
});

/** The fields of a form body; empty when the request is no form. */
export function formOf(request: SimulatorRequest): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "");
  return new URLSearchParams(isForm ? request.body.toString("utf8") : "");
}

/** A Taiwan mobile in E.164; `abroad` for other countries; `undefined` when it is no number. */
export function readMobile(text: string): string | "abroad" | undefined {
  const digits = /^(?:0|\+886)(9\d{8})$/.exec(text)?.[1];
  if (digits) return `+886${digits}`;
  return /^\+(?!886)\d{8,15}$/.test(text) ? "abroad" : undefined;
}

const two = (value: number) => String(value).padStart(2, "0");

/** Taipei wall time with the given separators: `20251124160000` or `2025/11/24 16:00:00`. */
export function stamp(at: Date, day = "", between = "", time = ""): string {
  const { year, month, day: dayOfMonth, hour, minute, second } = taipeiParts(at);
  const date = [year, two(month), two(dayOfMonth)].join(day);
  return `${date}${between}${[two(hour), two(minute), two(second)].join(time)}`;
}

/** `yyyyMMddHHmmss` in Taipei as an instant. */
export function readStamp(text: string): Date | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  return Number.isNaN(at.getTime()) || stamp(at) !== text ? undefined : at;
}

/** Points of one message: one per part of 70/67 characters, or of 160/153 where all are ASCII. */
export function pointsOf(text: string): number {
  const isAscii = [...text].every((character) => character.charCodeAt(0) < 128);
  const [single, part] = isAscii ? [160, 153] : [70, 67];
  return text.length <= single ? 1 : Math.ceil(text.length / part);
}
