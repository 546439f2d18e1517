import { join } from "node:path";
import { createGatewayClient, type GatewayClient, type Role } from "@luckygas/gateway-client";
import { mintToken } from "../../src/platform/auth.ts";
import { Secret } from "../../src/platform/secret.ts";
import { freePort } from "./postgres.ts";
import { waitFor } from "./wait-for.ts";

const root = join(import.meta.dir, "../..");
export const testSigningKey = "test-signing-key-0123456789abcdef-0123";

const READY_MS = 60_000;
/** Characters of its log that a gateway which does not become ready leaves in the failure. */
const TOLD_MAX = 4_000;

export interface GatewayProcess {
  url: string;
  pid: number;
  /** Lines of standard output: the log. */
  output(): string;
  errors(): string;
  /** A typed client with a token of this subject and role. */
  client(subject?: string, role?: Role): Promise<GatewayClient>;
  /** kill -9: no handler of the process runs. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  terminate(): Promise<number>;
  exited: Promise<number>;
}

export interface GatewayProcessOptions {
  env: Record<string, string>;
  /** Fixed port, for a restart under the same address. */
  port?: number;
  /** Resolve as soon as the process exists, ready or not. */
  dontWait?: boolean;
}

/** The real server as a process of its own, as it runs in production, with nothing of the test's environment but PATH. */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = Bun.spawn([process.execPath, "src/main.ts"], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      ENVIRONMENT: "test",
      JWT_SECRET_KEY: testSigningKey,
      PORT: String(port),
      PUBLIC_BASE_URL: url,
      ...options.env,
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  process.once("exit", () => child.kill("SIGKILL"));
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  if (!options.dontWait) {
    await waitFor(
      "the gateway to be ready",
      async () => {
        if (child.exitCode !== null) throw new Error(`the gateway ended: ${errors()} ${output()}`);
        return fetch(`${url}/readyz`).then(
          (response) => response.ok,
          () => false,
        );
      },
      READY_MS,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${errors()} ${output().slice(-TOLD_MAX)}`);
    });
  }
  return {
    url,
    pid: child.pid,
    output,
    errors,
    client: async (subject = "tester", role = "manager") => {
      const token = await mintToken(
        new Secret(testSigningKey),
        { subject, role, validForSeconds: 24 * 3600 },
        new Date(),
      );
      return createGatewayClient({ url, token });
    },
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
    terminate: () => {
      child.kill("SIGTERM");
      return child.exited;
    },
    exited: child.exited,
  };
}

function collect(stream: ReadableStream<Uint8Array>): () => string {
  let text = "";
  const decoder = new TextDecoder();
  const read = async () => {
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  };
  read().catch(() => {}); // the stream ends with the process
  return () => text;
}
