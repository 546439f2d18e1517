import { every8d } from "./every8d/index.ts";
import { mitake } from "./mitake/index.ts";
import type { ConnectorDefinition } from "./port.ts";
import { twilio } from "./twilio/index.ts";

/** Every provider the gateway can talk to. A further one is a folder and a line here. */
export const connectorDefinitions: readonly ConnectorDefinition[] = [every8d, mitake, twilio];
