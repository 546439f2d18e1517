/** Yardstick of `startup`: the gateway's packages are imported, and one Elysia route is served. */
import * as googleSecretManager from "@google-cloud/secret-manager";
import * as cockatiel from "cockatiel";
import * as drizzle from "drizzle-orm/postgres-js";
import { Elysia } from "elysia";
import iconv from "iconv-lite";
import * as jose from "jose";
import postgres from "postgres";
import * as promClient from "prom-client";
import ssh2 from "ssh2";
import { z } from "zod";

/** Kept alive, so that a bundler cannot drop them. */
const imported = [cockatiel, drizzle, iconv, jose, postgres, promClient, ssh2, z, () => googleSecretManager];
const app = new Elysia().get("/readyz", () => new Response(`ready ${imported.length}`));
Bun.serve({ hostname: "127.0.0.1", port: Number(process.env.PORT), fetch: app.handle });
