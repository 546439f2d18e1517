import { createEinvoice } from "../../../src/einvoice/index.ts";
import { consumerInvoice } from "../../integration/einvoice/harness.ts";
import { createTestPlatform } from "../../support/platform.ts";

/**
 * A gateway process to be killed: issues under keys `<run>-<caller>-<turn>` as fast as it can, uploads as it goes, and prints
 * `key number` for every invoice that it has answered for.
 */
const [url = "", platformUrl = "", credentials = "", seller = "", run = ""] = process.argv.slice(2);
const CALLERS = 16;
const TURNS_MAX = 400;

const platform = createTestPlatform({ url, secrets: { "einvoice-api-credentials": credentials } });
const einvoice = createEinvoice(platform, {
  defaultSeller: { ...JSON.parse(seller), transport: "platform-json", config: { requestTimeoutMs: 500 } },
  overrideBaseUrl: platformUrl,
  pollIntervalMs: 20,
  leaseMs: 1_000,
  breaker: { failuresToOpen: 1_000, openForMs: 300_000 },
  pacing: { baseMs: 20, maxMs: 200 },
});
await einvoice.start();
platform.jobs.start();
const context = { caller: { subject: "caller", role: "service" as const }, requestId: "", log: platform.log };

await Promise.all(
  Array.from({ length: CALLERS }, async (_, caller) => {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      const key = `run-${run}-${caller}-${turn}`;
      const invoice = await einvoice.handlers.issueInvoice(consumerInvoice(key, 100 + caller), context);
      process.stdout.write(`${key} ${invoice.invoiceNumber}\n`);
    }
  }),
);
