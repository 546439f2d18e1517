import { join } from "node:path";
import { mintToken } from "../../src/platform/auth.ts";
import { Secret } from "../../src/platform/secret.ts";
import { createTestDatabase } from "../../tests/support/postgres.ts";
import type { Benchmark } from "./benchmark.ts";
import { cpuMicroseconds, type ServerProcess, startServerProcess } from "./support/server-process.ts";

const REQUESTS = 20_000;
const CONNECTIONS = 16;
const KEY = "benchmark-key-0123456789abcdef-0123456789";
const root = join(import.meta.dir, "../..");

/**
 * CPU of the server per authenticated, validated tRPC query, beside a bare Elysia with the same query. The target of
 * 1.5 × the bare server's CPU is a ratio of 1 / 1.5.
 */
export const httpOverhead: Benchmark = {
  name: "http-overhead",
  unit: "µs CPU per request",
  better: "less",
  yardstick: "bare Elysia with the tRPC adapter",
  target: 0.667,
  prepare: async () => {
    const database = await createTestDatabase();
    const token = await mintToken(
      new Secret(KEY),
      { subject: "bench", role: "service", validForSeconds: 3600 },
      new Date(),
    );
    const ours = await startServerProcess([process.execPath, join(root, "src/main.ts")], {
      ENVIRONMENT: "test",
      DATABASE_URL: database.url,
      JWT_SECRET_KEY: KEY,
      LOG_LEVEL: "WARNING",
      RUN: "api",
    });
    const bare = await startServerProcess([process.execPath, join(import.meta.dir, "peers/bare-trpc.ts")], {});
    await cpuPerRequest(ours, token);
    await cpuPerRequest(bare, token);
    return {
      measure: async () => ({
        yardstickValue: await cpuPerRequest(bare, token),
        value: await cpuPerRequest(ours, token),
      }),
      close: async () => {
        await Promise.all([ours.stop(), bare.stop()]);
        await database.close();
      },
    };
  },
};

async function cpuPerRequest(server: ServerProcess, token: string): Promise<number> {
  const input = encodeURIComponent(JSON.stringify({ ubn: "04595257" }));
  const url = `${server.url}/trpc/einvoice.checkUbn?input=${input}`;
  const headers = { authorization: `Bearer ${token}` };
  const before = cpuMicroseconds(server.pid);
  let left = REQUESTS;
  const ask = async () => {
    while (left-- > 0) {
      const response = await fetch(url, { headers });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  return (cpuMicroseconds(server.pid) - before) / REQUESTS;
}
