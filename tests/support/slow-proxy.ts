import { createConnection, createServer, type Socket } from "node:net";

export interface SlowProxyOptions {
  targetPort: number;
  /** Added to every direction's every piece of data. */
  delayMs?: number;
  /** Most bytes a second that are taken from the client; it feels the back-pressure. */
  uploadBytesPerSecond?: number;
}

export interface SlowProxy {
  port: number;
  close(): Promise<void>;
}

/** A way to a port of loopback that takes its time, or reads slowly, in this very process. */
export async function startSlowProxy({
  targetPort,
  delayMs = 0,
  uploadBytesPerSecond = Number.POSITIVE_INFINITY,
}: SlowProxyOptions): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const target = createConnection({ port: targetPort, host: "127.0.0.1", noDelay: true });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
      socket.on("error", () => {});
    }
    pass(client, target, delayMs, uploadBytesPerSecond);
    pass(target, client, delayMs, Number.POSITIVE_INFINITY);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function pass(from: Socket, to: Socket, delayMs: number, bytesPerSecond: number): void {
  from.on("data", (data: Buffer) => {
    const send = () => {
      if (!to.destroyed) to.write(data);
    };
    if (delayMs > 0) setTimeout(send, delayMs);
    else send();
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return;
    from.pause();
    setTimeout(() => from.resume(), (data.length / bytesPerSecond) * 1000);
  });
}
