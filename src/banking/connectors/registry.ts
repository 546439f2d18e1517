import type { Breaker } from "../../platform/breaker.ts";
import type { Platform } from "../../platform/capability.ts";
import type { BankRow } from "../bank-row.ts";
import type { Banks } from "../banks.ts";
import { type BankCredentials, readBankCredentials } from "../credentials.ts";
import type { BankingMetrics } from "../metrics.ts";
import { describeRefusal } from "../operations/transfer/refused-credentials.ts";
import type { CredentialRefusals } from "../store/credential-refusals.ts";
import type { BankTransport } from "./port.ts";
import { type AlgorithmReport, createAlgorithmReport } from "./sftp/algorithm-report.ts";
import { defaultTimeouts, type SftpTimeouts, secretParts } from "./sftp/config.ts";
import { createSftpTransport } from "./sftp/connector.ts";
import { TransferFault } from "./sftp/errors.ts";
import { createSftpPool, type SftpAccess } from "./sftp/pool.ts";

/** The way to each bank, made when it is first needed, with the circuit breaker that all processes share. */
export interface BankLinks {
  to(bank: string): BankLink;
  /** Connections of this process to a bank; makes none. */
  connections(bank: string): number;
  /** Why no connection to a bank of this configuration can come about in this process, and the remedy. */
  problem(row: BankRow): string | undefined;
  /** What the runtime's cryptography can do. */
  algorithms: AlgorithmReport;
  close(): Promise<void>;
}

export interface BankLink {
  transport: BankTransport;
  breaker: Breaker;
}

export interface BankLinksOptions {
  platform: Platform;
  banks: Banks;
  metrics: BankingMetrics;
  refusals: CredentialRefusals;
  timeouts?: Partial<SftpTimeouts> | undefined;
  breaker?: { failuresToOpen: number; openForMs: number } | undefined;
}

const BREAKER = { failuresToOpen: 3, openForMs: 600_000 };

export function createBankLinks(options: BankLinksOptions): BankLinks {
  const links = new Map<string, BankLink>();
  const algorithms = createAlgorithmReport();
  return {
    to: (bank) => {
      const link = links.get(bank) ?? createLink(options, bank);
      links.set(bank, link);
      return link;
    },
    connections: (bank) => links.get(bank)?.transport.connections() ?? 0,
    problem: ({ hostKeyPins, legacyAlgorithms }) => {
      if (hostKeyPins.length === 0 && options.platform.environment === "production") {
        return "no host key is pinned; run testConnection, ask the bank for its fingerprint, and set hostKeyPins";
      }
      const missing = algorithms.missing(legacyAlgorithms);
      return missing.length === 0 ? undefined : `algorithms that do not work here: ${missing.join(", ")}`;
    },
    algorithms,
    close: async () => {
      await Promise.all([...links.values()].map((link) => link.transport.close()));
    },
  };
}

function createLink(options: BankLinksOptions, bank: string): BankLink {
  const { platform, banks, metrics, refusals, timeouts, breaker } = options;
  const log = platform.log.child({ service: "banking", bank_code: bank });
  const settled = { ...defaultTimeouts, ...timeouts };
  const credentialsNow = async (): Promise<BankCredentials> => {
    const read = await readBankCredentials(platform.secrets, bank);
    if (!read.ok) throw new TransferFault("not_configured", true, read.problem);
    return read.credentials;
  };
  const access = async (): Promise<SftpAccess> => {
    const { row } = await banks.usable(bank);
    const credentials = await credentialsNow();
    return {
      connectionsMax: row.connectionsMax,
      endpoint: {
        host: credentials.sftp_host ?? row.sftpHost,
        port: credentials.sftp_port ?? row.sftpPort,
        ...secretParts(credentials),
        hostKeyPins: row.hostKeyPins,
        addressAllowList: row.addressAllowList,
        outbound: platform.outbound,
        legacyAlgorithms: row.legacyAlgorithms,
        allowUnpinned: platform.environment !== "production",
      },
      maySignIn: async () => {
        const since = await refusals.refusedSince(bank, credentials);
        if (!since) return;
        throw new TransferFault("auth", true, describeRefusal(since));
      },
      onSignIn: async (accepted) => {
        if (accepted) await refusals.clear(bank, credentials);
        else await refusals.record(bank, credentials, platform.clock.now());
      },
    };
  };
  const pool = createSftpPool({
    resource: `banking-sftp-${bank}`,
    leases: platform.leases,
    timeouts: settled,
    access,
    onCount: (count) => metrics.connections(bank, count),
  });
  return {
    transport: createSftpTransport({
      pool,
      profile: async () => (await banks.usable(bank)).row.profile,
      onFault: (fault) => {
        metrics.fault(bank, fault.errorType);
        log.warn(`Bank ${bank}: ${fault.message}`, { error_type: fault.name, error_kind: fault.errorType });
      },
    }),
    breaker: platform.breakers.create({
      name: `banking-${bank}`,
      ...(breaker ?? BREAKER),
      probeTimeoutMs: settled.connectMs + settled.acquireMs + settled.requestMs,
      onOpen: () => log.error(`Circuit breaker opened for bank ${bank}`, { error_type: "CircuitBreakerOpen" }),
    }),
  };
}
