import { expect, test } from "bun:test";
import type { AuditTrail } from "../../../src/platform/audit.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import type { WebhookRequest } from "../../../src/platform/webhook.ts";
import { createWebhookRecord } from "../../../src/platform/webhook-record.ts";

const request = (token: string): WebhookRequest => ({
  method: "POST",
  url: new URL("https://gateway.example.tw/api/v1/webhooks/sms/every8d/secret"),
  headers: new Headers(),
  body: "",
  token,
  remoteAddress: "203.0.113.9",
});

function world() {
  const entries: Parameters<AuditTrail["record"]>[0][] = [];
  const audit = { record: async (entry: (typeof entries)[number]) => void entries.push(entry) } as AuditTrail; // as: no more is asked of it
  const take = async ({ token }: WebhookRequest) => ({ status: token === "right" ? 200 : 401, body: "" });
  return { entries, record: createWebhookRecord({ every8d: take, mitake: take }, { audit, clock: systemClock }) };
}

test("calls of a provider are one entry for all since the last, with how many were taken and refused", async () => {
  const { entries, record } = world();
  for (const token of ["right", "right", "wrong"]) await record.handlers.every8d?.(request(token));
  await record.handlers.mitake?.(request("wrong"));
  await record.job.run(new AbortController().signal);
  expect(entries).toMatchObject([
    { actor: "provider:every8d", action: "webhook.every8d", phase: "applied", after: { accepted: 2, refused: 1 } },
    { actor: "provider:mitake", action: "webhook.mitake", phase: "refused", after: { accepted: 0, refused: 1 } },
  ]);
  await record.flush();
  expect(entries.length).toBe(2);
});

test("the reply is the handler's own", async () => {
  const { record } = world();
  expect(await record.handlers.every8d?.(request("right"))).toEqual({ status: 200, body: "" });
});
