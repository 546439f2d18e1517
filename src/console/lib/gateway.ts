import { createGatewayClient, type GatewayClient } from "@luckygas/gateway-client/client";
import { currentToken } from "./session.ts";

const DEADLINE_MS = 15_000;

/** The same typed client as any other front end, on the page's own origin. */
export const gateway: GatewayClient = createGatewayClient({
  url: location.origin,
  token: currentToken,
  deadlineMs: DEADLINE_MS,
  retry: { attemptsMax: 2 },
});
