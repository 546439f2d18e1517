import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./postgres.ts";
import { startServerProgram } from "./server-program.ts";
import { currentUser, generateKey, type KeyType, pinOf } from "./sshd.ts";

export interface ProFtpd {
  host: string;
  port: number;
  hostKeyPin: string;
  credentials: { username: string; password: string; privateKey: string };
  /** A private folder with `upload` and `download` in it, which the server's user sees under its real path. */
  folder: string;
  uploadPath: string;
  downloadPath: string;
  close(): Promise<void>;
}

export interface ProFtpdOptions {
  hostKeyType?: KeyType;
  userKeyType?: KeyType;
  /** Protects the user's private key. */
  passphrase?: string;
  /** Further lines of the configuration, e.g. old algorithms alone. */
  config?: string[];
}

const PROGRAM = "/usr/sbin/proftpd";
const USER = "luckygas";
const PASSWORD = "a password of the test";

/** A real ProFTPD with mod_sftp on a free port of loopback, with one user of its own who has a password and a key. */
export async function startProFtpd(options: ProFtpdOptions = {}): Promise<ProFtpd> {
  const home = await mkdtemp(join(tmpdir(), "gateway-proftpd-"));
  const folder = join(home, "files");
  await mkdir(join(folder, "upload"), { recursive: true });
  await mkdir(join(folder, "download"), { recursive: true });
  const hostKey = generateKey(join(home, "host"), options.hostKeyType ?? "ed25519");
  const userKey = generateKey(join(home, "user"), options.userKeyType ?? "ed25519", options.passphrase);
  await writeFile(join(home, "authorized"), run("ssh-keygen", ["-e", "-f", `${userKey}.pub`]));
  const [uid, gid] = [run("id", ["-u"]), run("id", ["-g"])];
  const hash = run("openssl", ["passwd", "-6", PASSWORD]);
  await writeFile(join(home, "passwd"), `${USER}:${hash}:${uid}:${gid}::${folder}:/bin/sh\n`);
  await writeFile(join(home, "group"), `test:x:${gid}:${USER}\n`);
  for (const name of ["passwd", "group"]) await chmod(join(home, name), 0o600);
  const port = await freePort();
  await writeFile(join(home, "proftpd.conf"), configuration({ home, port, hostKey, more: options.config ?? [] }));
  const stop = await startServerProgram(PROGRAM, ["-n", "-q", "-c", join(home, "proftpd.conf")], port);
  return {
    host: "127.0.0.1",
    port,
    hostKeyPin: pinOf(await readFile(`${hostKey}.pub`, "utf8")),
    credentials: { username: USER, password: PASSWORD, privateKey: await readFile(userKey, "utf8") },
    folder,
    uploadPath: join(folder, "upload"),
    downloadPath: join(folder, "download"),
    close: async () => {
      await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

interface Configuration {
  home: string;
  port: number;
  hostKey: string;
  more: string[];
}

function configuration({ home, port, hostKey, more }: Configuration): string {
  return `${[
    'ServerName "test"',
    "ServerType standalone",
    "DefaultServer on",
    `Port ${port}`,
    "DefaultAddress 127.0.0.1",
    "UseIPv6 off",
    "ModulePath /usr/lib/proftpd",
    "LoadModule mod_sftp.c",
    `PidFile ${home}/pid`,
    `ScoreboardFile ${home}/scoreboard`,
    `SystemLog ${home}/log`,
    "WtmpLog off",
    "TransferLog none",
    "UseReverseDNS off",
    `User ${currentUser()}`,
    `Group ${run("id", ["-gn"])}`,
    `AuthUserFile ${home}/passwd`,
    `AuthGroupFile ${home}/group`,
    "AuthOrder mod_auth_file.c",
    "RequireValidShell off",
    "RootLogin on",
    "MaxInstances 30",
    "AllowOverwrite on",
    "SFTPEngine on",
    `SFTPLog ${home}/sftp-log`,
    `SFTPHostKey ${hostKey}`,
    `SFTPAuthorizedUserKeys file:${home}/authorized`,
    "SFTPAuthMethods publickey password",
    ...more,
  ].join("\n")}\n`;
}

function run(program: string, args: string[]): string {
  const done = spawnSync(program, args);
  if (done.status !== 0) throw new Error(`${program} failed: ${done.stderr?.toString()}`);
  return done.stdout.toString().trimEnd();
}
