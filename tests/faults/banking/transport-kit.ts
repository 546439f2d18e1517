import { createHash } from "node:crypto";
import type { BankProfile, BankTransport, OutboundFile } from "../../../src/banking/connectors/port.ts";
import { defaultTimeouts, type SftpEndpoint, type SftpTimeouts } from "../../../src/banking/connectors/sftp/config.ts";
import { createSftpTransport } from "../../../src/banking/connectors/sftp/connector.ts";
import { createSftpPool } from "../../../src/banking/connectors/sftp/pool.ts";
import type { Lease, Leases } from "../../../src/platform/leases.ts";
import { Secret } from "../../../src/platform/secret.ts";
import type { BankSimulator } from "../../../src/simulators/bank/index.ts";

export const ordinaryProfile: BankProfile = {
  submission: "atomic",
  readBack: true,
  stat: true,
  exclusiveOpen: true,
  fsync: true,
};

/** Counted places in memory, for tests of a single process; `held` counts places, not other leases. */
export function memoryLeases(): Leases & { held(): number } {
  const held = new Set<string>();
  const take = (name: string): Lease | undefined => {
    if (held.has(name)) return undefined;
    held.add(name);
    return {
      name,
      renew: async () => held.has(name),
      release: async () => {
        held.delete(name);
      },
    };
  };
  return {
    owner: "test",
    held: () => [...held].filter((name) => name.includes("#")).length,
    acquire: async (name) => take(name),
    acquireSlot: async (resource, slots) => {
      for (let slot = 0; slot < slots; slot += 1) {
        const lease = take(`${resource}#${slot}`);
        if (lease) return lease;
      }
      return undefined;
    },
  };
}

export const endpointOf = (bank: BankSimulator): SftpEndpoint => ({
  host: bank.host,
  port: bank.port,
  username: bank.credentials.username,
  password: new Secret(bank.credentials.password),
  hostKeyPins: [bank.hostKeyPin],
  allowUnpinned: false,
});

export function transportTo(
  /** A function is asked whenever the pool looks for a connection. */
  endpoint: SftpEndpoint | (() => SftpEndpoint),
  options: {
    profile?: Partial<BankProfile>;
    timeouts?: Partial<SftpTimeouts>;
    connectionsMax?: number;
    leases?: Leases;
    maySignIn?: () => Promise<void>;
    onSignIn?: (accepted: boolean) => Promise<void>;
  } = {},
): BankTransport {
  const pool = createSftpPool({
    resource: "banking-sftp-test",
    leases: options.leases ?? memoryLeases(),
    timeouts: { ...defaultTimeouts, connectMs: 3000, requestMs: 1500, acquireMs: 5000, ...options.timeouts },
    access: async () => ({
      endpoint: typeof endpoint === "function" ? endpoint() : endpoint,
      connectionsMax: options.connectionsMax ?? 5,
      maySignIn: options.maySignIn ?? (async () => {}),
      onSignIn: options.onSignIn ?? (async () => {}),
    }),
    onCount: () => {},
  });
  return createSftpTransport({
    pool,
    profile: async () => ({ ...ordinaryProfile, ...options.profile }),
    onFault: () => {},
  });
}

export function outboundFile(folder: string, name: string, text = "D".repeat(70_000)): OutboundFile {
  const bytes = Buffer.from(text, "latin1");
  return {
    folder,
    name,
    temporaryName: `${name}.1.tmp`,
    bytes,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}
