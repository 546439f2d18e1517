import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AuditEntryView, createGatewayClient } from "@luckygas/gateway-client";
import { doMainJob, type JobResult } from "../../../scripts/lib/main-job.ts";
import { cloudLogEntry, matchesQuery } from "../../support/cloud-logging.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { missingParts } from "../../support/missing-parts.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const PASSWORD = "correct-horse-battery-staple-0001";
const OTP = "839201";
const METRICS_TOKEN = "metrics-token-0123456789";

/** The gateway's own example of a number, in its messages. */
const EXAMPLE_IN_RULES = "e.g. 0912345678 or +886912345678";

/** Nothing of this may ever stand in a log, a metric, an error or the audit chain. */
const canaries = {
  "a telephone number": ["0912345678", "912345678", "0987654321", "987654321"],
  "a text": ["王大明", "您的瓦斯正在配送中", OTP],
  "an account": ["01234567890123", "01234567890124", "01234567890125"],
  "a person": ["張三", "許功蓋", "陳十全"],
  "a password": [PASSWORD, "the-password-before-it-was-changed", "wrong-password-of-somebody"],
  "the signing key": [testSigningKey],
  "the metrics token": [METRICS_TOKEN],
};

/** Names that design and guide fix, each with a label set that the main job must have filled. */
const fixedMetrics = [
  'einvoice_requests_total{endpoint="',
  'einvoice_request_duration_seconds_count{endpoint="',
  "einvoice_circuit_breaker_state 0",
  "einvoice_success_rate 1",
  'banking_sftp_connections{bank_code="mega"}',
  'banking_sftp_failures_total{bank_code="ctbc",error_type="connect"}',
  'banking_file_transfers_total{bank_code="mega",direction="upload",status="success"}',
  'banking_file_transfers_total{bank_code="mega",direction="download",status="success"}',
  'banking_transfer_duration_seconds_count{bank_code="mega",direction="upload"}',
  'banking_reconciliation_accuracy{bank_code="mega"} 1',
  'sms_messages_sent_total{provider="every8d",status="success",message_type="out_for_delivery"}',
  'sms_messages_delivered_total{provider="every8d",message_type="out_for_delivery"}',
  'sms_message_cost_twd_count{provider="every8d"}',
  'sms_provider_latency_seconds_count{provider="every8d",operation="',
  'sms_provider_health{provider="every8d"} ',
  'http_requests_total{route="trpc",status="200"}',
  'gateway_service_status{service="database"} 1',
  'gateway_service_status{service="banking_mega"} ',
  'gateway_secret_available{secret="jwt-secret-key"} 1',
  'gateway_secret_available{secret="einvoice-certificate"} 0',
  'gateway_bank_batches{status="held"} 0',
  'gateway_sms_messages{status="unknown"} ',
  'gateway_busiest_caller_calls{role="manager"} ',
  "gateway_callers_refused_total",
  "gateway_logins_refused_total 1",
  "gateway_state_known 1",
];

