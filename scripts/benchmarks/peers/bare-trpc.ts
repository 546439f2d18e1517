/** Yardstick of `http-overhead` and `startup`: Elysia and the tRPC adapter with one validated query, and nothing around it. */
import { isValidUbn } from "@luckygas/gateway-client";
import { initTRPC } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Elysia } from "elysia";
import { z } from "zod";

const t = initTRPC.create({ isDev: false });
const router = t.router({
  einvoice: t.router({
    checkUbn: t.procedure
      .input(z.object({ ubn: z.string().max(20) }))
      .output(z.object({ valid: z.boolean() }))
      .query(({ input }) => ({ valid: isValidUbn(input.ubn) })),
  }),
});

const app = new Elysia()
  .get("/readyz", () => new Response("ready"))
  .all("/trpc/*", ({ request }) => fetchRequestHandler({ endpoint: "/trpc", req: request, router }), { parse: "none" });
Bun.serve({ hostname: "127.0.0.1", port: Number(process.env.PORT), fetch: app.handle });
