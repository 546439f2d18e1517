import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayClient } from "@luckygas/gateway-client";
import { doMainJob } from "../../../scripts/lib/main-job.ts";
import { type GatewayProcess, startGatewayProcess } from "../../support/gateway-process.ts";
import { waitFor } from "../../support/wait-for.ts";

const ROUNDS = 6;
const SETTLE_MS = 240_000;

/**
 * The demo as a person runs it: embedded database, simulated parties in the same process. The process is killed at a
 * moment further into the job each time; the parties remember, as real ones do.
 */
test(
  "kill -9 in the middle of the demo's job: after a restart everything accepted is finished or visible",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "gateway-demo-"));
    const env = { DATA_DIR: folder, SIMULATORS: "on" };
    for (let round = 0; round < ROUNDS; round += 1) {
      const gateway = await startGatewayProcess({ env });
      const job = run(gateway).catch(() => undefined); // the connection is cut by the kill
      await Bun.sleep(40 + round * 120);
      await gateway.kill();
      await job;
    }
    const gateway = await startGatewayProcess({ env });
    const result = await run(gateway);
    expect(result.ok).toBe(true);
    const client = await gateway.client();
    await waitFor("everything to be settled", () => isSettled(client), SETTLE_MS);
    const invoices = await client.einvoice.listInvoices.query({});
    const numbers = invoices.items.map(({ invoiceNumber }) => invoiceNumber).sort();
    expect(numbers).toEqual(numbers.map((_, index) => `DM${10_000_000 + index}`));
    expect(await gateway.terminate()).toBe(0);
    await rm(folder, { recursive: true, force: true });
  },
  SETTLE_MS + 120_000,
);

async function run(gateway: GatewayProcess) {
  const [maker, approver] = await Promise.all([gateway.client("maker"), gateway.client("approver")]);
  return doMainJob({ maker, approver, tell: () => {}, now: new Date() });
}

/** Drafts that nobody sent stay drafts; everything that was ordered has an end, or says that nobody knows. */
async function isSettled(client: GatewayClient): Promise<boolean> {
  const invoices = await client.einvoice.listInvoices.query({});
  const batches = await client.banking.listBatches.query({});
  const messages = await client.sms.listMessages.query({});
  const underWay = [
    ...invoices.items.filter(({ status }) => status !== "accepted"),
    ...batches.items.filter(({ status }) => ["sending", "sent", "acknowledged"].includes(status)),
    ...messages.items.filter(({ status }) => !["delivered", "unknown"].includes(status)),
  ];
  return underWay.length === 0;
}
