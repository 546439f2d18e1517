import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BankTransport, OutboundFile } from "../../src/banking/connectors/port.ts";
import { defaultTimeouts } from "../../src/banking/connectors/sftp/config.ts";
import { createSftpTransport } from "../../src/banking/connectors/sftp/connector.ts";
import { createSftpPool } from "../../src/banking/connectors/sftp/pool.ts";
import type { Leases } from "../../src/platform/leases.ts";
import { Secret } from "../../src/platform/secret.ts";
import { startSlowProxy } from "../../tests/support/slow-proxy.ts";
import { startSshd } from "../../tests/support/sshd.ts";
import { Unavailable } from "./benchmark.ts";

/** A real OpenSSH server, the gateway's transport to it, and OpenSSH's own client beside it. */
export interface SftpWorld {
  transport: BankTransport;
  /** A fresh folder at the server. */
  freshFolder(): Promise<string>;
  /** A local folder that both sides may use for their files. */
  home: string;
  /** Runs `sftp -b` with these commands; gives the seconds it took. */
  sftpBatch(commands: string[]): Promise<number>;
  close(): Promise<void>;
}

export async function createSftpWorld({ delayMs = 0 }: { delayMs?: number } = {}): Promise<SftpWorld> {
  if (Bun.which("sftp") === null || !(await Bun.file("/usr/sbin/sshd").exists())) {
    throw new Unavailable("OpenSSH's server and client are needed (packages openssh-server, openssh-client)");
  }
  const home = await mkdtemp(join(tmpdir(), "gateway-sftp-bench-"));
  const sshd = await startSshd();
  const proxy = delayMs > 0 ? await startSlowProxy({ targetPort: sshd.port, delayMs: delayMs / 2 }) : undefined;
  const port = proxy?.port ?? sshd.port;
  const key = join(home, "key");
  await writeFile(key, sshd.credentials.privateKey, { mode: 0o600 });
  const pool = createSftpPool({
    resource: "benchmark",
    leases: uncontestedLeases(),
    timeouts: defaultTimeouts,
    access: async () => ({
      endpoint: {
        host: sshd.host,
        port,
        username: sshd.credentials.username,
        privateKey: new Secret(sshd.credentials.privateKey),
        hostKeyPins: [sshd.hostKeyPin],
        allowUnpinned: false,
      },
      connectionsMax: 5,
      maySignIn: async () => {},
      onSignIn: async () => {},
    }),
    onCount: () => {},
  });
  const profile = { submission: "atomic", readBack: true, stat: true, exclusiveOpen: true, fsync: true } as const;
  const transport = createSftpTransport({ pool, profile: async () => profile, onFault: () => {} });
  return {
    transport,
    home,
    freshFolder: async () => {
      const folder = join(sshd.folder, crypto.randomUUID());
      await mkdir(folder);
      return folder;
    },
    sftpBatch: async (commands) => {
      const batch = join(home, "batch");
      await writeFile(batch, `${commands.join("\n")}\n`);
      const options = [
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "LogLevel=ERROR",
        "IdentitiesOnly=yes",
      ];
      const startMs = performance.now();
      const client = Bun.spawn(
        [
          "sftp",
          "-q",
          "-b",
          batch,
          "-P",
          String(port),
          "-i",
          key,
          ...options.flatMap((option) => ["-o", option]),
          `${sshd.credentials.username}@${sshd.host}`,
        ],
        { stdout: "ignore", stderr: "pipe" },
      );
      const complaints = await new Response(client.stderr).text();
      if ((await client.exited) !== 0) throw new Error(`sftp failed: ${complaints}`);
      return (performance.now() - startMs) / 1000;
    },
    close: async () => {
      await transport.close();
      await proxy?.close();
      await sshd.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Places that nobody else wants: what is measured is the transport. */
function uncontestedLeases(): Leases {
  const held = new Set<string>();
  const take = (name: string) => {
    if (held.has(name)) return undefined;
    held.add(name);
    return {
      name,
      renew: async () => true,
      release: async () => {
        held.delete(name);
      },
    };
  };
  return {
    owner: "benchmark",
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

/** A file of random bytes on its way to a folder. */
export function randomFile(folder: string, name: string, sizeBytes: number): OutboundFile {
  const bytes = randomBytes(sizeBytes);
  return {
    folder,
    name,
    temporaryName: `${name}.1.tmp`,
    bytes,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** Submits a file with every check; throws unless it arrived with its hash verified. */
export async function submit(transport: BankTransport, file: OutboundFile): Promise<void> {
  const outcome = await transport.submit(file, { onStep: () => {}, onVerified: async () => {} });
  if (outcome.kind !== "sent" || outcome.verification !== "sha256")
    throw new Error(`not sent: ${JSON.stringify(outcome)}`);
}
