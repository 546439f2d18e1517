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
import { CANCELLED, openAccount } from "./account.ts";
import { createCarrier } from "./carrier.ts";
import { smCancel, smQuery } from "./queries.ts";
import { type SendDeps, smBulkSend, smSend } from "./send.ts";
import { textReply } from "./wire.ts";

const CONNECTIONS_MAX = 15;
const PREFIX = "/api/mtk";

export interface MitakeSimulatorOptions {
  clock: Clock;
  log?: Log;
  /** Folder that makes it remember messages and open callbacks across restarts. */
  stateDir?: string;
  port?: number;
  pointsAtStart?: number;
  credentials?: { username: string; password: string; callback_token: string };
  /** Default true. */
  mayLong?: boolean;
  /** Default 50 ms. */
  deliverAfterMs?: number;
  /** Default 500 ms. */
  callbackRetryMs?: number;
  /** Default 5. */
  callbackTriesMax?: number;
}

/** One copy of a message that went out to a handset. */
export interface HandsetCopy {
  messageId: string;
  clientId: string;
  text: string;
  acceptedAt: Date;
  state: string;
}

export interface MitakeSimulator {
  url: string;
  /** Contents of the secret `sms-mitake-credentials` that fits this simulator. */
  credentials: { username: string; password: string; api_url: string; callback_token: string };
  /** Operations: `SmSend`, `SmBulkSend`, `SmQuery`, `SmCancel`, `callback`. */
  faults: Faults;
  setFate(mobile: string, state: string): void;
  /** Refuses this number (E.164) from now on with `v`. */
  block(mobile: string): void;
  /** Every number (E.164) that has copies, with its copies; cancelled schedules left out. */
  records(): Map<string, HandsetCopy[]>;
  close(): Promise<void>;
}

/** Mitake's HTTP API v2.14 (2024-06-18) on loopback, with an account, a carrier and callbacks to the address of each message. */
export async function createMitakeSimulator(options: MitakeSimulatorOptions): Promise<MitakeSimulator> {
  const { clock } = options;
  const login = options.credentials ?? {
    username: "simulated",
    password: randomBytes(9).toString("hex"),
    callback_token: randomBytes(24).toString("hex"),
  };
  const faults = createFaults();
  const account = openAccount({
    clock,
    pointsAtStart: options.pointsAtStart ?? 1_000_000,
    ...(options.stateDir && { journalPath: join(options.stateDir, "mitake.jsonl") }),
  });
  const carrier = createCarrier({
    clock,
    account,
    faults,
    ...(options.log && { log: options.log }),
    deliverAfterMs: options.deliverAfterMs ?? 50,
    callbackRetryMs: options.callbackRetryMs ?? 500,
    callbackTriesMax: options.callbackTriesMax ?? 5,
  });
  const blocked = new Set<string>();
  const sending: SendDeps = {
    clock,
    account,
    login,
    blocked,
    mayLong: options.mayLong ?? true,
    onAccepted: carrier.take,
  };
  let connections = 0;

  const services: Record<string, (request: SimulatorRequest) => SimulatorReply> = {
    SmSend: (request) => smSend(sending, request),
    SmBulkSend: (request) => smBulkSend(sending, request),
    SmQuery: (request) => smQuery(sending, request),
    SmCancel: (request) => smCancel(sending, request),
  };

  function route(request: SimulatorRequest): SimulatedOperation | undefined {
    const operation = request.url.pathname.startsWith(`${PREFIX}/`)
      ? request.url.pathname.slice(PREFIX.length + 1)
      : "";
    const service = services[operation];
    if (!service || request.method !== "POST") return undefined;
    return {
      operation,
      handle: async () => {
        connections += 1;
        try {
          if (connections > CONNECTIONS_MAX) return textReply(["[1]", "statuscode=l"]);
          // One turn of the event loop, so that calls at the same time are seen as such.
          await new Promise((resolve) => setImmediate(resolve));
          return service(request);
        } finally {
          connections -= 1;
        }
      },
    };
  }

  function records(): Map<string, HandsetCopy[]> {
    const copies = new Map<string, HandsetCopy[]>();
    for (const { id: messageId, clientId, text, acceptedAt, state, mobile } of account.messages()) {
      if (state === CANCELLED) continue;
      const copy = { messageId, clientId, text, acceptedAt: new Date(acceptedAt), state };
      copies.set(mobile, [...(copies.get(mobile) ?? []), copy]);
    }
    return copies;
  }

  const server = await createHttpSimulator({ route, faults, ...(options.port && { port: options.port }) });
  return {
    url: server.url,
    credentials: { ...login, api_url: server.url + PREFIX },
    faults,
    setFate: carrier.setFate,
    block: (mobile) => {
      blocked.add(mobile);
    },
    records,
    close: async () => {
      carrier.close();
      await server.close();
    },
  };
}
