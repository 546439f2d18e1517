import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./postgres.ts";
import { startServerProgram } from "./server-program.ts";

export interface Sshd {
  host: string;
  port: number;
  /** `SHA256:…`, as `ssh-keygen -lf` prints it. */
  hostKeyPin: string;
  /** The user this process runs as, with a key of its own. */
  credentials: { username: string; privateKey: string };
  /** A private folder with `upload` and `download` in it; the server's paths are the real, absolute ones. */
  folder: string;
  uploadPath: string;
  downloadPath: string;
  close(): Promise<void>;
}

export type KeyType = "ed25519" | "ecdsa" | "rsa";

export interface SshdOptions {
  hostKeyType?: KeyType;
  userKeyType?: KeyType;
  /** Protects the user's private key. */
  passphrase?: string;
  /** Further lines of `sshd_config`. */
  config?: string[];
}

const PROGRAM = "/usr/sbin/sshd";

/** A real OpenSSH server with the internal SFTP subsystem, on a free port of loopback, with keys and folders of its own. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  // Run as root, the server insists on this folder for its unprivileged half.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const home = await mkdtemp(join(tmpdir(), "gateway-sshd-"));
  const folder = join(home, "files");
  await mkdir(join(folder, "upload"), { recursive: true });
  await mkdir(join(folder, "download"), { recursive: true });
  const hostKey = generateKey(join(home, "host"), options.hostKeyType ?? "ed25519");
  const userKey = generateKey(join(home, "user"), options.userKeyType ?? "ed25519", options.passphrase);
  const port = await freePort();
  const config = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${userKey}.pub`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
    "Subsystem sftp internal-sftp",
    "LogLevel ERROR",
    ...(options.config ?? []),
  ];
  await writeFile(join(home, "sshd_config"), `${config.join("\n")}\n`);
  const stop = await startServerProgram(PROGRAM, ["-D", "-e", "-f", join(home, "sshd_config")], port);
  return {
    host: "127.0.0.1",
    port,
    hostKeyPin: pinOf(await readFile(`${hostKey}.pub`, "utf8")),
    credentials: { username: currentUser(), privateKey: await readFile(userKey, "utf8") },
    folder,
    uploadPath: join(folder, "upload"),
    downloadPath: join(folder, "download"),
    close: async () => {
      await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Asked of the system: the runtime takes the name from the environment, which may lack it. */
export const currentUser = () => spawnSync("id", ["-un"]).stdout.toString().trim();

export function generateKey(path: string, type: KeyType, passphrase = ""): string {
  const made = spawnSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", path]);
  if (made.status !== 0) throw new Error(`ssh-keygen failed: ${made.stderr?.toString()}`);
  return path;
}

export function pinOf(publicKey: string): string {
  const [, body = ""] = publicKey.split(" ");
  return `SHA256:${createHash("sha256").update(Buffer.from(body, "base64")).digest("base64").replace(/=+$/, "")}`;
}
