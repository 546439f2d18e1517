import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { approvedBatch, type BankingProcess, startProcess } from "../../integration/banking/banking-kit.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { type Sshd, startSshd } from "../../support/sshd.ts";
import { waitFor } from "../../support/wait-for.ts";
import { untilOver } from "./matrix-kit.ts";

/**
 * Requests of a submission of this size: look (1), open, write, flush, close (2-5), open, read, read, close to verify (6-9),
 * rename (10).
 */
const REQUESTS = 10;
const cells = Array.from({ length: REQUESTS }, (_, index) =>
  (["before", "after"] as const).map((moment) => ({ killAt: index + 1, moment })),
).flat();
/** Processes at a time. */
const GROUP = 4;
const SETTLE_MS = 600_000;

describeWith(["postgres", "sshd"], "kill -9 at every request of a submission to a real OpenSSH server", () => {
  let database: TestDatabase;
  let sshd: Sshd;
  let gateway: BankingProcess;
  beforeAll(async () => {
    [database, sshd] = await Promise.all([createTestDatabase(), startSshd({ config: ["MaxStartups 100"] })]);
    gateway = await startProcess({ ...processOptions(), jobs: false });
  });
  afterAll(async () => {
    await sshd?.close();
    await gateway?.stop();
    await database?.close();
  });

  const secret = () =>
    JSON.stringify({ sftp_username: sshd.credentials.username, sftp_private_key: sshd.credentials.privateKey });
  const bank = () => ({
    bankCode: "mega",
    bankName: "兆豐銀行",
    sftpHost: sshd.host,
    sftpPort: sshd.port,
    uploadPath: sshd.uploadPath,
    downloadPath: sshd.downloadPath,
    fileFormat: "fixed_width" as const,
    encoding: "BIG5",
    hostKeyPins: [sshd.hostKeyPin],
    connectionsMax: 20,
  });
  const processOptions = () => ({
    url: database.url,
    secrets: { "banking-mega-credentials": secret() },
    defaultBanks: [bank()],
    timeouts: { connectMs: 10_000, requestMs: 10_000, acquireMs: 30_000 },
  });

  async function dieAt(cell: (typeof cells)[number], batchId: string): Promise<string | null> {
    const settings = JSON.stringify({ url: database.url, secret: secret(), bank: bank(), batchId, ...cell });
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "gateway-process.ts"), settings], {
      stdout: "ignore",
      stderr: "pipe",
    });
    const complaints = new Response(child.stderr).text();
    const timer = setTimeout(() => child.kill("SIGTERM"), 180_000);
    await child.exited;
    clearTimeout(timer);
    if (child.signalCode !== "SIGKILL") throw new Error(`not killed at ${JSON.stringify(cell)}: ${await complaints}`);
    return child.signalCode;
  }

  test(
    "the file is there exactly once, whole, and nothing else; a restart finds out by looking",
    async () => {
      const work = cells.map(async (cell) => ({ cell, ...(await approvedBatch(gateway)) }));
      const batches = await Promise.all(work);
      for (let start = 0; start < batches.length; start += GROUP) {
        await Promise.all(batches.slice(start, start + GROUP).map(({ cell, batchId }) => dieAt(cell, batchId)));
      }
      const before = readdirSync(sshd.uploadPath);
      // Deaths at different requests leave different things behind; otherwise nothing was tested.
      expect(before.filter((name) => name.endsWith(".tmp")).length).toBeGreaterThan(4);
      const successor = await startProcess(processOptions());
      for (const { cell, batchId, file } of batches) {
        const batch = await untilOver(successor, batchId);
        expect({ cell, status: batch.status }).toEqual({ cell, status: "sent" });
        const bytes = readFileSync(join(sshd.uploadPath, file.name));
        expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
      }
      successor.platform.jobs.wake("banking-clean-temporaries");
      // A try of the successor that failed may have left a temporary file of its own, which the cleaner takes away.
      await waitFor("no temporary file", () => readdirSync(sshd.uploadPath).every((name) => !name.endsWith(".tmp")));
      expect(new Set(readdirSync(sshd.uploadPath))).toEqual(new Set(batches.map(({ file }) => file.name)));
      await successor.stop();
    },
    SETTLE_MS,
  );
});
