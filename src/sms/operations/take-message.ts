import { createHash } from "node:crypto";
import type { SmsAccepted, SmsMessageType } from "@luckygas/gateway-client";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { firstState } from "../rules/first-state.ts";
import { findLinks, isApproved } from "../rules/links.ts";
import { laneOf } from "../rules/message-types.ts";
import { maskPhone, requireTaiwanMobile } from "../rules/phone.ts";
import { measureText } from "../rules/segments.ts";
import { checkText } from "../rules/text.ts";
import { type AcceptResult, findAccepted, type NewMessage } from "../store/accept.ts";

/** One message to be taken, in whatever way its text was made. */
export interface MessageRequest {
  idempotencyKey: string;
  to: string;
  text: string;
  messageType: SmsMessageType;
  provider?: string | undefined;
  sendAt?: string | undefined;
  validForSeconds?: number | undefined;
  template?: NewMessage["template"];
  /** What the caller asked for, beside the recipient; the same key with another content is a conflict. */
  content: unknown;
}

const AHEAD_MS_MAX = 180 * 24 * 60 * 60 * 1000;

/** Checks, stores and commits one message before it answers. The same key and content give the same answer. */
export async function takeMessage(
  deps: SmsDependencies,
  request: MessageRequest,
  caller: Caller,
): Promise<SmsAccepted> {
  const message = newMessage(deps, request, caller);
  const refusal = await refusalOf(deps, request, message);
  const result = refusal ? await repeatedOrThrow(deps, message, refusal) : await deps.accepting.submit(message);
  if (result.kind === "conflict") throw keyConflict();
  if (result.kind === "accepted" && message.status === "queued") deps.platform.jobs.wake(jobNames.dispatch);
  return answerOf(deps, request, message, result);
}

export function keyConflict(): OperationError {
  return new OperationError("conflict", "idempotencyKey: was used with another message", {
    fields: [{ path: "idempotencyKey", rule: "must be new for a new message" }],
  });
}

function newMessage(deps: SmsDependencies, request: MessageRequest, caller: Caller): NewMessage {
  const recipient = requireTaiwanMobile(request.to, "to");
  checkText(request.text, "text");
  const { encoding, units, segments } = measureText(request.text);
  const createdAt = deps.platform.clock.now();
  const sendAt = sendAtOf(request, createdAt);
  const { messageType, validForSeconds } = request;
  return {
    id: deps.newId(),
    callerSubject: caller.subject,
    idempotencyKey: request.idempotencyKey,
    requestHash: hashOf(recipient, request),
    recipient,
    text: request.text,
    messageType,
    lane: laneOf(messageType),
    requestedProvider: request.provider,
    encoding,
    units,
    segments,
    createdAt,
    template: request.template,
    ...firstState({ quietUntil: deps.quietUntil, messageType, createdAt, sendAt, validForSeconds }),
  };
}

function sendAtOf({ sendAt }: MessageRequest, now: Date): Date | undefined {
  if (sendAt === undefined) return undefined;
  const at = new Date(sendAt);
  if (at.getTime() > now.getTime() + AHEAD_MS_MAX) throw invalidInput("sendAt", "at most 180 days from now");
  return at;
}

/** The recipient counts in its one form: `0912…` and `+886912…` are the same request. */
export function hashOf(recipient: string, request: Omit<MessageRequest, "text" | "messageType" | "to">): string {
  const { content, provider, validForSeconds, sendAt } = request;
  const canonical = [recipient, content, provider ?? null, validForSeconds ?? null, sendAt ?? null];
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}

/** Why no provider could ever take this message as things stand; a provider that is merely down does not count. */
async function refusalOf(
  deps: SmsDependencies,
  input: Pick<MessageRequest, "provider">,
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
  const fitting = usable.filter(fits);
  if (fitting.length === 0) return tooLong(usable);
  return linkRefusal(deps, message, fitting);
}

/** A text with a link or number that no register has is dropped by the carriers; it is refused here instead. */
async function linkRefusal(
  deps: SmsDependencies,
  message: NewMessage,
  providers: readonly Provider[],
): Promise<OperationError | undefined> {
  const found = findLinks(message.text);
  if (found.length === 0) return undefined;
  const register = await deps.links.read();
  const isFree = ({ name }: Provider) => found.every((link) => isApproved(link, register, name));
  if (providers.some(isFree)) return undefined;
  const refused = found.find((link) => providers.every(({ name }) => !isApproved(link, register, name)));
  const what = (refused ?? found[0])?.kind === "phone" ? "telephone number" : "link";
  return invalidInput("text", `must not contain a ${what} that is not approved (registerLink)`, "link_not_approved");
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

function answerOf(
  deps: SmsDependencies,
  request: MessageRequest,
  message: NewMessage,
  result: Exclude<AcceptResult, { kind: "conflict" }>,
): SmsAccepted {
  const stored = result.kind === "repeated" ? result : message;
  const sendAt = request.sendAt === undefined ? undefined : new Date(request.sendAt);
  const { messageType, encoding, units, segments } = message;
  const { validForSeconds } = request;
  return {
    id: stored.id,
    to: maskPhone(message.recipient),
    status: firstState({
      quietUntil: deps.quietUntil,
      messageType,
      createdAt: stored.createdAt,
      sendAt,
      validForSeconds,
    }).status,
    messageType,
    encoding,
    units,
    segments,
    createdAt: stored.createdAt.toISOString(),
    expiresAt: stored.expiresAt.toISOString(),
    requestedProvider: message.requestedProvider ?? null,
  };
}
