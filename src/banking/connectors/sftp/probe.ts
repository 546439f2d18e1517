import { createServer } from "node:net";
import ssh2, { type CipherAlgorithm, type ConnectConfig } from "ssh2";
import { algorithmsOf } from "./algorithms.ts";
import type { LegacyAlgorithms } from "./config.ts";

/** Ciphers that a bank's server may want, best first; which of them work depends on the runtime's cryptography. */
const CIPHERS: CipherAlgorithm[] = [
  "aes128-gcm@openssh.com",
  "aes256-gcm@openssh.com",
  "chacha20-poly1305@openssh.com",
  "aes128-ctr",
  "aes256-ctr",
];
/** On a machine that is busy with other things a handshake takes long; that says nothing about the algorithm. */
const HANDSHAKE_MS_MAX = 60_000;

export interface ProbeResult {
  working: string[];
  missing: string[];
}

/** Makes a handshake with a server of its own for every usual cipher, so that it is known at the start which ones work here. */
export async function probeCiphers(): Promise<ProbeResult> {
  const result: ProbeResult = { working: [], missing: [] };
  for (const cipher of CIPHERS) {
    const works = await handshakeWorks({ cipher: [cipher] });
    result[works ? "working" : "missing"].push(cipher);
  }
  return result;
}

/** The old algorithms of a bank, by kind, with which no handshake can be made in this runtime. */
export async function probeLegacy(legacy: LegacyAlgorithms): Promise<string[]> {
  const missing: string[] = [];
  for (const kind of ["kex", "serverHostKey", "cipher", "hmac"] as const) {
    for (const name of legacy[kind] ?? []) {
      if (!(await handshakeWorks(only(kind, name)))) missing.push(name);
    }
  }
  return missing;
}

/** A MAC is used by ciphers that have none of their own. */
const only = (kind: "kex" | "serverHostKey" | "cipher" | "hmac", name: string): LegacyAlgorithms =>
  kind === "hmac" ? { hmac: [name], cipher: ["aes128-ctr"] } : { [kind]: [name] };

async function handshakeWorks(offered: LegacyAlgorithms): Promise<boolean> {
  const algorithms = algorithmsOf(offered, "alone");
  const hostKeys = [newHostKey(offered.serverHostKey?.[0])];
  const listener = createServer();
  try {
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const address = listener.address();
    if (address === null || typeof address === "string") return false;
    const server = new ssh2.Server({ hostKeys, algorithms }, (connection) => {
      connection.on("error", () => {});
      connection.on("authentication", (context) => context.accept());
    });
    server.on("error", () => {});
    listener.on("connection", (socket) => {
      socket.on("error", () => {});
      server.injectSocket(socket);
    });
    return await signsIn({ host: "127.0.0.1", port: address.port, username: "probe", algorithms });
  } catch {
    // The library throws for an algorithm that it or the runtime does not have.
    return false;
  } finally {
    listener.close();
  }
}

/** A key for this algorithm of the server's; the library now and then makes one that it cannot read itself. */
function newHostKey(algorithm = "ssh-ed25519"): string {
  for (;;) {
    const key = newKeyPair(algorithm).private;
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}

function newKeyPair(algorithm: string) {
  if (algorithm === "ssh-ed25519") return ssh2.utils.generateKeyPairSync("ed25519");
  if (algorithm.startsWith("ecdsa-")) return ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 });
  return ssh2.utils.generateKeyPairSync("rsa", { bits: 2048 });
}

function signsIn(config: ConnectConfig): Promise<boolean> {
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    const end = (works: boolean) => {
      resolve(works);
      client.destroy();
    };
    client.on("ready", () => end(true));
    client.on("error", () => end(false));
    client.on("close", () => end(false));
    client.connect({ ...config, password: "probe", readyTimeout: HANDSHAKE_MS_MAX });
  });
}
