import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Faults } from "./faults.ts";

const BODY_BYTES_MAX = 4 * 1024 * 1024;

export interface SimulatorRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
}

export interface SimulatorReply {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** One operation of the simulated party: its name (for faults) and what it does. */
export interface SimulatedOperation {
  operation: string;
  handle(): Promise<SimulatorReply> | SimulatorReply;
}

export interface HttpSimulator {
  /** Base address on loopback, without a trailing slash. */
  url: string;
  close(): Promise<void>;
}

export interface HttpSimulatorOptions {
  route(request: SimulatorRequest): SimulatedOperation | undefined;
  faults: Faults;
  /** 0 or absent: any free port. */
  port?: number;
}

/** An HTTP party on loopback that can be told to delay, to cut connections and to answer wrongly. */
export async function createHttpSimulator(options: HttpSimulatorOptions): Promise<HttpSimulator> {
  const server = createServer((incoming, outgoing) => {
    answer(options, incoming, outgoing).catch((error: unknown) => {
      outgoing.statusCode = 500;
      outgoing.end(error instanceof Error ? error.message : "simulator failure");
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the simulator has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  options: HttpSimulatorOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = await readRequest(incoming);
  const operation = options.route(request);
  if (!operation) return send(outgoing, { status: 404, body: "no such address" });
  const fault = options.faults.take(operation.operation);
  if (fault?.kind === "drop_before") return cut(incoming);
  if (fault?.kind === "reply") return send(outgoing, { status: fault.status ?? 200, body: fault.body ?? "" });
  const reply = await operation.handle();
  if (fault?.kind === "drop_after") return cut(incoming);
  if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000));
  send(outgoing, reply);
}

async function readRequest(incoming: IncomingMessage): Promise<SimulatorRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_BYTES_MAX) throw new Error("body too large");
    chunks.push(bytes);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method: incoming.method ?? "GET",
    url: new URL(incoming.url ?? "/", "http://127.0.0.1"),
    headers,
    body: Buffer.concat(chunks),
  };
}

function send(outgoing: ServerResponse, reply: SimulatorReply): void {
  outgoing.writeHead(reply.status, { "content-type": "text/plain; charset=utf-8", ...reply.headers });
  outgoing.end(reply.body);
}

/** A real cut: the peer sees the connection reset, not an orderly end. */
function cut(incoming: IncomingMessage): void {
  incoming.socket.destroy();
}
