import { contract, healthSchema } from "@luckygas/gateway-client";
import {
  type Answer,
  type JsonSchema,
  type Operation,
  type PathItem,
  type Reference,
  schemaReference,
} from "./document.ts";
import { refusalsOf } from "./error-answers.ts";
import { outputExample } from "./examples.ts";
import type { JsonSchemas } from "./json-schemas.ts";
import { BEARER, callersOf, json, REQUEST_ID_HEADER, words } from "./operations.ts";
import { receiptPaths } from "./receipt-paths.ts";

/** Answers beyond those that follow from the contract, by procedure and HTTP status. */
export function furtherAnswers(): Record<string, Record<string, Answer>> {
  const example = {
    status: "unhealthy",
    services: { database: { status: "unhealthy", detail: "it does not answer" } },
  };
  const description = "The gateway itself cannot serve; the body says why.";
  return {
    "system.health": {
      "503": { description, headers: REQUEST_ID_HEADER, content: json(schemaReference("Health"), example) },
    },
  };
}

/** Paths that are not made from a procedure of the contract: receipts, probes, metrics, and the guide's test message. */
export function platformPaths(schemas: JsonSchemas): Record<string, PathItem> {
  return {
    "/api/v1/sms/test": { post: testMessage(schemas) },
    "/api/v1/einvoice/health": { get: einvoiceHealth() },
    ...receiptPaths(),
    "/livez": { get: probe("livez", "Whether the process runs.", "ok", undefined) },
    "/readyz": { get: probe("readyz", "Whether this process should get requests.", "ready", "not ready") },
    "/metrics": { get: metrics() },
  };
}

function testMessage(schemas: JsonSchemas): Operation {
  const procedure = contract.sms.sendMessage;
  const { to = {}, text = {} } = schemas.resolve(schemas.input("sms.sendMessage") ?? {}).properties ?? {};
  const body: JsonSchema = { type: "object", required: ["phone", "message"], properties: { phone: to, message: text } };
  const example = outputExample(procedure.output, "sms.sendMessage.output");
  return {
    operationId: "smsTest",
    summary: "Sends one message, with a key of its own: every call sends another.",
    description: `${callersOf(procedure)} For trying out; programs call \`POST /api/v1/sms/messages\`.`,
    tags: ["sms"],
    security: BEARER,
    requestBody: { required: true, content: json(body, { phone: "0912345678", message: "Test message" }) },
    responses: {
      "200": {
        description: "The message is durable and will be sent.",
        headers: REQUEST_ID_HEADER,
        content: json(schemas.output("sms.sendMessage") ?? {}, example),
      },
      ...refusalsOf(procedure, true),
    },
  };
}

function einvoiceHealth(): Operation {
  const health = outputExample(healthSchema, "system.health.output");
  const parsed = healthSchema.safeParse(health);
  const answer = (description: string, example: unknown): Answer => ({
    description,
    headers: REQUEST_ID_HEADER,
    content: json(schemaReference("ServiceHealth"), example),
  });
  return {
    operationId: "einvoiceHealth",
    summary: "State of the e-invoice platform as the gateway knows it.",
    description: "Anyone may call it; no token is needed.",
    tags: ["health"],
    security: [],
    responses: {
      "200": answer("Its part of the health report.", parsed.data?.services.einvoice),
      "503": answer("The gateway itself cannot serve.", { status: "unhealthy" }),
    },
  };
}

function probe(operationId: string, summary: string, good: string, bad: string | undefined): Operation {
  const responses: Record<string, Answer | Reference> = { "200": words("Yes.", good) };
  if (bad !== undefined) responses["503"] = words("No.", bad);
  const description = "For the platform that runs the gateway; no token is needed.";
  return { operationId, summary, description, tags: ["health"], security: [], responses };
}

function metrics(): Operation {
  return {
    operationId: "metrics",
    summary: "Measurements in Prometheus' text format.",
    description: "Needs the metrics token where one is configured.",
    tags: ["health"],
    security: [{ metricsToken: [] }, {}],
    responses: {
      "200": words("The measurements.", '# TYPE http_requests_total counter\nhttp_requests_total{route="trpc"} 1\n'),
      "401": words("The metrics token is missing or wrong.", "a bearer token is needed"),
    },
  };
}
