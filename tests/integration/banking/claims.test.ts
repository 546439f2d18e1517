import { afterAll, beforeAll, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import {
  type Claim,
  claimTransfers,
  insertAttempt,
  listAttempts,
  markVerified,
  renewClaim,
  settleRound,
} from "../../../src/banking/store/transfers.ts";
import { bankBatches } from "../../../src/banking/tables.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { approvedBatch, type BankingProcess, getBatch, startProcess } from "./banking-kit.ts";

describeWith(["postgres"], "a batch belongs to one worker at a time", () => {
  let database: TestDatabase;
  let gateway: BankingProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    gateway = await startProcess({
      url: database.url,
      jobs: false,
      defaultBanks: [
        {
          bankCode: "mega",
          bankName: "兆豐銀行",
          sftpHost: "127.0.0.1",
          uploadPath: "/upload",
          downloadPath: "/download",
          fileFormat: "fixed_width",
          encoding: "BIG5",
        },
      ],
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await database.close();
  });

  const db = () => gateway.platform.database.db;
  const now = () => new Date();
  const claim = (owner: string, leaseMs: number) =>
    claimTransfers(db(), { bank: "mega", owner, now: now(), leaseMs, limit: 10 });
  const dueBatch = async () => {
    const { batchId } = await approvedBatch(gateway);
    await db().update(bankBatches).set({ status: "sending", nextAttemptAt: now() }).where(eq(bankBatches.id, batchId));
    return batchId;
  };
  /** A worker whose lease ran out while it was writing, and the one that took over. */
  const lostAndHeir = async (): Promise<{ batchId: string; lost: Claim; heir: Claim }> => {
    const batchId = await dueBatch();
    const [lost] = await claim("lost", 100);
    if (!lost) throw new Error("not claimed");
    await insertAttempt(db(), lost, { number: 1, temporaryName: "x.1.tmp", startedAt: now() });
    const heir = await waitFor("the lease to run out", async () => (await claim("heir", 60_000))[0]);
    return { batchId, lost, heir };
  };
  const verified = { number: 1, verification: "sha256" as const, steps: [], at: new Date() };

  test("two claims at once never give the same batch", async () => {
    const batches = new Set(await Promise.all(Array.from({ length: 12 }, dueBatch)));
    const claims = (await Promise.all(["a", "b", "c"].map((owner) => claim(owner, 60_000)))).flat();
    expect(claims.map(({ batchId }) => batchId).sort()).toEqual([...batches].sort());
  });

  test("whoever lost a batch can neither renew it nor ask for the final name", async () => {
    const { lost, heir } = await lostAndHeir();
    expect(await renewClaim(db(), lost, 60_000)).toBe(false);
    expect(await markVerified(db(), lost, verified)).toBe(false);
    expect(await insertAttempt(db(), lost, { number: 2, temporaryName: "x.2.tmp", startedAt: now() })).toBe(false);
    expect(await renewClaim(db(), heir, 60_000)).toBe(true);
    expect(await markVerified(db(), heir, verified)).toBe(true);
  });

  test("a lease that has run out is lost, even when nobody has taken over yet", async () => {
    await dueBatch();
    const [late] = await claim("late", -1_000);
    if (!late) throw new Error("not claimed");
    expect(await insertAttempt(db(), late, { number: 1, temporaryName: "x.1.tmp", startedAt: now() })).toBe(false);
    expect(await renewClaim(db(), late, 60_000)).toBe(false);
    await claim("others", 60_000);
  });

  test("whoever lost a batch does not change its state, except by the news that it arrived", async () => {
    const { batchId, lost } = await lostAndHeir();
    const failed = { number: 1, state: "failed" as const, steps: [] };
    await settleRound(db(), lost, failed, { status: "held", heldReason: "transfer_failed", nextAttemptAt: null });
    expect((await getBatch(gateway, batchId)).status).toBe("sending");

    const other = await lostAndHeir();
    const sent = { number: 1, state: "sent" as const, steps: [] };
    await settleRound(db(), other.lost, sent, { status: "sent", sentAt: now(), nextAttemptAt: null });
    expect((await getBatch(gateway, other.batchId)).status).toBe("sent");
    expect((await listAttempts(db(), other.batchId))[0]?.state).toBe("sent");
  });

  test("what the bank has answered meanwhile is not overwritten by a late report", async () => {
    const batchId = await dueBatch();
    const [mine] = await claim("mine", 60_000);
    if (!mine) throw new Error("not claimed");
    await db().update(bankBatches).set({ status: "reconciled" }).where(eq(bankBatches.id, batchId));
    await settleRound(db(), mine, undefined, { status: "held", heldReason: "transfer_failed" });
    expect((await getBatch(gateway, batchId)).status).toBe("reconciled");
    expect(await markVerified(db(), mine, verified)).toBe(false);
  });
});
