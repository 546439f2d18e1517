import { createHash } from "node:crypto";
import type { Contract, SmsAccepted } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { expiryOf, laneOf } from "../rules/message-types.ts";
import { maskPhone, requireTaiwanMobile } from "../rules/phone.ts";
import { measureText } from "../rules/segments.ts";
import { checkText } from "../rules/text.ts";
import { type AcceptResult, findAccepted, type NewMessage } from "../store/accept.ts";

export type SendMessageInput = z.output<Contract["sms"]["sendMessage"]["input"]>;

/**
 * Takes one message: checked, stored and committed before it answers; sent by the dispatch job soon after. The same key and
 * body give the same answer; the same key with another body is a `conflict`. Bad input stores nothing.
 */
export async function sendMessage(
  deps: SmsDependencies,
  input: SendMessageInput,
  caller: Caller,
): Promise<SmsAccepted> {
  const message = newMessage(deps, input, caller);
  const refusal = await refusalOf(deps, input, message);
  const result = refusal ? await repeatedOrThrow(deps, message, refusal) : await deps.accepting.submit(message);
  if (result.kind === "conflict") {
    throw new OperationError("conflict", "idempotencyKey: was used with another message", {
      fields: [{ path: "idempotencyKey", rule: "must be new for a new message" }],
    });
  }
  if (result.kind === "accepted") deps.platform.jobs.wake(jobNames.dispatch);
  return answerOf(message, result);
}

function newMessage(deps: SmsDependencies, input: SendMessageInput, caller: Caller): NewMessage {
  const recipient = requireTaiwanMobile(input.to, "to");
  checkText(input.text, "text");
  const { encoding, units, segments } = measureText(input.text);
  const createdAt = deps.platform.clock.now();
  return {
    id: deps.newId(),
    callerSubject: caller.subject,
    idempotencyKey: input.idempotencyKey,
    requestHash: hashOf(recipient, input),
    recipient,
    text: input.text,
    messageType: input.messageType,
    lane: laneOf(input.messageType),
    requestedProvider: input.provider,
    encoding,
    units,
    segments,
    createdAt,
    expiresAt: expiryOf(input.messageType, createdAt, input.validForSeconds),
  };
}

/** The recipient counts in its one form: `0912…` and `+886912…` are the same request. */
function hashOf(recipient: string, input: SendMessageInput): string {
  const canonical = [recipient, input.text, input.messageType, input.provider ?? null, input.validForSeconds ?? null];
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}

/** Why no provider could ever take this message as things stand; a provider that is merely down does not count. */
async function refusalOf(
  deps: SmsDependencies,
  input: SendMessageInput,
  message: NewMessage,
): Promise<OperationError | undefined> {
  const providers = await deps.providers.list();
  const asked = input.provider === undefined ? providers : providers.filter(({ name }) => name === input.provider);
  if (asked.length === 0) {
    return invalidInput(
      "provider",
      `must be one of ${providers.map(({ name }) => name).join(", ")}`,
      "no_such_provider",
    );
  }
  const usable = asked.filter((provider) => provider.problem === undefined);
  if (usable.length === 0) return noneUsable(asked);
  const fits = ({ textUnitsMax, segmentsMax }: Provider) =>
    message.text.length <= textUnitsMax && message.segments <= segmentsMax;
  return usable.some(fits) ? undefined : tooLong(usable);
}

function tooLong(usable: readonly Provider[]): OperationError {
  const limits = usable.map(({ name, textUnitsMax, segmentsMax }) => {
    return `${name} takes at most ${textUnitsMax} UTF-16 units in ${segmentsMax} segments`;
  });
  return invalidInput("text", limits.join(", "), "text_too_long");
}

function noneUsable(asked: readonly Provider[]): OperationError {
  const detail = asked.map(({ name, problem }) => `${name}: ${problem?.detail}`).join("; ");
  return new OperationError("provider_unavailable", "no SMS provider is set up for this message", {
    reason: "no_usable_provider",
    detail,
  });
}

/** A message taken earlier is answered as before, whatever has become of its provider since. */
async function repeatedOrThrow(
  deps: SmsDependencies,
  message: NewMessage,
  refusal: OperationError,
): Promise<AcceptResult> {
  const earlier = await findAccepted(deps.platform.database.hot, message);
  if (!earlier) throw refusal;
  return earlier;
}

function answerOf(message: NewMessage, result: Exclude<AcceptResult, { kind: "conflict" }>): SmsAccepted {
  const stored = result.kind === "repeated" ? result : message;
  return {
    id: stored.id,
    to: maskPhone(message.recipient),
    status: "queued",
    messageType: message.messageType,
    encoding: message.encoding,
    units: message.units,
    segments: message.segments,
    createdAt: stored.createdAt.toISOString(),
    expiresAt: stored.expiresAt.toISOString(),
    requestedProvider: message.requestedProvider ?? null,
  };
}
