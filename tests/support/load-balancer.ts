import { connect, createServer, type Socket } from "node:net";

/** One address before several gateway processes, as Cloud Run has. */
export interface LoadBalancer {
  url: string;
  close(): Promise<void>;
}

/** Hands each connection to the next process in turn; one that is not there is passed over. */
export async function startLoadBalancer(port: number, targets: number[]): Promise<LoadBalancer> {
  let turn = 0;
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on("close", () => clients.delete(client));
    client.on("error", () => {}); // its other side is closed by the "close" that follows
    turn += 1;
    hand(client, targets, turn, targets.length);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.destroy();
      }),
  };
}

function hand(client: Socket, targets: number[], turn: number, triesLeft: number): void {
  const port = targets[turn % targets.length];
  if (port === undefined || triesLeft === 0 || client.destroyed) {
    client.destroy();
    return;
  }
  const target = connect(port, "127.0.0.1");
  let connected = false;
  target.once("connect", () => {
    connected = true;
    client.pipe(target).pipe(client);
    client.on("close", () => target.destroy());
  });
  target.on("error", () => {
    if (!connected) hand(client, targets, turn + 1, triesLeft - 1);
  });
  target.on("close", () => {
    if (connected) client.destroy();
  });
}
