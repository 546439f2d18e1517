import { createConnection, createServer, type Socket } from "node:net";

export interface CuttableProxy {
  url: string;
  /** Connections are refused from now on, and the open ones are cut. */
  away(): void;
  /** Everything passes again, the next answer too. */
  back(): void;
  /** The next request passes; its answer does not: the connection is cut when it begins to come. */
  cutNextAnswer(): void;
  /** Connections that were cut so far. */
  cuts(): number;
  close(): Promise<void>;
}

/** A network between a client and a port of loopback that can be cut, in this very process. */
export async function startCuttableProxy(targetPort: number): Promise<CuttableProxy> {
  const clients = new Set<Socket>();
  let isAway = false;
  let answersToCut = 0;
  let cutCount = 0;
  const cut = (socket: Socket) => {
    cutCount++;
    socket.resetAndDestroy();
  };
  const server = createServer((client) => {
    client.on("error", () => {});
    if (isAway) {
      cut(client);
      return;
    }
    const target = createConnection({ port: targetPort, host: "127.0.0.1" });
    clients.add(client);
    target.on("error", () => client.destroy());
    target.on("close", () => client.destroy());
    client.on("close", () => {
      clients.delete(client);
      target.destroy();
    });
    client.on("data", (data) => target.write(data));
    target.on("data", (data) => {
      if (answersToCut > 0) {
        answersToCut--;
        cut(client);
      } else client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    away: () => {
      isAway = true;
      for (const client of clients) cut(client);
    },
    back: () => {
      isAway = false;
      answersToCut = 0;
    },
    cutNextAnswer: () => {
      answersToCut++;
    },
    cuts: () => cutCount,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.destroy();
      }),
  };
}
