import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import { createFaults, type Faults } from "../faults.ts";
import {
  createHttpSimulator,
  type SimulatedOperation,
  type SimulatorReply,
  type SimulatorRequest,
} from "../http-simulator.ts";
import { createAccess } from "./access.ts";
import { openAccount, SCHEDULE_CANCELLED } from "./account.ts";
import { createCarrier } from "./carrier.ts";
import { eraseBooking, getCredit, getDeliveryStatus } from "./queries.ts";
import { type SendDeps, sendFiltered, sendParam, sendSms } from "./send.ts";
import { errorReply } from "./wire.ts";

export interface Every8dSimulatorOptions {
  clock: Clock;
  log?: Log;
  /** Folder that makes it remember batches and open callbacks across restarts. */
  stateDir?: string;
  port?: number;
  pointsAtStart?: number;
  /** Fixed credentials instead of made-up ones, e.g. to start again on the same folder. */
  credentials?: { username: string; password: string; callback_token: string };
  /** Default 50 ms. */
  deliverAfterMs?: number;
  /** Default 500 ms. */
  callbackRetryMs?: number;
  /** Default 5. */
  callbackTriesMax?: number;
  /** Default `encoded`. */
  plus?: "encoded" | "plain";
  /** Default true. */
  filterSeesPlainSends?: boolean;
}

/** One copy of a message that went out to a handset. */
export interface HandsetCopy {
  batchId: string;
  subject: string;
  text: string;
  acceptedAt: Date;
  status: string;
}

export interface Every8dSimulator {
  /** Base address; also `credentials.api_url`. */
  url: string;
  /** Contents of the secret `sms-every8d-credentials` that fits this simulator. */
  credentials: { username: string; password: string; api_url: string; callback_token: string };
  /** Operations: `ConnectionHandler`, `SendSMS`, `SendParam`, `SendSMS4FilterMessage`, `getCredit`, `GetDeliveryStatus`, `EraseBooking`, `callback`. */
  faults: Faults;
  /** Where the receipts go from now on. */
  setCallbackUrl(url: string | undefined): void;
  /** The status that messages to this number (E.164) end with. */
  setFate(mobile: string, status: string): void;
  /** Refuses this number (E.164) from now on with −3. */
  block(mobile: string): void;
  /** Every copy accepted for a number (E.164), oldest first; cancelled schedules left out. */
  copiesTo(mobile: string): HandsetCopy[];
  /** Every number that has copies, with its copies. */
  records(): Map<string, HandsetCopy[]>;
  close(): Promise<void>;
}

/** Every8d's HTTP API 2.1 (document v2.2, 2025-11-14) on loopback, with an account, a carrier and callbacks. */
export async function createEvery8dSimulator(options: Every8dSimulatorOptions): Promise<Every8dSimulator> {
  const { clock } = options;
  const login = options.credentials ?? {
    username: "simulated",
    password: randomBytes(12).toString("hex"),
    callback_token: randomBytes(24).toString("hex"),
  };
  const faults = createFaults();
  const account = openAccount({
    clock,
    pointsAtStart: options.pointsAtStart ?? 1_000_000,
    ...(options.stateDir && { journalPath: join(options.stateDir, "every8d.jsonl") }),
  });
  const carrier = createCarrier({
    clock,
    account,
    faults,
    ...(options.log && { log: options.log }),
    deliverAfterMs: options.deliverAfterMs ?? 50,
    callbackRetryMs: options.callbackRetryMs ?? 500,
    callbackTriesMax: options.callbackTriesMax ?? 5,
    plus: options.plus ?? "encoded",
  });
  const blocked = new Set<string>();
  const access = createAccess({ clock, ...login });
  const filterSeesPlainSends = options.filterSeesPlainSends ?? true;
  const sending: SendDeps = { clock, account, blocked, filterSeesPlainSends, onAccepted: carrier.take };

  const services: Record<string, { operation: string; serve(request: SimulatorRequest): SimulatorReply }> = {
    "sendsms.ashx": { operation: "SendSMS", serve: (request) => sendSms(sending, request) },
    "sendparam.ashx": { operation: "SendParam", serve: (request) => sendParam(sending, request) },
    "sendsms4filtermessage.ashx": {
      operation: "SendSMS4FilterMessage",
      serve: (request) => sendFiltered(sending, request),
    },
    "getcredit.ashx": { operation: "getCredit", serve: () => getCredit(account) },
    "getdeliverystatus.ashx": {
      operation: "GetDeliveryStatus",
      serve: (request) => getDeliveryStatus(account, request),
    },
    "erasebooking.ashx": { operation: "EraseBooking", serve: (request) => eraseBooking(account, request) },
  };

  function route(request: SimulatorRequest): SimulatedOperation | undefined {
    const name = /^\/api21\/http\/([a-z0-9]+\.ashx)$/.exec(request.url.pathname.toLowerCase())?.[1];
    if (name === undefined || request.method !== "POST") return undefined;
    if (name === "connectionhandler.ashx") {
      return { operation: "ConnectionHandler", handle: () => access.handleConnection(request) };
    }
    const service = services[name];
    if (!service) return undefined;
    return {
      operation: service.operation,
      handle: () => {
        const refused = access.refusal(request);
        return refused ? errorReply(refused) : service.serve(request);
      },
    };
  }

  function records(): Map<string, HandsetCopy[]> {
    const copies = new Map<string, HandsetCopy[]>();
    for (const batch of account.batches()) {
      for (const row of batch.rows) {
        if (row.status === SCHEDULE_CANCELLED) continue;
        const { id: batchId, subject } = batch;
        const copy = { batchId, subject, text: row.text, acceptedAt: new Date(batch.acceptedAt), status: row.status };
        copies.set(row.mobile, [...(copies.get(row.mobile) ?? []), copy]);
      }
    }
    return copies;
  }

  const server = await createHttpSimulator({ route, faults, ...(options.port && { port: options.port }) });
  return {
    url: server.url,
    credentials: { ...login, api_url: server.url },
    faults,
    setCallbackUrl: carrier.setCallbackUrl,
    setFate: carrier.setFate,
    block: (mobile) => {
      blocked.add(mobile);
    },
    copiesTo: (mobile) => records().get(mobile) ?? [],
    records,
    close: async () => {
      carrier.close();
      await server.close();
    },
  };
}
