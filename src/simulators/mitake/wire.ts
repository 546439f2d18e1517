import iconv from "iconv-lite";
import { taipeiParts } from "../../platform/taipei-time.ts";
import type { SimulatorReply, SimulatorRequest } from "../http-simulator.ts";

const two = (value: number) => String(value).padStart(2, "0");

/** `YYYYMMDDHHMMSS` in Taipei. */
export function stamp(at: Date): string {
  const { year, month, day, hour, minute, second } = taipeiParts(at);
  return `${year}${two(month)}${two(day)}${two(hour)}${two(minute)}${two(second)}`;
}

/** `dlvtime` and `vldtime`: `YYYYMMDDHHMMSS` or whole seconds from now; `undefined` when it is neither. */
export function readTime(text: string, now: Date): Date | undefined {
  if (/^\d{1,9}$/.test(text)) return new Date(now.getTime() + Number(text) * 1_000);
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  return Number.isNaN(at.getTime()) || stamp(at) !== text ? undefined : at;
}

/** A Taiwan mobile in E.164; the server strips a leading `+`, `.`, `-` and blanks and rewrites `88609…` to `8869…`. */
export function readMobile(text: string): string | undefined {
  const digits = text.replace(/^\+/, "").replace(/[.\s-]/g, "");
  const subscriber = /^(?:0|8860?)(9\d{8})$/.exec(digits)?.[1];
  return subscriber && `+886${subscriber}`;
}

/** The character set of the text: declared in the query, Big5 where it is not. `undefined` for any other name. */
export function charsetOf(request: SimulatorRequest, parameter: string): "utf8" | "big5" | undefined {
  const name = (request.url.searchParams.get(parameter) ?? "Big5").toLowerCase();
  if (name === "big5") return "big5";
  return name === "utf8" || name === "utf-8" ? "utf8" : undefined;
}

/** Fields of a form body whose percent-encoded bytes are in the given character set. */
export function formOf(request: SimulatorRequest, charset: "utf8" | "big5"): Map<string, string> {
  const fields = new Map<string, string>();
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) return fields;
  for (const pair of request.body.toString("latin1").split("&")) {
    const [name = "", ...rest] = pair.split("=");
    if (name !== "") fields.set(name, decodeField(rest.join("="), charset));
  }
  return fields;
}

function decodeField(text: string, charset: "utf8" | "big5"): string {
  const bytes = text
    .replaceAll("+", " ")
    .replace(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return iconv.decode(Buffer.from(bytes, "latin1"), charset);
}

/** HTTP says 200 to everything. */
export const textReply = (lines: readonly string[]): SimulatorReply => ({
  status: 200,
  body: lines.map((line) => `${line}\r\n`).join(""),
});

/** Points: one per part of 70/67 characters, or of 160/153 where all are ASCII. */
export function pointsOf(text: string): number {
  const isAscii = [...text].every((character) => character.charCodeAt(0) < 128);
  const [single, part] = isAscii ? [160, 153] : [70, 67];
  return text.length <= single ? 1 : Math.ceil(text.length / part);
}

/** What one message holds: the rest of a long text is cut off where the account may not send long ones. */
export function firstPart(text: string): string {
  const isAscii = [...text].every((character) => character.charCodeAt(0) < 128);
  return text.slice(0, isAscii ? 160 : 70);
}
