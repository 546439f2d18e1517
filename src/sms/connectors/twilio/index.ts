import { defineConnector } from "../port.ts";
import { PROVIDER } from "./client.ts";
import { configShape } from "./config.ts";
import { createTwilioConnector } from "./connector.ts";

/** Twilio, Programmable Messaging. */
export const twilio = defineConnector({
  provider: PROVIDER,
  configShape,
  supports: { textUnitsMax: 1_600, segmentsMax: 10, receiptsPerFetchMax: 1, idempotentSend: false },
  source: { title: "Twilio Messages resource, webhooks security", version: "2010-04-01", readOn: "2026-11-24" },
  create: createTwilioConnector,
});
