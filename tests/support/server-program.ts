import { spawn } from "node:child_process";
import { createConnection } from "node:net";
import { waitFor } from "./wait-for.ts";

const COMPLAINTS_MAX = 2_000;

/**
 * A server program of the system on a port of loopback, ready when this resolves. It ends with the tests' process, or when
 * the function that is given back is called.
 */
export async function startServerProgram(program: string, args: string[], port: number): Promise<() => Promise<void>> {
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  server.stderr.on("data", (data: Buffer) => {
    complaints = (complaints + data.toString()).slice(-COMPLAINTS_MAX);
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);
  await waitFor(`${program} to listen`, () => {
    if (server.exitCode !== null) throw new Error(`${program} ended: ${complaints}`);
    return listens(port);
  });
  return async () => {
    process.removeListener("exit", kill);
    server.kill("SIGTERM");
    await ended;
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
