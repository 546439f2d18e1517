import type { ConnectorDefinition } from "../port.ts";
import { createPlatformJsonClient } from "./client.ts";
import { type PlatformJsonConfig, platformJsonConfigSchema } from "./config.ts";
import { createPlatformJsonConnector, PROVIDER } from "./connector.ts";
import { createEndpoints } from "./endpoints.ts";

/** The JSON dialect of the earlier gas-delivery system over HTTPS, on the addresses of the deployment guide. */
export const platformJson: ConnectorDefinition<PlatformJsonConfig> = {
  provider: PROVIDER,
  configSchema: platformJsonConfigSchema,
  // Zero-rated sales need a customs mark, for which the dialect has no field.
  supports: (config) =>
    new Set(["mixed_tax", "allowance", ...(config.paths.void === undefined ? [] : (["void_invoice"] as const))]),
  source: "JSON dialect of the earlier gas-delivery system; no document of the tax authority describes it",
  create: (config, material) => {
    const endpoints = createEndpoints(config, material.environment, material.overrideBaseUrl);
    if ("missing" in endpoints) return endpoints;
    const client = createPlatformJsonClient(material, { provider: PROVIDER, timeoutMs: config.requestTimeoutMs });
    return createPlatformJsonConnector(client, endpoints);
  },
};
