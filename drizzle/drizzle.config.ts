import { defineConfig } from "drizzle-kit";

/** `bun run db:generate` writes the next forward-only migration from the tables of every house. */
export default defineConfig({
  dialect: "postgresql",
  schema: ["./src/*/tables.ts"],
  out: "./drizzle",
});
