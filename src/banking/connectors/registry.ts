import type { Breaker } from "../../platform/breaker.ts";
import type { Platform } from "../../platform/capability.ts";
import type { Banks } from "../banks.ts";
import { type BankCredentials, readBankCredentials } from "../credentials.ts";
import type { BankingMetrics } from "../metrics.ts";
import type { CredentialRefusals } from "../store/credential-refusals.ts";
import type { BankTransport } from "./port.ts";
import { defaultTimeouts, type SftpTimeouts, secretParts } from "./sftp/config.ts";
import { createSftpTransport } from "./sftp/connector.ts";
import { TransferFault } from "./sftp/errors.ts";
import { createSftpPool } from "./sftp/pool.ts";

/** The way to each bank, made when it is first needed, with the circuit breaker that all processes share. */
export interface BankLinks {
  to(bank: string): BankLink;
  /** Connections of this process to a bank; makes none. */
  connections(bank: string): number;
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
  return {
    to: (bank) => {
      const link = links.get(bank) ?? createLink(options, bank);
      links.set(bank, link);
      return link;
    },
    connections: (bank) => links.get(bank)?.transport.connections() ?? 0,
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
  const pool = createSftpPool({
    resource: `banking-sftp-${bank}`,
    leases: platform.leases,
    timeouts: settled,
    endpoint: async () => {
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
          legacyAlgorithms: row.legacyAlgorithms,
          allowUnpinned: platform.environment !== "production",
        },
      };
    },
    mayConnect: async () => {
      const since = await refusals.refusedSince(bank, await credentialsNow());
      if (since)
        throw new TransferFault("auth", true, `credentials refused since ${since.toISOString()}, not tried again`);
    },
    onSignIn: async (accepted) => {
      if (accepted) await refusals.clear(bank);
      else await refusals.record(bank, await credentialsNow(), platform.clock.now());
    },
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
