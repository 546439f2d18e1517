import type { bankReconciliationSchema, batchDetailSchema, inboundFileSchema } from "@luckygas/gateway-client";

export type BatchDetail = (typeof batchDetailSchema)["_zod"]["output"];
export type InboundFile = (typeof inboundFileSchema)["_zod"]["output"];
export type BankReconciliation = (typeof bankReconciliationSchema)["_zod"]["output"];
