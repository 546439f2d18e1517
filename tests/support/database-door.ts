import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./postgres.ts";

/** A door before the database that a test can shut, as a network fault, a proxy or a restart would. */
export interface DatabaseDoor {
  /** The database's address through the door. */
  url: string;
  /** Cuts every connection and refuses new ones. */
  shut(): Promise<void>;
  /** Cuts every connection; new ones are accepted and closed at once, as a proxy before a stopped database does. */
  turnAway(): void;
  /** Connections that were accepted and closed at once. */
  turnedAway(): number;
  /** Cuts every connection and goes on as before. */
  cut(): void;
  /** Nothing passes any more, and nothing is said of it: a cable was pulled. */
  silence(): void;
  open(): Promise<void>;
}

export async function createDatabaseDoor(databaseUrl: string): Promise<DatabaseDoor> {
  const port = await freePort();
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let mode: "open" | "silent" | "away" = "open";
  let server: Server | undefined;
  let turnedAway = 0;

  function join(client: Socket): void {
    if (mode === "away") {
      turnedAway += 1;
      client.on("error", () => {}); // it may be gone already
      client.resume();
      client.end();
      return;
    }
    const inside = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, inside],
      [inside, client],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes) => {
        if (mode === "open") to.write(bytes);
      });
      from.on("error", () => {}); // the other side is closed below
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const open = async () => {
    mode = "open";
    if (server) return;
    const opened = createServer(join);
    server = opened;
    await new Promise<void>((resolve) => opened.listen(port, "127.0.0.1", resolve));
  };
  await open();
  const through = new URL(databaseUrl);
  through.port = String(port);
  return {
    url: through.href,
    open,
    cut,
    silence: () => {
      mode = "silent";
    },
    turnedAway: () => turnedAway,
    turnAway: () => {
      mode = "away";
      cut();
    },
    shut: async () => {
      const closing = server;
      server = undefined;
      const closed = new Promise((resolve) => (closing ? closing.close(resolve) : resolve(undefined)));
      cut();
      await closed;
    },
  };
}
