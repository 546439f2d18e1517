import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SettlementOutcome, SubmissionOutcome } from "../../../src/banking/connectors/port.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { type BankFault, type BankOperation, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { endpointOf, outboundFile, transportTo } from "./transport-kit.ts";

/** Every request of an ordinary submission, in the order in which it is made. */
const requests: BankOperation[] = [
  "connect",
  "auth",
  "subsystem",
  "open_read", // the final name is looked for
  "open_write",
  "write",
  "fsync",
  "close_write",
  "read",
  "close_read",
  "rename",
];
const kinds: BankFault["kind"][] = [
  "drop_before",
  "drop_after",
  "status",
  "status_after",
  "hang",
  "hang_after",
  "flip",
];

const bank = await createBankSimulator({ clock: systemClock });
bank.holdReplies();
afterAll(() => bank.close());
const upload = join(bank.folder, "upload");
let number = 0;

describe("every request of a submission, every fault", () => {
  const cells = requests.flatMap((operation) => kinds.map((kind) => ({ operation, kind })));

  test.each(cells)("$operation $kind: one final file, or a state that says so", async ({ operation, kind }) => {
    number += 1;
    const file = outboundFile("/upload", `PAY_20260131_M${number}.txt`);
    const final = join(upload, file.name);
    bank.faults.clear();
    bank.faults.add({ operation, kind });
    const transport = transportTo(endpointOf(bank), { timeouts: { requestMs: 250, connectMs: 600 } });
    let verified = false;
    const outcome = await transport.submit(file, {
      onStep: () => {},
      onVerified: async () => {
        // Until this is stored, the final name cannot have been asked for.
        expect(existsSync(final)).toBe(false);
        verified = true;
      },
    });
    bank.faults.clear();
    const settled: SubmissionOutcome | SettlementOutcome =
      outcome.kind === "unknown" ? await transport.settle(file, () => {}) : outcome;
    await transport.close();

    const present = existsSync(final);
    if (settled.kind === "sent") {
      expect(verified).toBe(true);
      expect(readFileSync(final).equals(Buffer.from(file.bytes))).toBe(true);
      expect(readdirSync(upload).filter((name) => name.startsWith(file.name))).toEqual([file.name]);
    } else {
      expect(settled.kind).toBe("not_sent");
      expect(present).toBe(false);
    }
    // A failure before the point of no return is told as such, never as unknown.
    if (!verified) expect(outcome.kind).toBe("not_sent");
    if (operation === "rename" && kind !== "flip") expect(outcome.kind).toBe("unknown");
  });
});

describe("a flipped byte", () => {
  test.each(["write", "read"] as const)("on %s is found before the final name is asked for", async (operation) => {
    number += 1;
    const file = outboundFile("/upload", `PAY_20260131_F${number}.txt`);
    bank.faults.clear();
    bank.faults.add({ operation, kind: "flip" });
    const transport = transportTo(endpointOf(bank));
    const outcome = await transport.submit(file, {
      onStep: () => {},
      onVerified: () => Promise.reject(new Error("never")),
    });
    await transport.close();
    expect(outcome).toEqual({ kind: "not_sent", errorType: "integrity", temporaryRemoved: true });
    expect(readdirSync(upload).filter((name) => name.startsWith(file.name))).toEqual([]);
  });
});

describe("resolution by looking", () => {
  const submitWith = async (fault: BankFault, between: (file: ReturnType<typeof outboundFile>) => void = () => {}) => {
    number += 1;
    const file = outboundFile("/upload", `PAY_20260131_R${number}.txt`);
    bank.faults.clear();
    bank.faults.add(fault);
    const transport = transportTo(endpointOf(bank), { timeouts: { requestMs: 250 } });
    const outcome = await transport.submit(file, { onStep: () => {}, onVerified: async () => {} });
    expect(outcome.kind).toBe("unknown");
    between(file);
    const settled = await transport.settle(file, () => {});
    await transport.close();
    return { file, settled, names: readdirSync(upload).filter((name) => name.startsWith(file.name)) };
  };

  test("both names on one file (crash between link and unlink): the second name goes, sent", async () => {
    const { file, settled, names } = await submitWith({ operation: "rename", kind: "half" });
    expect(settled).toEqual({ kind: "sent", verification: "sha256" });
    expect(names).toEqual([file.name]);
  });

  test("neither name is there: indeterminate, nothing is sent again", async () => {
    const { settled, names } = await submitWith({ operation: "rename", kind: "drop_after" }, (file) =>
      unlinkSync(join(upload, file.name)),
    );
    expect(settled).toEqual({ kind: "indeterminate" });
    expect(names).toEqual([]);
  });

  test("another file has the name: it is never overwritten", async () => {
    const { file, settled } = await submitWith({ operation: "rename", kind: "drop_before" }, (taken) =>
      writeFileSync(join(upload, taken.name), "other"),
    );
    expect(settled).toEqual({ kind: "name_taken" });
    expect(readFileSync(join(upload, file.name), "utf8")).toBe("other");
  });
});
