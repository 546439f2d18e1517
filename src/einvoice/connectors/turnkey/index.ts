import type { ConnectorDefinition } from "../port.ts";
import { type TurnkeyConfig, turnkeyConfigSchema } from "./config.ts";
import { createTurnkeyConnector, PROVIDER } from "./connector.ts";

/** The tax authority's own transfer program, run by the seller on a machine that shares its folders. */
export const turnkey: ConnectorDefinition<TurnkeyConfig> = {
  provider: PROVIDER,
  configSchema: turnkeyConfigSchema,
  supports: () => new Set(["zero_rated", "mixed_tax", "void_invoice", "unused_numbers", "branch_numbers", "allowance"]),
  source: "MIG 4.1 (2025-10-29); Turnkey 3.2.1, manual 3.9",
  create: (config) => createTurnkeyConnector(config),
};
