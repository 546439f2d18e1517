import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import {
  consumerInvoice,
  context,
  createWorld,
  type EinvoiceWorld,
  type TestGateway,
  turnkeySeller,
} from "./harness.ts";

const CODES = ["F0401", "F0501", "F0701", "G0401", "G0501"];

let world: EinvoiceWorld;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "turnkey-"));
  for (const code of CODES) await mkdir(join(folder, "storage", code, "SRC"), { recursive: true });
  await mkdir(join(folder, "results"));
  world = await createWorld();
  await world.addRange(0, 49);
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const start = (): Promise<TestGateway> => world.start({ runJobs: true, defaultSeller: turnkeySeller(world, folder) });

/** Turnkey takes what waits for a code; resolves to the contents. */
async function takeAll(code: string): Promise<string[]> {
  const source = join(folder, "storage", code, "SRC");
  const names = await waitFor(`a file of ${code}`, async () => {
    const found = await readdir(source);
    return found.length > 0 && found;
  });
  const target = join(folder, "storage", code, "BAK", "20250115", "10");
  await mkdir(target, { recursive: true });
  return Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(source, name), "utf8");
      await rename(join(source, name), join(target, name));
      return content;
    }),
  );
}

let files = 0;
async function summary(code: string, list: "Good" | "Failed", numbers: string[]): Promise<void> {
  files += 1;
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll("-", "");
  const invoices = numbers.map(
    (number) => `<Invoice><ReferenceNumber>${number}</ReferenceNumber><InvoiceDate>${day}</InvoiceDate></Invoice>`,
  );
  const detail = `<ResultDetailType><Count>${numbers.length}</Count><Invoices>${invoices.join("")}</Invoices></ResultDetailType>`;
  await writeFile(
    join(folder, "results", `SummaryResult-${files}.xml`),
    `<SummaryResult xmlns="urn:GEINV:SummaryResult:4.1"><DetailList><Message><Info><MessageType>${code}</MessageType></Info><ResultType><${list}>${detail}</${list}></ResultType></Message></DetailList></SummaryResult>`,
  );
}

const issue = (gateway: TestGateway, key = "order-0001") =>
  gateway.handlers.issueInvoice(consumerInvoice(key), context(gateway));
const status = async (gateway: TestGateway, id: string) =>
  (await gateway.handlers.getInvoice({ id }, context(gateway))).messages.map((message) => message.status);
const becomes = (gateway: TestGateway, id: string, expected: string[]) =>
  waitFor(`messages ${expected}`, async () => (await status(gateway, id)).join() === expected.join());

describeWith(["postgres"], "the turnkey transport", () => {
  test("drops the message, waits for the result, and only then is it accepted", async () => {
    const gateway = await start();
    const { id, invoiceNumber } = await issue(gateway);
    const [xml] = await takeAll("F0401");
    expect(xml).toContain(`<InvoiceNumber>${invoiceNumber}</InvoiceNumber>`);
    await becomes(gateway, id, ["sent"]);
    const waiting = await gateway.handlers.getInvoice({ id }, context(gateway));
    expect(waiting).toMatchObject({ status: "uploading", upload: { attempts: 1, reason: "awaiting_result" } });
    await summary("F0401", "Good", [invoiceNumber]);
    await becomes(gateway, id, ["accepted"]);
    expect(await readdir(join(folder, "staging"))).toEqual([]);
  });

  test("a void and its corrected content wait for each other's results", async () => {
    const gateway = await start();
    const { id, invoiceNumber } = await issue(gateway);
    const corrected = {
      buyer: { kind: "consumer" as const },
      lines: [{ description: "改正", quantity: 1, unitPrice: 700, taxType: "taxable" as const }],
    };
    const input = { idempotencyKey: "void-0001", id, reason: "品名錯誤", corrected };
    await gateway.handlers.voidInvoice(input, context(gateway));
    await takeAll("F0401");
    expect(await readdir(join(folder, "storage", "F0701", "SRC"))).toEqual([]);
    await summary("F0401", "Good", [invoiceNumber]);
    await takeAll("F0701");
    await summary("F0701", "Good", [invoiceNumber]);
    const [xml] = await takeAll("F0401");
    expect(xml).toContain("改正");
    // The good result of the first content is not one of the second.
    await becomes(gateway, id, ["accepted", "accepted", "sent"]);
    await summary("F0401", "Good", [invoiceNumber]);
    await becomes(gateway, id, ["accepted", "accepted", "accepted"]);
  });

  test("a refusal by the platform, or by Turnkey's own check, is a refusal", async () => {
    const gateway = await start();
    const first = await issue(gateway, "order-0001");
    await takeAll("F0401");
    await summary("F0401", "Failed", [first.invoiceNumber]);
    await becomes(gateway, first.id, ["rejected"]);
    const second = await issue(gateway, "order-0002");
    const source = join(folder, "storage", "F0401", "SRC");
    const [name = ""] = await waitFor("the second file", async () => {
      const found = await readdir(source);
      return found.length > 0 && found;
    });
    await mkdir(join(folder, "storage", "F0401", "ERR", "20250115"), { recursive: true });
    await rename(join(source, name), join(folder, "storage", "F0401", "ERR", "20250115", name));
    await becomes(gateway, second.id, ["rejected"]);
  });

  test("a reconciliation lists what the summaries of the day say; without any it has looked nowhere", async () => {
    const gateway = await start();
    const { id, invoiceNumber } = await issue(gateway);
    await takeAll("F0401");
    const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const compared = async () => {
      await gateway.handlers.reconcile({ day }, context(gateway));
      return waitFor("the comparison", async () => {
        const run = await gateway.handlers.getReconciliation({ day }, context(gateway));
        return run.status === "done" && run;
      });
    };
    const nowhere = { method: "none" as const, numbers: 0, ranges: [], isComplete: false };
    expect(await compared()).toMatchObject({ open: 1, unanswered: 1, differences: [], lookedAt: nowhere });
    await summary("F0401", "Good", [invoiceNumber, "ZZ00000007"]);
    await becomes(gateway, id, ["accepted"]);
    expect(await compared()).toMatchObject({
      ...{ checked: 1, unanswered: 0, lookedAt: { method: "list", numbers: 2, ranges: [], isComplete: true } },
      differences: [{ kind: "extra", invoiceNumber: "ZZ00000007" }],
    });
  });

  test("a missing folder is a problem of ours: nothing is lost, and health says so", async () => {
    await rm(join(folder, "storage", "F0401"), { recursive: true });
    const gateway = await start();
    const { id } = await issue(gateway);
    await waitFor("the alarm", async () => {
      const { einvoice } = await gateway.einvoice.health();
      return einvoice?.detail?.includes("folder_missing");
    });
    await mkdir(join(folder, "storage", "F0401", "SRC"), { recursive: true });
    await takeAll("F0401");
    await becomes(gateway, id, ["sent"]);
  });
});
