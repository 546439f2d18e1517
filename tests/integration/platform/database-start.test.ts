import { afterAll, expect, test } from "bun:test";
import { connect, createServer, type Socket } from "node:net";
import { startGatewayProcess } from "../../support/gateway-process.ts";
import { createTestDatabase, freePort } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";

/** More than the tries that a database gets which is not there at all. */
const REFUSALS = 7;
const closing: (() => Promise<unknown> | unknown)[] = [];

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

describeWith(["postgres"], "a gateway that starts while its database recovers", () => {
  test("waits until the database lets it in", async () => {
    const database = await createTestDatabase();
    closing.push(() => database.close());
    const door = await startRecoveringDoor(new URL(database.url), REFUSALS);
    const url = new URL(database.url);
    url.port = String(door.port);
    const gateway = await startGatewayProcess({ env: { DATABASE_URL: url.href } });
    closing.push(() => gateway.terminate());
    expect(door.refused()).toBe(REFUSALS);
  });
});

/** Answers the first connections as PostgreSQL does while it recovers, and leads the others to the real server. */
async function startRecoveringDoor(server: URL, refusals: number) {
  let refused = 0;
  const port = await freePort();
  const door = createServer((caller) => {
    caller.on("error", () => {});
    if (refused >= refusals) return lead(caller, server);
    refused += 1;
    caller.once("data", () => caller.end(recovering()));
  });
  await new Promise<void>((resolve) => door.listen(port, "127.0.0.1", resolve));
  closing.push(() => door.close());
  return { port, refused: () => refused };
}

function lead(caller: Socket, server: URL): void {
  const onward = connect(Number(server.port), server.hostname);
  onward.on("error", () => caller.destroy());
  caller.on("close", () => onward.destroy());
  caller.pipe(onward).pipe(caller);
}

/** `ErrorResponse` of the frontend/backend protocol: length, fields, end. */
function recovering(): Buffer {
  const fields = Buffer.from("SFATAL\0C57P03\0Mthe database system is starting up\0\0");
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
