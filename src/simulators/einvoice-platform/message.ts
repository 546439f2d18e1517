import { createHmac } from "node:crypto";
import { z } from "zod";

/** A request of the JSON dialect: every value is text, or a list of texts. */
const messageSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
export type Message = z.infer<typeof messageSchema>;

/** The message of a request body, or `undefined` when it is none. */
export function parseMessage(body: string): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** A single value; the empty text when it is absent or a list. */
export function textOf(message: Message, name: string): string {
  const value = message[name];
  return typeof value === "string" ? value : "";
}

/** A list of values; empty when it is absent or a single value. */
export function listOf(message: Message, name: string): string[] {
  const value = message[name];
  return Array.isArray(value) ? value : [];
}

/**
 * CheckMacValue: `name=value` of all other fields by ascending name, a list giving one `name=item` per element, joined with `&`;
 * HMAC-SHA256 with the API key, Base64.
 */
export function checkMacValue(message: Message, apiKey: string): string {
  const pairs = Object.keys(message)
    .filter((name) => name !== "CheckMacValue")
    .sort()
    .flatMap((name) => [message[name] ?? []].flat().map((value) => `${name}=${value}`));
  return createHmac("sha256", apiKey).update(pairs.join("&"), "utf8").digest("base64");
}

/** What a message says, without the fields that differ from sending to sending. Equal texts are equal contents. */
export function contentOf(message: Message): string {
  const fields = Object.entries(message).filter(([name]) => name !== "TimeStamp" && name !== "CheckMacValue");
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
