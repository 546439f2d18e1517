import { defineConnector } from "../port.ts";
import { PROVIDER } from "./client.ts";
import { configShape } from "./config.ts";
import { createEvery8dConnector } from "./connector.ts";

/** Every8d (互動資通). */
export const every8d = defineConnector({
  provider: PROVIDER,
  configShape,
  supports: {
    // Above 333 characters the platform splits a text into several messages (API 2.1, length rules).
    textUnitsMax: 333,
    segmentsMax: 10,
    // More are handed over in several batches of one call, each within `bulkItemsMax` of the settings.
    bulkItemsMax: 1_000,
    // One question per batch: as many as there are batches at most.
    receiptsPerFetchMax: 20,
    cancels: "call",
    idempotentSend: false,
  },
  source: { title: "EVERY8D 簡訊 API2.1 規格書", version: "2.2 (2025-11-14)", readOn: "2026-11-24" },
  create: createEvery8dConnector,
});
