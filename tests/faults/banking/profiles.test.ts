import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { BankProfile } from "../../../src/banking/connectors/port.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { type BankFault, type BankTraits, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { endpointOf, outboundFile, transportTo } from "./transport-kit.ts";

async function submitTo(traits: Partial<BankTraits>, profile: Partial<BankProfile>, fault?: BankFault) {
  const bank = await createBankSimulator({ clock: systemClock, traits });
  bank.holdReplies();
  if (fault) bank.faults.add(fault);
  const transport = transportTo(endpointOf(bank), { profile, timeouts: { requestMs: 250 } });
  const file = outboundFile("/upload", "PAY_20260131_1.txt");
  const outcome = await transport.submit(file, { onStep: () => {}, onVerified: async () => {} });
  const settled = outcome.kind === "unknown" ? await transport.settle(file, () => {}) : undefined;
  const names = readdirSync(join(bank.folder, "upload"));
  const collected = readdirSync(join(bank.folder, "..", "collected"));
  await transport.close();
  await bank.close();
  return { outcome, settled, names, collected };
}
const lostRename: BankFault = { operation: "rename", kind: "drop_after" };

describe("banks' servers differ", () => {
  test("no fsync: left out, and verified all the same", async () => {
    const { outcome } = await submitTo({ offersFsync: false }, {});
    expect(outcome).toEqual({ kind: "sent", verification: "sha256" });
  });

  test("write-only: sent, and the level of verification says so", async () => {
    expect((await submitTo({ writeOnly: true }, {})).outcome).toEqual({ kind: "sent", verification: "none" });
  });

  test("write-only and the answer to the rename lost: indeterminate", async () => {
    const { outcome, settled } = await submitTo({ writeOnly: true }, {}, lostRename);
    expect(outcome.kind).toBe("unknown");
    expect(settled).toEqual({ kind: "indeterminate" });
  });

  test("no stat: read-back is enough, also for the resolution", async () => {
    const { settled } = await submitTo({ answersStat: false }, { stat: false }, lostRename);
    expect(settled).toEqual({ kind: "sent", verification: "sha256" });
  });

  test("may not read: size is compared", async () => {
    expect((await submitTo({}, { readBack: false })).outcome).toEqual({ kind: "sent", verification: "size" });
  });

  test("exclusive open refused: nothing is written, and the bank's profile must say so", async () => {
    const refused = await submitTo({ exclusiveOpen: "refused" }, {});
    expect(refused.outcome).toMatchObject({ kind: "not_sent", errorType: "exists_or_failure" });
    expect(refused.names).toEqual([]);
    const { outcome } = await submitTo({ exclusiveOpen: "refused" }, { exclusiveOpen: false });
    expect(outcome).toEqual({ kind: "sent", verification: "sha256" });
  });

  test("collecting server, written directly: sent, once", async () => {
    const { outcome, collected } = await submitTo({ collects: true }, { submission: "direct" });
    expect(outcome).toEqual({ kind: "sent", verification: "none" });
    expect(collected).toEqual(["PAY_20260131_1.txt"]);
  });

  test.each([
    // The handle was never closed, so nothing was collected, and all of it is there under its name.
    ["drop_before", "sent"],
    ["hang", "sent"],
    ["drop_after", "indeterminate"],
    ["hang_after", "indeterminate"],
  ] as const)("collecting server, %s at the close: %s, never a second time", async (kind, expected) => {
    const fault: BankFault = { operation: "close_write", kind };
    const { outcome, settled } = await submitTo({ collects: true }, { submission: "direct" }, fault);
    expect(outcome.kind).toBe("unknown");
    expect(settled?.kind).toBe(expected);
  });

  test("collecting server taken for an ordinary one: the bank has it under its temporary name, nobody knows more", async () => {
    const { outcome, collected } = await submitTo({ collects: true }, {});
    expect(outcome).toEqual({ kind: "indeterminate", errorType: "no_such_file" });
    expect(collected).toEqual(["PAY_20260131_1.txt.1.tmp"]);
  });

  test("collecting server that makes the file and refuses to open it: whoever looks finds half a file, nothing is sent again", async () => {
    const fault: BankFault = { operation: "open_write", kind: "status_after" };
    const { outcome, settled } = await submitTo({ collects: true }, { submission: "direct" }, fault);
    expect(outcome.kind).toBe("unknown");
    expect(settled).toEqual({ kind: "indeterminate" });
  });

  test("collecting server that refuses to open: certainly not sent", async () => {
    const fault: BankFault = { operation: "open_write", kind: "status", status: 3 };
    const { outcome, names } = await submitTo({ collects: true }, { submission: "direct" }, fault);
    expect(outcome).toEqual({ kind: "not_sent", errorType: "permission", temporaryRemoved: true });
    expect(names).toEqual([]);
  });

  test.each([{ writeOnly: true }, {}])(
    "the trial upload takes the bank as it is (%j) and leaves nothing",
    async (traits) => {
      const bank = await createBankSimulator({ clock: systemClock, traits });
      const transport = transportTo(endpointOf(bank));
      const { ok, steps } = await transport.testUpload("/upload", "check.test");
      expect({ ok, last: steps.at(-1)?.step }).toEqual({ ok: true, last: "delete" });
      expect(steps.find(({ step }) => step === "verify")?.detail).toBe(
        "writeOnly" in traits ? "the bank lets nobody look" : "SHA-256 is the same",
      );
      const connection = await transport.testConnection({ upload: "/upload", download: "/download" });
      expect(connection).toMatchObject({ ok: true, errorType: null });
      bank.faults.add({ operation: "rename", kind: "status" });
      expect(await transport.testUpload("/upload", "check.test")).toMatchObject({ ok: false });
      expect(readdirSync(join(bank.folder, "upload"))).toEqual([]);
      await transport.close();
      await bank.close();
    },
  );
});
