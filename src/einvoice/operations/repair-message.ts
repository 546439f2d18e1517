import type { MessageState, ResendMessageInput, SettleMessageInput } from "@luckygas/gateway-client";
import { remediesOf } from "../rules/remedies.ts";
import type { MessageRepairStore, RepairedMessage } from "../store/message-repairs.ts";

interface Deps {
  repairs: MessageRepairStore;
  newId(): string;
  /** Called after every decision: there may be something to send. */
  onDecided(): void;
}

/** Sends a refused message again, its cause being mended. Throws `not_found` and `state_not_allowed`. */
export function createResendMessage(deps: Deps) {
  return async ({ messageId, note }: ResendMessageInput, callerSubject: string): Promise<MessageState> => {
    await deps.repairs.resend(messageId, { attemptId: deps.newId(), by: callerSubject, note });
    deps.onDecided();
    return messageState(await deps.repairs.read(messageId));
  };
}

/** A person ends a message. Throws `not_found`, `state_not_allowed`, and `invalid_input` for a needless number. */
export function createSettleMessage(deps: Deps) {
  return async (input: SettleMessageInput, callerSubject: string): Promise<MessageState> => {
    const { messageId, ...decision } = input;
    await deps.repairs.settle(messageId, { ...decision, attemptId: deps.newId(), by: callerSubject });
    deps.onDecided();
    return messageState(await deps.repairs.read(messageId));
  };
}

const OPEN: ReadonlySet<string> = new Set(["due", "sending", "sent", "unknown"]);

function messageState(message: RepairedMessage): MessageState {
  return {
    messageId: message.id,
    kind: message.kind,
    status: message.status,
    invoiceId: message.invoice_id,
    invoiceNumber: message.number,
    invoicePeriod: message.period,
    attempts: message.attempts,
    dueAt: new Date(message.due_ms).toISOString(),
    nextAttemptAt: OPEN.has(message.status) ? new Date(message.next_ms).toISOString() : null,
    reason: message.reason,
    providerCode: message.provider_code,
    remedies: remediesOf(message),
  };
}
