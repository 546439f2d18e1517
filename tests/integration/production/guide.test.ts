import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { cloudLogEntry, matchesQuery } from "../../support/cloud-logging.ts";
import { type GatewayProcess, startGatewayProcess } from "../../support/gateway-process.ts";
import { createTestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";

const PASSWORD = "the-guide-is-tried-0001";
const root = join(import.meta.dir, "../../..");
const guide = readFileSync(join(root, "scripts/deploy/GUIDE.md"), "utf8");

/** The text between a heading and the next one of the same level. */
function section(title: string): string {
  const begin = guide.indexOf(`## ${title}`);
  expect(begin).toBeGreaterThan(0);
  const end = guide.indexOf("\n## ", begin + 3);
  return guide.slice(begin, end < 0 ? undefined : end);
}

describeWith(["curl"], "the guide's verification calls, against the simulated world", () => {
  const calls = section("3. Verification")
    .split("\n")
    .filter((line) => line.startsWith("curl "));
  let folder: string;
  let gateway: GatewayProcess;
  let token: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gateway-guide-"));
    await writeFile(join(folder, "first-superuser-password"), PASSWORD);
    gateway = await startGatewayProcess({
      env: { DATA_DIR: join(folder, "data"), SECRETS_DIR: folder, SIMULATORS: "on" },
    });
    const signIn = section("3. Verification")
      .split("\n")
      .find((line) => line.startsWith("TOKEN="));
    const run = Bun.spawn(["/bin/bash", "-c", `${signIn}; printf %s "$TOKEN"`], {
      env: { PATH: process.env.PATH, GATEWAY: gateway.url, PASSWORD },
    });
    token = await new Response(run.stdout).text();
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });
  afterAll(async () => {
    await gateway?.terminate();
    await rm(folder, { recursive: true, force: true });
  });

  const answers: [string, RegExp][] = [
    [
      "/api/v1/health/",
      /"services":\{.*"einvoice":\{"status":"(healthy|degraded)".*"banking_mega":\{.*"sms_every8d":\{/,
    ],
    ["/api/v1/einvoice/health", /"status":"(healthy|degraded)".*"circuit_breaker":"closed"/],
    ["/api/v1/einvoice/test", /"outcome":"accepted"/],
    ["/api/v1/banking/mega/status", /"bank":"mega"/],
    ["/api/v1/banking/mega/test-upload", /"ok":true|"passed":true|"rename/],
    ["/api/v1/sms/test", /"id":"[0-9a-f-]{36}".*"status":"queued"/],
    ["/api/v1/who-am-i", /"subject":"admin","role":"super_admin"/],
    ["/api/v1/audit-entries", /"action":"sms.sendMessage"/],
    ["/readyz", /^ready$/],
    ["/metrics", /^# HELP /],
  ];

  test("are all known to this test", () => expect(calls.length).toBe(answers.length));

  for (const [index, [path, expected]] of answers.entries()) {
    test(`${path}`, async () => {
      const call = calls[index] ?? "";
      expect(call).toContain(path);
      const run = Bun.spawn(["/bin/bash", "-c", call], {
        env: { PATH: process.env.PATH, GATEWAY: gateway.url, TOKEN: token },
        stdout: "pipe",
        stderr: "pipe",
      });
      const [said, problem] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
      expect({ code: await run.exited, problem }).toEqual({ code: 0, problem: "" });
      expect(said).toMatch(expected);
    });
  }
});

describeWith(["postgres"], "the guide's SQL", () => {
  test("runs as written on a fresh database", async () => {
    const statements = [...guide.matchAll(/```sql\n([^`]+)```/g)].map((match) => match[1] ?? "");
    expect(statements.length).toBeGreaterThanOrEqual(1);
    const database = await createTestDatabase();
    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    for (const statement of statements) await sql.unsafe(statement);
    const [seller] = await sql`SELECT ubn, is_active FROM einvoice_sellers`;
    expect(seller).toEqual({ ubn: "04595257", is_active: true });
    await sql.end();
    await database.close();
  });
});

describe("what the guide says of texts, files and names", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(root, "src", name), "utf8"))
    .join("\n")
    // A text that is written in two pieces is one text.
    .replaceAll(/[`"] \+\n\s*[`"]/g, "");

  test("every error text of the table is one that the gateway says", () => {
    const rows = section("5. Troubleshooting")
      .split("\n")
      .flatMap((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? []);
    expect(rows.length).toBeGreaterThan(15);
    const missing = rows.flatMap((row) =>
      row.split("…").filter((piece) => piece.trim().length >= 6 && !sources.includes(piece)),
    );
    expect(missing).toEqual([]);
  });

  test("every file it names is there", () => {
    const names = [...guide.matchAll(/(?:^|[\s(`])((?:scripts|drizzle|tests|src)\/[\w./-]+\.\w+)/g)].map(
      (match) => match[1] ?? "",
    );
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });

  test("every alert it names is one of the rules", () => {
    const rules = readFileSync(join(root, "scripts/deploy/prometheus-alerts.yml"), "utf8");
    const named = [...section("6. Unknown").matchAll(/`([A-Z]\w+[A-Z]\w*)`/gi)].map((match) => match[1] ?? "");
    const alerts = named.filter((name) => /^(EInvoice|Bank|SMS)[A-Z]/.test(name));
    expect(alerts.length).toBeGreaterThanOrEqual(4);
    for (const alert of alerts) expect(rules).toContain(`alert: ${alert}`);
  });

  test("its log queries are understood and match lines of their kind alone", () => {
    const queries = [...section("4. Sight").matchAll(/```\n([^`]+)```/g)].map((match) => match[1] ?? "");
    const lines = [
      '{"severity":"ERROR","message":"x","service":"einvoice"}',
      '{"severity":"WARNING","message":"x","service":"banking","bank_code":"mega","error_type":"SFTPConnectionError"}',
      '{"severity":"ERROR","message":"Circuit breaker opened for SMS provider every8d","time":"2026-01-31T00:00:00Z"}',
    ];
    expect(queries.length).toBe(3);
    const found = queries.map((query) => lines.map((line) => matchesQuery(cloudLogEntry(line), query)));
    expect(found).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });
});
