import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BankSimulator } from "../../../src/simulators/bank/index.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { as, type BankingProcess, type BankWorld, getBatch, startWorld, untilStatus } from "./banking-kit.ts";

const mandate = (number: number) => ({
  customerNumber: `USER00${number}`,
  receivingUnit: "0040037",
  accountNumber: `001234567890${number}`,
  idNumber: "A123456789",
});

describeWith(["postgres"], "debits by way of the clearing house", () => {
  let world: BankWorld;
  let bank: BankSimulator;
  let gateway: BankingProcess;
  beforeAll(async () => {
    world = await startWorld({
      paymentLayout: "ach-p01",
      replyLayout: "ach-r01",
      authorisationLayout: "ach-p02",
      authorisationReplyLayout: "ach-r02",
      fileValues: {
        senderUnit: "0170000",
        receiverUnit: "9990250",
        presentingUnit: "0170000",
        presentingAccount: "1234567890",
        transactionCode: "704",
        originatorId: "48790067",
      },
    });
    ({ bank, gateway } = world);
  });
  afterAll(() => world.close());
  const clerk = () => as(gateway, "clerk");
  const poll = () => gateway.handlers.pollInbound({ bank: "mega" }, clerk());

  async function send(batchId: string) {
    const { file } = await gateway.handlers.sealBatch({ batchId }, clerk());
    await gateway.handlers.approveBatch({ batchId, sha256: file?.sha256 ?? "" }, as(gateway, "boss"));
    await gateway.handlers.sendBatch({ batchId }, clerk());
    return untilStatus(gateway, batchId, "sent");
  }
  const answered = (name: string) =>
    waitFor(`an answer to ${name}`, async () => bank.records().find((record) => record.name === name));

  test("the bank takes both files as we write them, and its answers are understood", async () => {
    const asked = await gateway.handlers.registerAuthorisations(
      {
        idempotencyKey: crypto.randomUUID(),
        bank: "mega",
        items: [1, 2, 3].map((number) => ({ ...mandate(number), action: "add" as const })),
      },
      clerk(),
    );
    bank.setOutcome(`A${asked.batchNumber}-00002`, { code: "1", message: "印鑑不符" });
    const request = await send(asked.id);
    expect(await answered(request.file?.name ?? "")).toMatchObject({ accepted: true });
    await poll();
    const { items: found } = await gateway.handlers.listAuthorisations({ batchId: asked.id, limit: 10 }, clerk());
    expect(found.map(({ customerNumber, status }) => [customerNumber, status]).sort()).toEqual([
      ["USER001", "confirmed"],
      ["USER002", "refused"],
      ["USER003", "confirmed"],
    ]);
    expect((await getBatch(gateway, asked.id)).status).toBe("reconciled");

    const debits = [1, 3].map((number) => ({
      ...mandate(number),
      transactionId: `DEBIT-${number}`,
      accountHolder: "許功蓋",
      amount: 690 * number,
    }));
    const { id } = await gateway.handlers.createBatch(
      { idempotencyKey: crypto.randomUUID(), bank: "mega", paymentDate: "2030-01-31", items: debits },
      clerk(),
    );
    bank.setOutcome("DEBIT-3", { code: "01", message: "存款不足" });
    const presented = await send(id);
    expect(await answered(presented.file?.name ?? "")).toMatchObject({ accepted: true });
    await poll();
    expect((await getBatch(gateway, id)).items).toMatchObject([
      { status: "pending" },
      { status: "failed", responseCode: "01", responseMeaning: "存款不足" },
    ]);
  });

  test("a file that is not as the clearing house wants it is refused whole (control)", async () => {
    const header = "BOFACHP02011900131" + "0170000" + "V10";
    writeFileSync(
      join(bank.folder, "upload", "AUTH_20300131_BAD.txt"),
      `${header.padEnd(220)}\r\n${"EOF00000001".padEnd(220)}\r\n`,
    );
    await bank.releaseReplies();
    expect(existsSync(join(bank.folder, "download", "REJ_AUTH_20300131_BAD.txt"))).toBe(true);
  });
});
