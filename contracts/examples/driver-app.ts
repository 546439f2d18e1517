import { createGatewayClient, type GatewayClientOptions, type SmsStatus } from "@luckygas/gateway-client";
import { createOfflineQueue, type OfflineStorage } from "@luckygas/gateway-client/offline";

/** What a driver tells a customer, by the templates that drivers may send. */
export type Notice =
  | { code: "out_for_delivery" | "delivery_on_way"; values: { driver_name: string; eta: number } }
  | { code: "delivery_arrived" }
  | { code: "delivery_completed"; values: { order_number: string } };

export interface DriverAppOptions extends Pick<GatewayClientOptions, "url" | "fetch" | "streaming" | "pollMs"> {
  /** The signed-in driver's token, asked before every request. */
  token(): Promise<string>;
  /** One text for each driver that survives a restart of the app. */
  storage: OfflineStorage;
  /** A message of this driver has another state; shown beside its stop. */
  onStatus(messageId: string, status: SmsStatus): void;
  /** A notice that will not go out, with the reason to show. */
  onRefused(notice: Notice, why: string): void;
}

const NOTICE_USEFUL_MS = 2 * 3_600_000;

/** The part of a driver's app that tells customers: what is said without a network goes out once it is back. */
export function createDriverApp(options: DriverAppOptions) {
  const { storage, onStatus, onRefused, ...connection } = options;
  const gateway = createGatewayClient({ ...connection, deadlineMs: 15_000 });
  const queue = createOfflineQueue({
    calls: { tellCustomer: gateway.sms.sendTemplate.mutate },
    storage,
    onSettled: ({ input, outcome }) => {
      if (outcome.kind === "answered") onStatus(outcome.result.id, outcome.result.status);
      else onRefused(noticeOf(input), outcome.kind === "refused" ? (outcome.reason ?? outcome.code) : outcome.kind);
    },
  });
  return {
    /** Stores the notice and tries to send what waits; true when nothing waits any more. */
    async tell(to: string, notice: Notice): Promise<boolean> {
      await queue.add("tellCustomer", { to, ...notice }, { expiresAfterMs: NOTICE_USEFUL_MS });
      return (await queue.flush()).left === 0;
    },
    /** When the app starts, and when the network is back. */
    flush: () => queue.flush(),
    waiting: () => queue.list(),
    /** The state of this driver's messages, live until `signal` aborts; a lost connection is resumed by itself. */
    async follow(signal: AbortSignal): Promise<void> {
      for await (const { data } of gateway.sms.watchMessages.subscribe({}, { signal })) onStatus(data.id, data.status);
    },
  };
}

// as: only `tell` puts something into this queue, and it puts in a recipient and a notice.
const noticeOf = ({ to: _to, ...notice }: { to: string; code: string }) => notice as unknown as Notice;
