import { defineConnector } from "../port.ts";
import { PROVIDER } from "./client.ts";
import { configShape } from "./config.ts";
import { createMitakeConnector } from "./connector.ts";

/** Mitake (三竹). */
export const mitake = defineConnector({
  provider: PROVIDER,
  configShape,
  supports: {
    textUnitsMax: 333,
    // Without the right to long messages a longer text is cut off silently and sent: `segmentsMax` is raised per account.
    segmentsMax: 1,
    // 15 connections at the same time; what is left serves questions about states and the balance.
    inFlightMax: 12,
    bulkItemsMax: 500,
    receiptsPerFetchMax: 100,
    cancels: "message",
    idempotentSend: true,
  },
  source: { title: "三竹簡訊 HTTP API 文件規格說明書", version: "2.14 (2024-06-18)", readOn: "2026-11-24" },
  create: createMitakeConnector,
});
