import { every8d } from "./every8d/index.ts";
import type { ConnectorDefinition } from "./port.ts";

/** Every provider the gateway can talk to. A further one is a folder and a line here. */
export const connectorDefinitions: readonly ConnectorDefinition[] = [every8d];
