import { createFaults, type Faults } from "../faults.ts";
import {
  createHttpSimulator,
  type SimulatedOperation,
  type SimulatorReply,
  type SimulatorRequest,
} from "../http-simulator.ts";
import { copiesByNumber, journalOf, type LocalSmsPartyOptions, loginOf, paceOf, pointsOf } from "../sms-party.ts";
import { createAccess } from "./access.ts";
import { openAccount, SCHEDULE_CANCELLED } from "./account.ts";
import { createCarrier } from "./carrier.ts";
import { eraseBooking, getCredit, getDeliveryStatus } from "./queries.ts";
import { type SendDeps, sendFiltered, sendParam, sendSms } from "./send.ts";
import { errorReply } from "./wire.ts";

export interface Every8dSimulatorOptions extends LocalSmsPartyOptions {
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
  /** The account has so many points from now on. */
  leavePoints(points: number): void;
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
  const login = loginOf(options, 12);
  const faults = createFaults();
  const account = openAccount({ clock, pointsAtStart: pointsOf(options), ...journalOf(options, "every8d") });
  const carrier = createCarrier({ ...paceOf(options, faults), account, plus: options.plus ?? "encoded" });
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

  const records = () =>
    copiesByNumber(
      account.batches().flatMap(({ id: batchId, subject, acceptedAt, rows }) =>
        rows
          .filter(({ status }) => status !== SCHEDULE_CANCELLED)
          .map(({ mobile, text, status }): { mobile: string; copy: HandsetCopy } => {
            return { mobile, copy: { batchId, subject, text, acceptedAt: new Date(acceptedAt), status } };
          }),
      ),
    );

  const server = await createHttpSimulator({ route, faults, ...(options.port && { port: options.port }) });
  return {
    url: server.url,
    credentials: { ...login, api_url: server.url },
    faults,
    setCallbackUrl: carrier.setCallbackUrl,
    setFate: carrier.setFate,
    leavePoints: account.leavePoints,
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
