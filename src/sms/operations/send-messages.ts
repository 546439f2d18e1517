import type { Contract } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { type SendMessageInput, sendMessage } from "./send-message.ts";

export type SendMessagesInput = z.output<Contract["sms"]["sendMessages"]["input"]>;
export type SendMessagesOutput = z.output<Contract["sms"]["sendMessages"]["output"]>;

/**
 * Takes many messages; they share their commits. Each is taken or refused by itself, so that the whole call may be repeated
 * with the same keys. Rejects only for what is no fault of a message, e.g. when the database is away.
 */
export async function sendMessages(
  deps: SmsDependencies,
  input: SendMessagesInput,
  caller: Caller,
): Promise<SendMessagesOutput> {
  const items = await Promise.all(input.messages.map((message) => takeOne(deps, message, caller)));
  return { accepted: items.filter(({ outcome }) => outcome === "accepted").length, items };
}

async function takeOne(
  deps: SmsDependencies,
  message: SendMessageInput,
  caller: Caller,
): Promise<SendMessagesOutput["items"][number]> {
  const { idempotencyKey } = message;
  try {
    return { outcome: "accepted", idempotencyKey, message: await sendMessage(deps, message, caller) };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const { code, options } = error;
    const fields = options.fields ?? [];
    return {
      outcome: "refused",
      idempotencyKey,
      error: { code, reason: options.reason ?? null, message: error.message, fields },
    };
  }
}
