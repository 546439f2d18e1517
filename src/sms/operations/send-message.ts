import type { Contract, SmsAccepted } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { takeMessage } from "./take-message.ts";

export type SendMessageInput = z.output<Contract["sms"]["sendMessage"]["input"]>;

/**
 * Takes one message: checked, stored and committed before it answers; sent by the dispatch job soon after. The same key and
 * body give the same answer; the same key with another body is a `conflict`. Bad input stores nothing.
 */
export function sendMessage(deps: SmsDependencies, input: SendMessageInput, caller: Caller): Promise<SmsAccepted> {
  return takeMessage(deps, { ...input, content: [input.text, input.messageType] }, caller);
}
