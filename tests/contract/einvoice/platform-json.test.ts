import { afterAll, beforeAll, expect, test } from "bun:test";
import { platformJson } from "../../../src/einvoice/connectors/platform-json/index.ts";
import type { ConnectorMaterial, EinvoiceConnector } from "../../../src/einvoice/connectors/port.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createHttpClient } from "../../../src/platform/http-client.ts";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import {
  createEinvoicePlatformSimulator,
  type EinvoicePlatformSimulator,
} from "../../../src/simulators/einvoice-platform/index.ts";
import type { Fault } from "../../../src/simulators/faults.ts";
import { freePort } from "../../support/postgres.ts";
import { describeConnector, type Misbehaviour } from "./suite.ts";

let simulator: EinvoicePlatformSimulator;
let deadPort: number;
const log = createLog({ level: "ERROR", clock: systemClock, write: () => {} });

beforeAll(async () => {
  simulator = await createEinvoicePlatformSimulator({ clock: systemClock });
  deadPort = await freePort();
});
afterAll(() => simulator.close());

const REQUEST_TIMEOUT_MS = 300;

function material(change: Partial<ConnectorMaterial> = {}): ConnectorMaterial {
  return {
    http: createHttpClient({ log, httpsOnly: false }),
    environment: "test",
    credentials: { appId: simulator.credentials.app_id, apiKey: new Secret(simulator.credentials.api_key) },
    tls: undefined,
    overrideBaseUrl: simulator.url,
    now: () => new Date(),
    ...change,
  };
}

function connectorWith(change: Partial<ConnectorMaterial> = {}): EinvoiceConnector {
  const config = platformJson.configSchema.parse({ requestTimeoutMs: REQUEST_TIMEOUT_MS });
  const connector = platformJson.create(config, material(change));
  if ("missing" in connector) throw new Error(connector.missing);
  return connector;
}

const FAULTS: Record<Misbehaviour, Omit<Fault, "operation">> = {
  cut_before: { kind: "drop_before" },
  cut_after: { kind: "drop_after" },
  late: { kind: "delay", delayMs: 2 * REQUEST_TIMEOUT_MS },
  server_error: { kind: "reply", status: 503, body: '{"RtnCode":"1"}' },
  unreadable: { kind: "reply", status: 200, body: "<html>維護中</html>" },
  unlisted: { kind: "reply", status: 200, body: '{"RtnCode":"1234567","RtnMsg":"?"}' },
  too_fast: { kind: "reply", status: 429, body: "" },
};

describeConnector("platform-json", () => ({
  connector: connectorWith(),
  misbehave: (operation, how) => simulator.faults.add({ operation, ...FAULTS[how] }),
  stored: (invoice) =>
    simulator.records().filter((record) => record.invoiceNo === invoice.number && record.stored).length,
  withWrongCredentials: () =>
    connectorWith({ credentials: { appId: simulator.credentials.app_id, apiKey: new Secret("wrong") } }),
  withoutProvider: () => connectorWith({ overrideBaseUrl: `http://127.0.0.1:${deadPort}` }),
}));

test("production has the guide's addresses, elsewhere one must be configured", () => {
  const config = platformJson.configSchema.parse({});
  expect(platformJson.create(config, material({ overrideBaseUrl: undefined }))).toMatchObject({
    missing: expect.stringContaining("baseUrl"),
  });
  expect(
    platformJson.create(config, material({ overrideBaseUrl: undefined, environment: "production" })),
  ).toMatchObject({ provider: "platform-json" });
});

test("an unknown key or a bad value of the configuration is refused", () => {
  for (const config of [{ baseUrl: "ftp://x" }, { bseUrl: "https://x.tw" }, { requestTimeoutMs: 0 }]) {
    expect(platformJson.configSchema.safeParse(config).success).toBe(false);
  }
});
