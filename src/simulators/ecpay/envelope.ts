import { createCipheriv, createDecipheriv } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import type { SimulatorReply } from "../http-simulator.ts";

/** Test merchant of the centre's documentation. */
export const merchant = { id: "2000132", key: "ejCk326UnaZWKisg", iv: "q9jcZX8Ib9LM8wYk" };

/** Data of a call before encryption. */
export type CallData = Record<string, unknown>;

/** What an operation answers: its data, encrypted unless `isPlain`. */
export interface Answer {
  RtnCode: number;
  RtnMsg: string;
  [field: string]: unknown;
}

const bodySchema = z.object({
  MerchantID: z.string(),
  RqHeader: z.object({ Timestamp: z.union([z.number(), z.string()]).transform(Number) }),
  Data: z.string().min(1),
});
const dataSchema = z.looseObject({ MerchantID: z.union([z.string(), z.number()]).transform(String) });

const CALL_LIFE_SECONDS = 600;
const [STALE, UNREADABLE, NOT_ENABLED, MALFORMED] = [104, 110, 115, 111];

/** Opens a call, has it done and closes the answer, as the documentation's "AES encryption" page says. */
export function answerCall(
  body: string,
  clock: Clock,
  operation: (data: CallData) => Answer,
  isPlain: boolean,
): SimulatorReply {
  const call = bodySchema.safeParse(parse(body)).data;
  if (!call) return envelope({ TransCode: MALFORMED, TransMsg: "The parameter is error." });
  const age = Math.abs(clock.now().getTime() / 1000 - call.RqHeader.Timestamp);
  if (!(age <= CALL_LIFE_SECONDS)) return envelope({ TransCode: STALE, TransMsg: "Timestamp is over 10 minutes." });
  if (call.MerchantID !== merchant.id) return envelope({ TransCode: NOT_ENABLED, TransMsg: "功能尚未開通" });
  const data = dataSchema.safeParse(decrypt(call.Data)).data;
  if (!data) return envelope({ TransCode: UNREADABLE, TransMsg: "The parameter [Data] decrypt fail." });
  if (data.MerchantID !== merchant.id) return envelope({ TransCode: NOT_ENABLED, TransMsg: "功能尚未開通" });
  const answer = operation(data);
  return envelope({ TransCode: 1, TransMsg: "Success", Data: isPlain ? answer : encrypt(answer) });
}

const envelope = (fields: object): SimulatorReply => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify({ MerchantID: merchant.id, RpHeader: { Timestamp: 0 }, ...fields }),
});

function encrypt(value: object): string {
  const text = encodeURIComponent(JSON.stringify(value)).replaceAll("%20", "+");
  const cipher = createCipheriv("aes-128-cbc", merchant.key, merchant.iv);
  return cipher.update(text, "utf8", "base64") + cipher.final("base64");
}

function decrypt(data: string): unknown {
  try {
    const decipher = createDecipheriv("aes-128-cbc", merchant.key, merchant.iv);
    const text = decipher.update(data, "base64", "utf8") + decipher.final("utf8");
    return JSON.parse(decodeURIComponent(text.replaceAll("+", "%20")));
  } catch {
    return undefined;
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
