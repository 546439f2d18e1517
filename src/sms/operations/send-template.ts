import { type Contract, driverTemplateCodes, type SmsAccepted } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { assignVariant } from "../rules/assignment.ts";
import { firstState } from "../rules/first-state.ts";
import { maskPhone, requireTaiwanMobile } from "../rules/phone.ts";
import { renderTemplate } from "../rules/templates.ts";
import { findAccepted } from "../store/accept.ts";
import { findMessage } from "../store/queries.ts";
import { countForSender } from "../store/sender-counts.ts";
import { readExperiment } from "../store/templates.ts";
import { hashOf, keyConflict, type MessageRequest, takeMessage } from "./take-message.ts";
import { type PresentTemplate, presentTemplates } from "./templates.ts";

export type SendTemplateInput = z.output<Contract["sms"]["sendTemplate"]["input"]>;

/**
 * Takes one message made from a template. The recipient always gets the same variant of an experiment. A repetition of the
 * key is answered from what was taken, even when the template has been changed since.
 */
export async function sendTemplate(
  deps: SmsDependencies,
  input: SendTemplateInput,
  caller: Caller,
): Promise<SmsAccepted> {
  if (caller.role === "driver") checkDriver(input);
  const recipient = requireTaiwanMobile(input.to, "to");
  const sorted = Object.entries(input.values).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = ["template", input.code, input.variant ?? null, sorted];
  const repeated = await findRepeated(deps, recipient, { ...input, content }, caller);
  if (repeated) return repeated;
  const { template, experiment } = await chooseVariant(deps, input, recipient);
  const text = renderTemplate(template.content, template.placeholders, input.values);
  if (caller.role === "driver") await countForDriver(deps, caller);
  const { code, variant, messageType } = template;
  return takeMessage(deps, { ...input, text, messageType, content, template: { code, variant, experiment } }, caller);
}

function checkDriver({ code }: SendTemplateInput): void {
  if (driverTemplateCodes.some((allowed) => allowed === code)) return;
  throw new OperationError("forbidden", `a driver may send these templates only: ${driverTemplateCodes.join(", ")}`, {
    reason: "template_not_allowed",
  });
}

/** What one driver may send is limited over all processes: a stolen token must not send for long. */
async function countForDriver(deps: SmsDependencies, caller: Caller): Promise<void> {
  const { hot } = deps.platform.database;
  const now = deps.platform.clock.now();
  if (await countForSender(hot, caller.subject, { now, perHourMax: deps.driverMessagesPerHour })) return;
  throw new OperationError("rate_limited", `a driver may send ${deps.driverMessagesPerHour} messages an hour`, {
    reason: "driver_limit",
    retryAfterSeconds: 3_600 - Math.floor((now.getTime() / 1_000) % 3_600),
  });
}

async function findRepeated(
  deps: SmsDependencies,
  recipient: string,
  request: Omit<MessageRequest, "text" | "messageType">,
  caller: Caller,
): Promise<SmsAccepted | undefined> {
  const key = { callerSubject: caller.subject, idempotencyKey: request.idempotencyKey };
  const earlier = await findAccepted(deps.platform.database.hot, { ...key, requestHash: hashOf(recipient, request) });
  if (!earlier) return undefined;
  const row = earlier.kind === "repeated" ? await findMessage(deps.platform.database.db, earlier.id) : undefined;
  if (!row) throw keyConflict();
  const { id, messageType, encoding, units, segments, createdAt, expiresAt, requestedProvider } = row;
  const sendAt = request.sendAt === undefined ? undefined : new Date(request.sendAt);
  const { status } = firstState({
    quietUntil: deps.quietUntil,
    messageType,
    createdAt,
    sendAt,
    validForSeconds: request.validForSeconds,
  });
  return {
    ...{ id, to: maskPhone(row.recipient), status, messageType, encoding, units, segments, requestedProvider },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

async function chooseVariant(
  deps: SmsDependencies,
  { code, variant }: SendTemplateInput,
  recipient: string,
): Promise<{ template: PresentTemplate; experiment: string | undefined }> {
  const active = (await presentTemplates(deps, code)).filter(({ isActive }) => isActive);
  if (active.length === 0) throw invalidInput("code", "no such template, or none that is active", "no_such_template");
  if (variant !== undefined) {
    const asked = active.find((one) => one.variant === variant);
    // What the caller chose is no part of the experiment: it was not drawn.
    if (asked) return { template: asked, experiment: undefined };
    throw invalidInput("variant", `must be one of ${active.map((one) => one.variant).join(", ")}`, "no_such_variant");
  }
  const { number } = await readExperiment(deps.platform.database.db, code);
  const experiment = `${code}#${number}`;
  const template = assignVariant(experiment, recipient, active);
  if (!template) throw invalidInput("code", "no variant of the template has a weight", "no_such_template");
  return { template, experiment };
}
