import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { doMainJob } from "../../../scripts/lib/main-job.ts";
import { type GatewayProcess, startGatewayProcess } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { createTestDatabase, postgresPrograms, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";

const root = join(import.meta.dir, "../../..");

describeWith(["postgres"], "a backup that is restored, as the guide tells", () => {
  let world: OutsideWorld;
  let restored: TestDatabase;
  let folder: string;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gateway-backup-"));
    world = await startOutsideWorld({ numbers: 100 });
    restored = await createTestDatabase({ migrated: false });
    gateway = await startGatewayProcess({ port: world.port, env: world.env });
  });
  afterAll(async () => {
    await gateway?.terminate();
    await world?.close();
    await restored?.close();
    await rm(folder, { recursive: true, force: true });
  });

  function run(command: string[], env: Record<string, string> = {}): { code: number; said: string } {
    const done = Bun.spawnSync(command, { cwd: root, env: { PATH: process.env.PATH, ...env } });
    return { code: done.exitCode, said: done.stdout.toString() + done.stderr.toString() };
  }
  const program = (name: string) => join(postgresPrograms() ?? "", name);
  const verify = (url: string, ...args: string[]) =>
    run([process.execPath, "scripts/verify-audit.ts", ...args], {
      ENVIRONMENT: "test",
      ...world.env,
      DATABASE_URL: url,
    });
  const headOf = (said: string) => /head (\d+:[0-9a-f]{64})/.exec(said)?.[1] ?? "";
  const issue = async (key: string) =>
    (await gateway.client()).einvoice.issueInvoice.mutate({
      idempotencyKey: key,
      buyer: { kind: "consumer" },
      lines: [{ description: "家用瓦斯", quantity: 1, unitPrice: 690 }],
      print: true,
    });

  test("the gateway starts on it and goes on; the audit chain is whole, and a later anchor tells what is lacking", async () => {
    const [maker, approver] = [await gateway.client("maker"), await gateway.client("approver")];
    const job = await doMainJob({ maker, approver, tell: () => {}, now: new Date() });
    expect(job.ok).toBe(true);
    const anchorBefore = headOf(verify(world.database.url).said);
    const dump = join(folder, "gateway.dump");
    expect(run([program("pg_dump"), "--format=custom", `--file=${dump}`, world.database.url])).toMatchObject({
      code: 0,
    });

    // What the backup does not know.
    const lost = await issue("after-backup-1");
    const anchorAfter = headOf(verify(world.database.url).said);
    await gateway.terminate();

    const restoring = run([program("pg_restore"), "--no-owner", "--exit-on-error", `--dbname=${restored.url}`, dump]);
    expect(restoring).toEqual({ code: 0, said: "" });
    expect(verify(restored.url, "--anchor", anchorBefore)).toMatchObject({
      code: 0,
      said: expect.stringContaining("the chain is whole"),
    });
    expect(verify(restored.url, "--anchor", anchorAfter)).toMatchObject({
      code: 1,
      said: expect.stringContaining("not_the_anchor"),
    });
    expect(
      run([process.execPath, "scripts/migrate.ts"], { ENVIRONMENT: "test", DATABASE_URL: restored.url }).said,
    ).toContain("The schema is up to date.");

    // The guide: the next number goes beyond the highest that the platform knows, before anything is issued.
    const sql = postgres(restored.url, { max: 1 });
    const highest = Number(lost.invoiceNumber.slice(2));
    await sql`UPDATE invoice_sequences SET current_number = ${highest + 1}`;
    await expect(Promise.resolve(sql`UPDATE audit_entries SET actor = 'somebody' WHERE seq = 1`)).rejects.toThrow(
      "append-only",
    );
    await sql.end();
    gateway = await startGatewayProcess({ port: world.port, env: { ...world.env, DATABASE_URL: restored.url } });
    const client = await gateway.client("maker");
    const { invoice } = job.summary;
    const [, period] = [invoice.number, lost.invoicePeriod];
    expect(
      await client.einvoice.getProof.query({ invoiceNumber: invoice.number, invoicePeriod: period }),
    ).toMatchObject({
      barcode: expect.any(String),
    });
    const next = await issue("after-restore-1");
    expect(Number(next.invoiceNumber.slice(2))).toBe(highest + 1);
    expect(verify(restored.url, "--anchor", anchorBefore)).toMatchObject({ code: 0 });
  }, 120_000);
});
