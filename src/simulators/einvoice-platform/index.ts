import type { Clock } from "../../platform/clock.ts";
import { createFaults, type Faults } from "../faults.ts";
import { createHttpSimulator, type SimulatorReply, type SimulatorRequest } from "../http-simulator.ts";
import { openJournal } from "./journal.ts";
import { createLedger, type NumberRecord } from "./ledger.ts";
import { lookupOf } from "./lookups.ts";
import { checkMacValue, parseMessage, textOf } from "./message.ts";
import { createPlatformOperations, type PlatformAnswer, type PlatformOperations } from "./platform.ts";
import { type Refusal, refuse, rtnMessages } from "./replies.ts";

/** The simulated e-invoice platform: the JSON dialect, with the paths `/issue /test /void /allowance /allowance-void /withdraw /query`. */
export interface EinvoicePlatformSimulator {
  /** Base address on loopback, without a trailing slash. */
  url: string;
  /** Contents of the secret `einvoice-api-credentials` for this platform. */
  credentials: { app_id: string; api_key: string; qr_aes_key: string };
  /** A seller that the platform knows. */
  seller: { ubn: string; name: string; address: string };
  /** Operations are named as the paths, look-ups as their actions. */
  faults: Faults;
  /** Every number that the platform was told of, with all contents received for it. */
  records(): NumberRecord[];
  close(): Promise<void>;
}

export interface EinvoicePlatformSimulatorOptions {
  /** Folder of its memory; absent: it forgets when closed. */
  stateDir?: string;
  clock: Clock;
  /** Default any free port. */
  port?: number;
}

const CREDENTIALS = {
  app_id: "EINV0000000000001",
  api_key: "c2ltdWxhdGVkLWFwaS1rZXk=",
  qr_aes_key: "FE05F029154F6AA67A78B338ED2F6601",
};
const SELLER = { ubn: "12345676", name: "幸福瓦斯行", address: "臺北市中正區重慶南路一段1號" };

/** Starts the platform; with a `stateDir` it remembers what it stored before. */
export async function createEinvoicePlatformSimulator(
  options: EinvoicePlatformSimulatorOptions,
): Promise<EinvoicePlatformSimulator> {
  const journal = openJournal(options.stateDir);
  const ledger = createLedger();
  for (const entry of journal.entries()) ledger.apply(entry);
  const operations = createPlatformOperations({
    clock: options.clock,
    journal,
    ledger,
    qrKeyHex: CREDENTIALS.qr_aes_key,
  });
  const faults = createFaults();
  const server = await createHttpSimulator({
    faults,
    ...(options.port !== undefined && { port: options.port }),
    route: (request) => {
      const lookup = lookupOf(request, CREDENTIALS);
      if (lookup) return lookup;
      const operation = operationOf(request);
      return operation && { operation, handle: () => reply(handle(operations[operation], request)) };
    },
  });
  return {
    url: server.url,
    credentials: CREDENTIALS,
    seller: SELLER,
    faults,
    records: ledger.records,
    close: server.close,
  };
}

const OPERATIONS = [
  "issue",
  "test",
  "void",
  "allowance",
  "allowance-void",
  "withdraw",
  "query",
] as const satisfies (keyof PlatformOperations)[];

function operationOf(request: SimulatorRequest): keyof PlatformOperations | undefined {
  return OPERATIONS.find((name) => request.method === "POST" && request.url.pathname === `/${name}`);
}

function handle(
  operation: (message: Record<string, string | string[]>) => PlatformAnswer,
  request: SimulatorRequest,
): PlatformAnswer {
  const isJson = request.headers["content-type"]?.startsWith("application/json");
  const message = isJson ? parseMessage(request.body.toString("utf8")) : undefined;
  if (!message) return refuse("9000002", "the body is no JSON object of texts");
  return checkCredentials(message) ?? operation(message);
}

function checkCredentials(message: Record<string, string | string[]>): Refusal | undefined {
  if (textOf(message, "MerchantID") !== CREDENTIALS.app_id) return refuse("7000001", "MerchantID");
  const isSigned = textOf(message, "CheckMacValue") === checkMacValue(message, CREDENTIALS.api_key);
  return isSigned ? undefined : refuse("7000002", "CheckMacValue");
}

function reply(answer: PlatformAnswer): SimulatorReply {
  const text = rtnMessages[answer.code];
  return {
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({
      RtnCode: answer.code,
      RtnMsg: answer.detail ? `${text}: ${answer.detail}` : text,
      ...answer.fields,
    }),
  };
}
