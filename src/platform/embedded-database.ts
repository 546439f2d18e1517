import { join } from "node:path";
import { type DatabaseAddress, GATEWAY_PROGRAM } from "./database.ts";

export interface EmbeddedDatabase {
  address: DatabaseAddress;
  close(): Promise<void>;
}

/**
 * PostgreSQL inside this process (PGlite) behind a loopback socket, so that the same client code serves it and a real
 * server. It is a single session: one connection, no real concurrency. For the demo and quick tests; the caller holds
 * the lock of the folder.
 */
export async function startEmbeddedDatabase(dataFolder: string): Promise<EmbeddedDatabase> {
  const { PGlite } = await import("@electric-sql/pglite");
  const { PGLiteSocketServer } = await import("@electric-sql/pglite-socket");
  const engine = await PGlite.create(join(dataFolder, "postgres"));
  // It takes no name from a client; by the name changes by hand are told from the gateway's own.
  await engine.exec(`SET application_name = '${GATEWAY_PROGRAM}'`);
  const server = new PGLiteSocketServer({ db: engine, host: "127.0.0.1", port: 0, maxConnections: 4 });
  await server.start();
  return {
    address: { url: `postgres://postgres@${server.getServerConn()}/postgres` },
    close: async () => {
      await server.stop();
      await engine.close();
    },
  };
}
