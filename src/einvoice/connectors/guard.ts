import type { Breaker, BreakerPermit, BreakerState } from "../../platform/breaker.ts";
import { ConnectorError } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import type { EinvoiceMetrics, RequestStatus } from "../metrics.ts";
import type { IssuedInvoice } from "../rules/content.ts";
import type { EinvoiceDocument } from "../rules/document.ts";
import type {
  Asked,
  EinvoiceConnector,
  FindOutcome,
  ListOutcome,
  OrderFindOutcome,
  OrderOutcome,
  ProviderOrder,
  ProviderOrders,
  ProviderWords,
  SubmitOutcome,
} from "./port.ts";

/** Certainly nothing was applied. `isRetryable` is false when something of ours must be mended first. */
export type NotApplied = {
  kind: "not_applied";
  reason: string;
  isRetryable: boolean;
  isTransportFault: boolean;
} & ProviderWords;

export type SubmitResult = SubmitOutcome | NotApplied;
export type FindResult = FindOutcome | NotApplied;

/** Leave to make one call; exactly one of them is used. The verbs never reject: every fault is a result. */
export interface GuardedCall {
  submit(document: EinvoiceDocument): Promise<SubmitResult>;
  testIssue(invoice: IssuedInvoice): Promise<SubmitResult>;
  find(document: EinvoiceDocument, asked?: Asked): Promise<FindResult>;
  /** Only where `canList` says so. */
  listIssued(day: string): Promise<ListOutcome | NotApplied>;
  issueOrder(order: ProviderOrder): Promise<OrderOutcome | NotApplied>;
  findOrder(order: ProviderOrder): Promise<OrderFindOutcome | NotApplied>;
  /** Gives the leave back unused. */
  leave(): Promise<void>;
}

/** A connector behind the circuit breaker, with metrics and log. */
export interface GuardedConnector {
  readonly provider: string;
  /** What of a content the provider cannot carry, where it gives the numbers. */
  orderProblem: ProviderOrders["problem"] | undefined;
  /** Whether the provider lists a day's invoices. */
  canList: boolean;
  /** State of the circuit breaker. */
  state(): Promise<BreakerState>;
  enter(): Promise<{ call: GuardedCall } | { refusedUntil: Date }>;
}

interface GuardDeps {
  connector: EinvoiceConnector;
  breaker: Breaker;
  metrics: EinvoiceMetrics;
  log: Log;
}

/** Ways to the provider that failed; other reasons say nothing about it. */
const TRANSPORT_FAULTS: ReadonlySet<string> = new Set([
  "not_sent_dns",
  "not_sent_connect",
  "not_sent_tls",
  // Of a call that has to come before the one that counts.
  "preparation_timeout",
  "preparation_reset",
  "preparation_server_error",
]);

/** Wraps a connector once: only transport faults and 5xx count for the breaker, refusals of business never do. */
export function guardConnector(deps: GuardDeps): GuardedConnector {
  const { connector, breaker } = deps;
  return {
    provider: connector.provider,
    orderProblem: connector.orders?.problem,
    canList: connector.listIssued !== undefined,
    state: () => breaker.state(),
    enter: async () => {
      const entry = await breaker.enter();
      if ("refusedUntil" in entry) return entry;
      const { permit } = entry;
      return {
        call: {
          submit: (document) => run(deps, permit, document.kind, () => connector.submit(document)),
          testIssue: (invoice) => run(deps, permit, "test", () => connector.testIssue(invoice)),
          find: (document, asked) => run(deps, permit, "query", () => connector.find(document, asked)),
          listIssued: (day) => run(deps, permit, "list", () => listOf(connector, day)),
          issueOrder: (order) => run(deps, permit, "issue", () => ordersOf(connector).issue(order)),
          findOrder: (order) => run(deps, permit, "query", () => ordersOf(connector).find(order)),
          leave: () => permit.neutral(),
        },
      };
    },
  };
}

type Outcome = SubmitOutcome | FindOutcome | OrderOutcome | OrderFindOutcome | ListOutcome;

function listOf(connector: EinvoiceConnector, day: string): Promise<ListOutcome> {
  if (!connector.listIssued) throw new Error(`${connector.provider} has no list of invoices`);
  return connector.listIssued(day);
}

function ordersOf(connector: EinvoiceConnector): ProviderOrders {
  if (!connector.orders) throw new Error(`${connector.provider} does not give numbers`);
  return connector.orders;
}

async function run<O extends Outcome>(
  deps: GuardDeps,
  permit: BreakerPermit,
  endpoint: string,
  call: () => Promise<O>,
): Promise<O | NotApplied | UnknownFault> {
  const startedMs = performance.now();
  const result = await settled(call);
  const seconds = (performance.now() - startedMs) / 1000;
  const status = requestStatus(result);
  deps.metrics.request(endpoint, status, seconds);
  if (status !== "success") logResult(deps, endpoint, result);
  await report(permit, result);
  if (isTransportFault(result)) deps.metrics.breaker(await deps.breaker.state());
  return result;
}

type UnknownFault = { kind: "unknown"; reason: string; isTransportFault: boolean };

/** A fault of ours after the request may have left is unknown, like any other silence. */
async function settled<O extends Outcome>(call: () => Promise<O>): Promise<O | NotApplied | UnknownFault> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ConnectorError)) {
      return { kind: "unknown", reason: "internal_fault", isTransportFault: false };
    }
    const { reason, retryable, providerCode, providerMessage, httpStatus } = error.details;
    return {
      kind: "not_applied",
      reason,
      isRetryable: retryable,
      isTransportFault: TRANSPORT_FAULTS.has(reason),
      ...(providerCode !== undefined && { providerCode }),
      ...(providerMessage !== undefined && { providerMessage }),
      ...(httpStatus !== undefined && { httpStatus }),
    };
  }
}

function requestStatus(result: Outcome | NotApplied): RequestStatus {
  if (result.kind === "rejected" || result.kind === "unknown") return result.kind;
  if (result.kind === "refused") return "rejected";
  return result.kind === "not_applied" ? "error" : "success";
}

const isTransportFault = (result: Outcome | NotApplied) => "isTransportFault" in result && result.isTransportFault;

function report(permit: BreakerPermit, result: Outcome | NotApplied): Promise<void> {
  if (isTransportFault(result)) return permit.failure();
  const wasAnswered = result.kind !== "not_applied" || result.httpStatus !== undefined;
  return wasAnswered ? permit.success() : permit.neutral();
}

function logResult(deps: GuardDeps, endpoint: string, result: Outcome | NotApplied): void {
  deps.log.warn(`E-invoice platform: ${endpoint} ended as ${result.kind}`, {
    provider: deps.connector.provider,
    endpoint,
    ...("reason" in result && { error_type: result.reason }),
    ...("providerCode" in result && { provider_code: result.providerCode }),
    ...("httpStatus" in result && { http_status: result.httpStatus }),
  });
}
