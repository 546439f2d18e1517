export type { AppRouter } from "./app-router.ts";
export { createGatewayClient, type GatewayClient, type GatewayClientOptions } from "./client.ts";
export * from "./common.ts";
export { type Contract, contract } from "./contract.ts";
export * from "./errors.ts";
export * from "./procedure.ts";
export * from "./system.ts";
export * from "./ubn.ts";
