import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type Socket } from "node:net";
import ssh2 from "ssh2";
import type { BankFault, BankFaults } from "./faults.ts";

export interface SshServerOptions {
  /** Private host key, OpenSSH format. */
  hostKey: string;
  username: string;
  /** The password that is right at this moment. */
  password(): string;
  faults: BankFaults;
  port?: number;
  /** Serves one SFTP channel; gives the receiver of its bytes. */
  serve(channel: { send(data: Buffer): void; cut(): void }): { receive(data: Buffer): void; close(): Promise<void> };
}

export interface SshServer {
  host: string;
  port: number;
  /** `SHA256:` and the unpadded base64 of the public key's hash, as OpenSSH prints it. */
  hostKeyPin: string;
  /** Connections open now, and the most that ever were. */
  connections(): { now: number; most: number };
  /** SFTP channels open now, over all connections, and the most that ever were. */
  channels(): { now: number; most: number };
  /** How many sign-ins were tried, and how many failed. */
  signIns(): { tried: number; refused: number };
  /** Cuts every connection, as a crash would. */
  cutAll(): void;
  close(): Promise<void>;
}

/** An SSH server on loopback that offers SFTP and nothing else, to one user with one password. */
export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const sockets = new Set<Socket>();
  const counts: Counts = { most: 0, tried: 0, refused: 0, channels: 0, channelsMost: 0 };
  const listener = createServer((socket) => {
    sockets.add(socket);
    counts.most = Math.max(counts.most, sockets.size);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    const fault = options.faults.take("connect");
    if (fault?.kind.startsWith("hang")) {
      // It reads on, and so notices the end.
      socket.resume();
      return;
    }
    if (fault && !fault.kind.startsWith("halt")) {
      socket.destroy();
      return;
    }
    if (fault?.kind !== "halt_before") acceptConnection(options, socket, counts);
    if (fault) halt(fault, socket);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the bank's server has no port");
  return {
    host: "127.0.0.1",
    port: address.port,
    hostKeyPin: hostKeyPin(options.hostKey),
    connections: () => ({ now: sockets.size, most: counts.most }),
    channels: () => ({ now: counts.channels, most: counts.channelsMost }),
    signIns: () => ({ tried: counts.tried, refused: counts.refused }),
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface Counts {
  most: number;
  tried: number;
  refused: number;
  channels: number;
  channelsMost: number;
}

function halt(fault: BankFault, socket: Socket): void {
  const cut = () => socket.destroy();
  (fault.halt?.() ?? Promise.resolve()).then(cut, cut);
}

/** A server object for every connection: so the socket under it is known and can be cut. */
function acceptConnection(options: SshServerOptions, socket: Socket, counts: Counts): void {
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection) => {
    connection.on("error", () => {});
    connection.on("authentication", (context) => {
      if (context.method === "none") return context.reject(["password"]);
      counts.tried += 1;
      const fault = options.faults.take("auth");
      if (fault?.kind.startsWith("hang")) return;
      if (fault?.kind.startsWith("drop")) return socket.destroy();
      if (fault?.kind.startsWith("halt")) halt(fault, socket);
      if (fault?.kind === "halt_before") return;
      const fits =
        (!fault || fault.kind === "halt_after") &&
        context.method === "password" &&
        isEqual(context.username, options.username) &&
        isEqual(context.password, options.password());
      if (fits) return context.accept();
      counts.refused += 1;
      context.reject(["password"]);
    });
    connection.on("session", (acceptSession) => {
      const session = acceptSession();
      session.on("subsystem", (accept, reject, info) => {
        const fault = info.name === "sftp" ? options.faults.take("subsystem") : undefined;
        if (info.name !== "sftp" || fault?.kind.startsWith("status")) return reject();
        if (fault?.kind.startsWith("hang")) return;
        if (fault?.kind.startsWith("halt")) halt(fault, socket);
        else if (fault) return socket.destroy();
        if (fault?.kind === "halt_before") return;
        const channel = accept();
        counts.channels += 1;
        counts.channelsMost = Math.max(counts.channelsMost, counts.channels);
        const sftp = options.serve({
          send: (data) => {
            if (!socket.destroyed) channel.write(data);
          },
          cut: () => socket.destroy(),
        });
        channel.on("data", (data: Buffer) => sftp.receive(data));
        channel.on("error", () => {});
        let closed = false;
        const close = () => {
          if (closed) return;
          closed = true;
          counts.channels -= 1;
          sftp.close().catch(() => {});
        };
        channel.on("close", close);
        socket.on("close", close);
      });
    });
  });
  server.injectSocket(socket);
}

const digest = (text: string) => createHash("sha256").update(text).digest();
const isEqual = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

/** The pin of a private host key's public half. */
export function hostKeyPin(privateKey: string): string {
  const parsed = ssh2.utils.parseKey(privateKey);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key || key instanceof Error) throw new Error("the bank's host key cannot be read");
  return `SHA256:${createHash("sha256").update(key.getPublicSSH()).digest("base64").replace(/=+$/, "")}`;
}
