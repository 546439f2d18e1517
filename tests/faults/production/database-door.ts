import { connect, createServer, type Socket } from "node:net";

/** A door before the database that a test can shut, as a network fault or a restart would. */
export interface DatabaseDoor {
  /** The database's address through the door. */
  url: string;
  /** Cuts every connection and refuses new ones. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

export async function createDatabaseDoor(databaseUrl: string, port: number): Promise<DatabaseDoor> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const inside = connect(Number(target.port), target.hostname);
    for (const socket of [client, inside]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => {}); // the other side is closed below
    }
    client.on("close", () => inside.destroy());
    inside.on("close", () => client.destroy());
    client.pipe(inside).pipe(client);
  });
  const open = () => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await open();
  const through = new URL(databaseUrl);
  through.port = String(port);
  return {
    url: through.href,
    open,
    shut: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
