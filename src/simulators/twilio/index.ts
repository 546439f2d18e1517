import { randomBytes } from "node:crypto";
import { createFaults, type Faults } from "../faults.ts";
import {
  createHttpSimulator,
  type SimulatedOperation,
  type SimulatorReply,
  type SimulatorRequest,
} from "../http-simulator.ts";
import { copiesByNumber, journalOf, paceOf, type SmsPartyOptions } from "../sms-party.ts";
import { openAccount } from "./account.ts";
import { createCarrier, type Fate } from "./carrier.ts";
import { createMessage, errorReply, fetchMessage, listMessages, type MessagesDeps } from "./messages.ts";

export interface TwilioSimulatorOptions extends SmsPartyOptions {
  credentials?: { username: string; password: string; from: string };
}

/** One copy of a message that went out to a handset. */
export interface HandsetCopy {
  sid: string;
  text: string;
  createdAt: Date;
  status: string;
}

export interface TwilioSimulator {
  url: string;
  /** Contents of the secret `sms-twilio-credentials` that fits this simulator: account SID, auth token, sender. */
  credentials: { username: string; password: string; api_url: string; from: string };
  /** Operations: `create`, `fetch`, `list`, `callback`. */
  faults: Faults;
  setFate(mobile: string, fate: Fate): void;
  /** This number (E.164) has answered STOP: 21610. */
  optOut(mobile: string): void;
  /** Every number (E.164) that has copies, with its copies. */
  records(): Map<string, HandsetCopy[]>;
  close(): Promise<void>;
}

/** Twilio's Messages resource (API 2010-04-01) on loopback, with an account, a carrier and signed status callbacks. */
export async function createTwilioSimulator(options: TwilioSimulatorOptions): Promise<TwilioSimulator> {
  const { clock } = options;
  const login = options.credentials ?? {
    username: `AC${randomBytes(16).toString("hex")}`,
    password: randomBytes(16).toString("hex"),
    from: "+15005550006",
  };
  const faults = createFaults();
  const account = openAccount({ clock, ...journalOf(options, "twilio") });
  const { username: accountSid, password: authToken } = login;
  const carrier = createCarrier({ ...paceOf(options, faults), account, accountSid, authToken });
  const optedOut = new Set<string>();
  const deps: MessagesDeps = { account, accountSid: login.username, optedOut, onCreated: carrier.take };
  const base = `/2010-04-01/Accounts/${login.username}/Messages`;
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;

  function serviceOf(request: SimulatorRequest): { operation: string; serve(): SimulatorReply } | undefined {
    const { pathname } = request.url;
    if (pathname === `${base}.json`) {
      return request.method === "POST"
        ? { operation: "create", serve: () => createMessage(deps, request) }
        : { operation: "list", serve: () => listMessages(deps, request) };
    }
    const sid = pathname.startsWith(`${base}/`)
      ? /^(\w+)\.json$/.exec(pathname.slice(base.length + 1))?.[1]
      : undefined;
    return sid === undefined ? undefined : { operation: "fetch", serve: () => fetchMessage(deps, sid) };
  }

  function route(request: SimulatorRequest): SimulatedOperation | undefined {
    const service = serviceOf(request);
    if (!service) return undefined;
    const isAllowed = request.headers.authorization === basic;
    return {
      operation: service.operation,
      handle: () => (isAllowed ? service.serve() : errorReply(401, "20003")),
    };
  }

  // The account lists the latest first.
  const records = () =>
    copiesByNumber(
      [...account.messages()]
        .reverse()
        .map(({ sid, to, body, createdAt, status }): { mobile: string; copy: HandsetCopy } => {
          return { mobile: to, copy: { sid, text: body, createdAt: new Date(createdAt), status } };
        }),
    );

  const server = await createHttpSimulator({ route, faults, ...(options.port && { port: options.port }) });
  return {
    url: server.url,
    credentials: { ...login, api_url: server.url },
    faults,
    setFate: carrier.setFate,
    optOut: (mobile) => {
      optedOut.add(mobile);
    },
    records,
    close: async () => {
      carrier.close();
      await server.close();
    },
  };
}