describeWith(["postgres"], "a whole run, seen from outside", () => {
  let world: OutsideWorld;
  let gateway: GatewayProcess;
  let result: JobResult;
  let metrics: string;

  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: 100 });
    await writeFile(
      join(world.env.SECRETS_DIR ?? "", "first-superuser-password"),
      "the-password-before-it-was-changed",
    );
    await writeFile(
      join(world.env.SECRETS_DIR ?? "", "banking-ctbc-credentials"),
      JSON.stringify({ sftp_username: "luckygas", sftp_password: "hunter2hunter2" }),
    );
    await world.sql`INSERT INTO bank_configurations
      (bank_code, bank_name, sftp_host, sftp_port, upload_path, download_path, file_format, encoding, is_active)
      VALUES ('ctbc', '中國信託', '127.0.0.1', 1, '/payment/upload', '/payment/download', 'csv', 'UTF-8', true)`;
    await world.sql`UPDATE provider_configs SET cost_per_segment = '0.85' WHERE provider = 'every8d'`;
    gateway = await startGatewayProcess({
      port: world.port,
      env: { ...world.env, LOG_LEVEL: "DEBUG", GCP_PROJECT_ID: "luckygas-prod", METRICS_TOKEN },
    });
    result = await doMainJob({
      maker: await gateway.client("maker"),
      approver: await gateway.client("approver"),
      tell: () => {},
      now: new Date(),
    });
    metrics = await afterwards();
  }, 240_000);
  afterAll(async () => {
    await gateway?.terminate();
    await world?.close();
  });

  const scrape = async () => {
    const response = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    expect(response.status).toBe(200);
    return response.text();
  };

  /** What else happens in a life: a one-time code, bad input, a bank that is down, providers that fail, sign-ins. */
  async function afterwards(): Promise<string> {
    const maker = await gateway.client("maker");
    const send = (key: string, input: { to: string; text: string; messageType?: "otp" }) =>
      maker.sms.sendMessage.mutate({ idempotencyKey: key, ...input });
    const code = await maker.sms.sendMessage
      .mutate({ idempotencyKey: "otp-00000001", to: "0987654321", text: `【幸福氣】驗證碼 ${OTP}` })
      .then(({ id }) => id);
    await waitFor("the code to be delivered", async () => {
      const { status } = await maker.sms.getMessage.query({ id: code });
      return status === "delivered";
    });
    await send("bad-00000001", { to: "0912345678x", text: OTP }).catch(() => {});
    await maker.banking.testConnection.mutate({ bank: "ctbc" }).catch(() => {});
    const anonymous = createGatewayClient({ url: gateway.url });
    await anonymous.system.login.mutate({ username: "admin", password: "wrong-password-of-somebody" }).catch(() => {});
    await writeFile(join(world.env.SECRETS_DIR ?? "", "first-superuser-password"), PASSWORD);
    const signedIn = await anonymous.system.login.mutate({ username: "admin", password: PASSWORD });
    expect(signedIn).toMatchObject({ subject: "admin", role: "super_admin" });
    await breakEverything();
    return scrape();
  }

  /** Opens the breakers of the e-invoice platform and of the SMS provider. */
  async function breakEverything(): Promise<void> {
    const maker = await gateway.client("maker");
    world.every8d.faults.add({ operation: "*", kind: "reply", status: 503, body: "", times: 1_000 });
    world.einvoicePlatform.faults.add({ operation: "*", kind: "reply", status: 503, body: "", times: 1_000 });
    for (let count = 0; count < 8; count += 1) {
      await maker.sms.sendMessage.mutate({
        idempotencyKey: `break-${count}000`,
        to: `091200000${count}`,
        text: `第 ${count} 則`,
      });
      await maker.einvoice.issueInvoice.mutate({
        idempotencyKey: `break-${count}000`,
        buyer: { kind: "consumer" },
        lines: [{ description: "瓦斯", quantity: 1, unitPrice: 690 }],
        print: true,
      });
    }
    await waitFor(
      "both breakers to open",
      async () => {
        const rows = await world.sql`SELECT name FROM circuit_breakers WHERE opened_at IS NOT NULL`;
        const names = rows.map((row) => String(row.name)).join(" ");
        return names.includes("every8d") && names.includes("einvoice");
      },
      120_000,
    );
  }

  test("the main job is done", () => {
    expect(result.ok).toBe(true);
  });

  describe("metrics", () => {
    for (const name of fixedMetrics) {
      test(`${name}`, () => {
        const before = name.includes("einvoice_success_rate") || name.startsWith("einvoice_circuit");
        // After the breakers opened these two tell of it: only their presence is judged then.
        expect(metrics).toContain(before ? (name.split(" ")[0] ?? "") : name);
      });
    }

    test.skipIf(missingParts(["promtool"]).length > 0)("are clean for promtool", async () => {
      const check = Bun.spawn(["promtool", "check", "metrics"], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
      check.stdin.write(metrics);
      await check.stdin.end();
      const said = (await new Response(check.stdout).text()) + (await new Response(check.stderr).text());
      // Names that prom-client's own process metrics have had for years.
      const ours = said.split("\n").filter((line) => line !== "" && !/^(nodejs|process)_/.test(line));
      expect(ours).toEqual([]);
    });

    test("have labels from closed sets only", () => {
      const values = [...metrics.matchAll(/(\w+)="([^"]*)"/g)].map((match) => match[2] ?? "");
      const odd = values.filter((value) => !/^[\w.+-]{0,60}$/.test(value));
      expect(odd).toEqual([]);
    });

    test("are not told without their token, and health tells the public neither hosts nor numbers", async () => {
      expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401);
      const health = await (await fetch(`${gateway.url}/api/v1/health/`)).text();
      expect(health).not.toMatch(/127\.0\.0\.1|(?<![\d.])\d{8}/);
      for (const found of Object.values(canaries).flat()) expect(health).not.toContain(found);
    });
  });

  describe("the guide's log queries find what they should", () => {
    const entries = () => gateway.output().trim().split("\n").map(cloudLogEntry);
    const queries: [string, string, RegExp][] = [
      [
        "e-invoice errors",
        'resource.type="cloud_run_revision"\njsonPayload.service="einvoice"\nseverity>=ERROR',
        /Circuit breaker opened for the e-invoice platform/,
      ],
      [
        "SFTP failures",
        'resource.type="cloud_run_revision"\njsonPayload.bank_code="ctbc"\njsonPayload.error_type="SFTPConnectionError"',
        /ctbc/,
      ],
      [
        "SMS circuit breaker events",
        'resource.type="cloud_run_revision"\ntextPayload=~"Circuit breaker opened for SMS provider"',
        /^Circuit breaker opened for SMS provider every8d$/,
      ],
    ];
    for (const [what, query, expected] of queries) {
      test(what, () => {
        const found = entries().filter((entry) => matchesQuery(entry, query));
        expect(found.length).toBeGreaterThan(0);
        expect(found.some((entry) => expected.test(String(entry.textPayload ?? entry.jsonPayload?.message)))).toBe(
          true,
        );
        expect(found.length).toBeLessThan(entries().length / 2);
      });
    }

    test("every line is JSON with severity, message and time", () => {
      for (const line of gateway.output().trim().split("\n")) {
        expect(JSON.parse(line)).toMatchObject({
          severity: expect.stringMatching(/^(DEBUG|INFO|WARNING|ERROR)$/),
          message: expect.any(String),
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        });
      }
    });
  });

  describe("nothing private is told", () => {
    const secrets = () => {
      const { every8d, einvoicePlatform, banks } = world;
      const contents = [
        every8d.credentials,
        einvoicePlatform.credentials,
        ...banks.map((b) => b.simulator.credentials),
      ];
      return contents
        .flatMap((content) => Object.entries(content))
        .filter(([name, value]) => /password|token|key/.test(name) && typeof value === "string" && value.length >= 8)
        .map(([, value]) => String(value));
    };
    const everything = () => ({ ...canaries, "a credential": [...secrets(), "hunter2hunter2"] });

    async function whereFound(text: string): Promise<string[]> {
      return Object.entries(everything()).flatMap(([what, values]) =>
        values.filter((value) => text.includes(value)).map((value) => `${what}: ${value}`),
      );
    }

    test("the canaries are really there to be found", async () => {
      expect(secrets().length).toBeGreaterThanOrEqual(3);
      const [row] = await world.sql`SELECT text FROM sms_messages WHERE text LIKE ${`%${OTP}%`}`;
      expect(await whereFound(String(row?.text))).toEqual([`a text: ${OTP}`]);
    });
    test("in the log", async () => expect(await whereFound(gateway.output() + gateway.errors())).toEqual([]));
    test("in the metrics", async () => expect(await whereFound(metrics)).toEqual([]));
    test("in the audit chain", async () => {
      const rows = await world.sql`SELECT row_to_json(audit_entries)::text AS entry FROM audit_entries`;
      expect(rows.length).toBeGreaterThan(10);
      expect(await whereFound(rows.map((row) => String(row.entry)).join("\n"))).toEqual([]);
    });
    test("in errors", async () => {
      const { token } = await createGatewayClient({ url: gateway.url }).system.login.mutate({
        username: "admin",
        password: PASSWORD,
      });
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const bodies = [
        { idempotencyKey: "canary-00001", to: "09876543210", text: OTP },
        { idempotencyKey: "canary-00001", to: "0987654321", text: OTP, provider: "0912345678" },
        { idempotencyKey: "otp-00000001", to: "0987654321", text: `${OTP}${"長".repeat(2_000)}` },
      ];
      for (const body of bodies) {
        const response = await fetch(`${gateway.url}/api/v1/sms/messages`, {
          method: "POST",
          headers,
          body: JSON.stringify(body),
        });
        expect(response.status).toBeGreaterThanOrEqual(400);
        const told = (await response.text()).replaceAll(EXAMPLE_IN_RULES, "");
        expect({ told, found: await whereFound(told) }).toEqual({ told, found: [] });
      }
    });
  });

  describe("the audit chain", () => {
    test("tells who did what, with the states before and after, and pages", async () => {
      const client = await gateway.client("auditor", "super_admin");
      const items: AuditEntryView[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.system.listAuditEntries.query({ limit: 7, ...(cursor && { cursor }) });
        items.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: items.length }, (_, n) => items.length - n));
      const of = (action: string) => items.filter((entry) => entry.action === action).reverse();
      expect(of("einvoice.issueInvoice")[0]).toMatchObject({ actor: "maker", role: "manager", phase: "applied" });
      expect(of("banking.approveBatch")).toMatchObject([
        { phase: "begun", actor: "approver", before: { status: "sealed" } },
        { phase: "applied", actor: "approver", before: { status: "sealed" }, after: { status: "approved" } },
      ]);
      expect(of("system.login")).toMatchObject([
        { phase: "refused", actor: "admin", after: { outcome: "wrong_credentials" } },
        { phase: "applied", actor: "admin", after: { outcome: "signed_in" } },
        { phase: "applied", actor: "admin" },
      ]);
      expect(of("secret.changed")).toMatchObject([
        {
          phase: "applied",
          actor: "system",
          role: null,
          object: "first-superuser-password",
          before: null,
          after: null,
        },
      ]);
      expect(of("sql.insert").map(({ object }) => object)).toContain("provider_configs/every8d");
      const [approval] = of("banking.approveBatch");
      const found = await client.system.listAuditEntries.query({ object: approval?.object ?? "", limit: 200 });
      expect(found.items.length).toBeGreaterThanOrEqual(6);
      expect(new Set(found.items.map(({ object }) => object)).size).toBe(1);
    });

    test("is checked by a script, which finds a change", async () => {
      const verify = async (...args: string[]) => {
        const run = Bun.spawn([process.execPath, "scripts/verify-audit.ts", ...args], {
          cwd: join(import.meta.dir, "../../.."),
          env: { PATH: process.env.PATH, ENVIRONMENT: "test", ...world.env },
          stdout: "pipe",
          stderr: "pipe",
        });
        return { code: await run.exited, text: await new Response(run.stdout).text() };
      };
      const whole = await verify();
      const anchorSeq = /head (\d+):/.exec(whole.text)?.[1];
      expect(whole).toMatchObject({ code: 0, text: expect.stringContaining("the chain is whole; head ") });
      await world.sql`ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only`;
      await world.sql`UPDATE audit_entries SET actor = 'somebody' WHERE seq = 3`;
      expect(await verify()).toMatchObject({ code: 1, text: expect.stringContaining("entry 3: changed") });
      const { text } = await verify("--anchor", `${anchorSeq}:${"0".repeat(64)}`);
      expect(text).toContain("not_the_anchor");
    });
  });
});
