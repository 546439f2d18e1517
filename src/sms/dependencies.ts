import type { Platform } from "../platform/capability.ts";
import type { GroupCommit } from "../platform/group-commit.ts";
import type { Log } from "../platform/log.ts";
import type { BreakerReports } from "./breaker-reports.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { LinkRegister } from "./link-register.ts";
import type { SmsMetrics } from "./metrics.ts";
import type { Providers } from "./providers.ts";
import type { ThrottleRule } from "./rules/throttle.ts";
import type { AcceptResult, NewMessage } from "./store/accept.ts";
import type { NewReceipt } from "./store/receipts.ts";
import type { Settled, Settlement } from "./store/settle.ts";
import type { Totals } from "./totals.ts";

/** What the operations of this house are built on. */
export interface SmsDependencies {
  platform: Platform;
  log: Log;
  providers: Providers;
  links: LinkRegister;
  changes: ChangeFeed;
  /** What one recipient gets at most; absent: no limit. */
  throttle: ThrottleRule | undefined;
  metrics: SmsMetrics;
  totals: Totals;
  breakerReports: BreakerReports;
  /** Rising with time (UUID version 7). */
  newId(): string;
  /** Length of the window in which a provider's limit holds: a minute. */
  rateWindowMs: number;
  /** Calls to providers at the same time, in this process. */
  inFlightMax: number;
  /** What one driver may send in an hour. */
  driverMessagesPerHour: number;
  /** Days since its last change after which a message is forgotten; absent: never. */
  keepDays: number | undefined;
  /** The end of the quiet hours for promotions that hold at an instant. */
  quietUntil(at: Date): Date | undefined;
  accepting: GroupCommit<NewMessage, AcceptResult>;
  settling: GroupCommit<Settlement, Settled>;
  storingReceipts: GroupCommit<NewReceipt, void>;
}

export const jobNames = {
  dispatch: "sms-dispatch",
  receipts: "sms-receipts",
  recover: "sms-recover",
  resolve: "sms-resolve",
  poll: "sms-poll",
  expire: "sms-expire",
  watch: "sms-watch",
  credit: "sms-credit",
  forget: "sms-forget",
} as const;
