import { afterAll, beforeAll, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { bankBatches } from "../../../src/banking/tables.ts";
import { describeWith } from "../../support/real-parts.ts";
import { approvedBatch, as, type BankingProcess, type BankWorld, getBatch, startWorld } from "./banking-kit.ts";

describeWith(["postgres"], "approvals are of exactly one file", () => {
  let world: BankWorld;
  let gateway: BankingProcess;
  beforeAll(async () => {
    world = await startWorld({}, { jobs: false });
    ({ gateway } = world);
  });
  afterAll(() => world.close());
  const send = (batchId: string) => gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));

  test.each([
    ["another amount in the bytes", { fileBytes: new TextEncoder().encode("H and so on") }],
    ["another hash beside the bytes", { fileSha256: "0".repeat(64) }],
    ["another total", { totalAmount: 1 }],
    ["another count", { recordCount: 1 }],
  ])("%s, changed behind the gateway's back, voids them", async (_name, change) => {
    const { batchId } = await approvedBatch(gateway);
    await gateway.platform.database.db.update(bankBatches).set(change).where(eq(bankBatches.id, batchId));
    await expect(send(batchId)).rejects.toMatchObject({
      code: "state_not_allowed",
      options: { reason: "approval_void" },
    });
    expect((await getBatch(gateway, batchId)).status).toBe("approved");
  });

  test("what is as it was approved is sent (control)", async () => {
    const { batchId } = await approvedBatch(gateway);
    expect((await send(batchId)).status).toBe("sending");
  });
});
