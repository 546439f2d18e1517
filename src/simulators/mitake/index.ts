import { createFaults, type Faults } from "../faults.ts";
import {
  createHttpSimulator,
  type SimulatedOperation,
  type SimulatorReply,
  type SimulatorRequest,
} from "../http-simulator.ts";
import { copiesByNumber, journalOf, type LocalSmsPartyOptions, loginOf, paceOf, pointsOf } from "../sms-party.ts";
import { CANCELLED, openAccount } from "./account.ts";
import { createCarrier } from "./carrier.ts";
import { smCancel, smQuery } from "./queries.ts";
import { type SendDeps, smBulkSend, smSend } from "./send.ts";
import { textReply } from "./wire.ts";

const CONNECTIONS_MAX = 15;
const PREFIX = "/api/mtk";

export interface MitakeSimulatorOptions extends LocalSmsPartyOptions {
  /** Default true. */
  mayLong?: boolean;
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
  /** The account has so many points from now on. */
  leavePoints(points: number): void;
  /** Refuses this number (E.164) from now on with `v`. */
  block(mobile: string): void;
  /** Every number (E.164) that has copies, with its copies; cancelled schedules left out. */
  records(): Map<string, HandsetCopy[]>;
  close(): Promise<void>;
}

/** Mitake's HTTP API v2.14 (2024-06-18) on loopback, with an account, a carrier and callbacks to the address of each message. */
export async function createMitakeSimulator(options: MitakeSimulatorOptions): Promise<MitakeSimulator> {
  const { clock } = options;
  const login = loginOf(options, 9);
  const faults = createFaults();
  const account = openAccount({ clock, pointsAtStart: pointsOf(options), ...journalOf(options, "mitake") });
  const carrier = createCarrier({ ...paceOf(options, faults), account });
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

  const records = () =>
    copiesByNumber(
      account
        .messages()
        .filter(({ state }) => state !== CANCELLED)
        .map(({ id: messageId, clientId, text, acceptedAt, state, mobile }): { mobile: string; copy: HandsetCopy } => {
          return { mobile, copy: { messageId, clientId, text, acceptedAt: new Date(acceptedAt), state } };
        }),
    );

  const server = await createHttpSimulator({ route, faults, ...(options.port && { port: options.port }) });
  return {
    url: server.url,
    credentials: { ...login, api_url: server.url + PREFIX },
    faults,
    setFate: carrier.setFate,
    leavePoints: account.leavePoints,
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
