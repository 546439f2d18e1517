import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Layout, loadLayout } from "../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../src/banking/rules/layouts/index.ts";
import { createItemFinder } from "../../src/banking/rules/match-line.ts";
import { encodePayment } from "../../src/banking/rules/payment-file.ts";
import { type ExpectedItem, reconcile } from "../../src/banking/rules/reconcile.ts";
import { type Benchmark, Unavailable } from "./benchmark.ts";

const RECORDS = 100_000;
/** As often as long as iconv and sha256sum over the same bytes, there and back. */
const TIMES_ALLOWED = 5;
const MEMORY_MIB_ALLOWED = 150;

/**
 * 100,000 debits become a file of 20 MB and its hash; its reply is read, hashed, added up and reconciled. The figure is
 * seconds against five times what iconv and sha256sum need for the same bytes, so a ratio of 1 is the limit.
 */
export const benchmark: Benchmark = {
  name: "bank-format",
  unit: "s",
  better: "less",
  yardstick: `${TIMES_ALLOWED} × (iconv + sha256sum, there and back)`,
  target: 1,
  prepare: async () => {
    for (const program of ["iconv", "sha256sum"]) {
      if (Bun.which(program) === null) throw new Unavailable(`${program} is needed (packages libc-bin, coreutils)`);
    }
    const home = await mkdtemp(join(tmpdir(), "gateway-format-bench-"));
    const [payment, reply] = [load("luckygas-b-payment"), load("luckygas-b-reply")];
    const items = Array.from({ length: RECORDS }, (_, index) => ({
      transactionId: `TX${index}`,
      accountNumber: String(10_000_000_000_000 + index),
      accountHolder: "許功蓋陳十全",
      amount: 500 + (index % 5_000),
      memo: "一月瓦斯費",
    }));
    const replyBytes = makeReply(reply, items);
    const big5 = join(home, "file.big5");
    await writeFile(big5, encode(payment, items));
    const job = () => run(payment, reply, items, replyBytes);
    job();
    const memoryMib = await measureMemory(job);
    console.error(`bank-format: ${memoryMib} MiB above the start after a run, ${MEMORY_MIB_ALLOWED} allowed`);
    return {
      measure: async () => {
        const startMs = performance.now();
        job();
        const value = (performance.now() - startMs) / 1000;
        return { value, yardstickValue: TIMES_ALLOWED * (await yardstick(big5)) };
      },
      close: () => rm(home, { recursive: true, force: true }),
    };
  },
};

type Item = Parameters<typeof encodePayment>[1]["items"][number];

function load(id: string): Layout {
  const loaded = loadLayout(builtInLayouts.get(id));
  if (!loaded.ok) throw new Error(loaded.problems.join());
  return loaded.layout;
}

function encode(layout: Layout, items: readonly Item[]): Uint8Array {
  const encoded = encodePayment(layout, {
    batchNumber: "202601310001",
    fileDate: "2026-01-31",
    paymentDate: "2026-02-02",
    clearingCode: "017",
    companyCode: "LUCKYGAS",
    fileValues: {},
    items,
  });
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems[0]));
  return encoded.bytes;
}

function makeReply(layout: Layout, items: readonly Item[]): Uint8Array {
  const total = items.reduce((sum, item) => sum + item.amount, 0);
  const encoded = layout.encode({
    header: { batchNumber: "202601310001", fileDate: "2026-02-02", clearingCode: "017" },
    details: items.map(({ transactionId }, index) => ({
      transactionId,
      bankReference: `REF${index}`,
      responseCode: "000",
      responseMessage: "交易成功",
      processedDate: "2026-02-02",
    })),
    trailer: { totalAmount: total, successAmount: total, failAmount: 0 },
  });
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems[0]));
  return encoded.bytes;
}

function run(payment: Layout, reply: Layout, items: readonly Item[], replyBytes: Uint8Array): void {
  createHash("sha256").update(encode(payment, items)).digest("hex");
  createHash("sha256").update(replyBytes).digest("hex");
  const decoded = reply.decode(replyBytes);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems[0]));
  const expected = items.map(
    (item, index): ExpectedItem => ({
      id: String(index),
      batchId: "batch",
      sequence: index + 1,
      fileDate: "2026-01-31",
      transactionId: item.transactionId,
      accountNumber: item.accountNumber,
      amount: item.amount,
      status: "pending",
    }),
  );
  const result = reconcile({
    content: decoded.content,
    findItem: createItemFinder({ items: expected, namedBatchId: "batch" }),
    expected,
    clearingCode: "017",
    responseCode: reply.responseCode,
    isReturn: reply.isReturn,
    isCorrection: false,
  });
  if (!result.holds || result.settled.size !== RECORDS) throw new Error("the reply does not add up");
}

/** Memory above the start, in MiB, right after a run: resident pages are hardly given back within one. */
async function measureMemory(job: () => void): Promise<number> {
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  job();
  return Math.round((process.memoryUsage().rss - before) / 1024 / 1024);
}

async function yardstick(big5: string): Promise<number> {
  const startMs = performance.now();
  const command = [
    `iconv -f CP950 -t UTF-8 '${big5}' -o '${big5}.utf8'`,
    `sha256sum '${big5}'`,
    `iconv -f UTF-8 -t CP950 '${big5}.utf8' -o '${big5}.back'`,
    `sha256sum '${big5}.back'`,
  ].join(" && ");
  const shell = Bun.spawn(["sh", "-c", command], { stdout: "ignore", stderr: "inherit" });
  if ((await shell.exited) !== 0) throw new Error("iconv or sha256sum failed");
  return (performance.now() - startMs) / 1000;
}
