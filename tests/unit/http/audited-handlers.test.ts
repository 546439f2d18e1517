import { describe, expect, test } from "bun:test";
import { contract, type ProcedureContract } from "@luckygas/gateway-client";
import { auditHandlers } from "../../../src/http/audited-handlers.ts";
import { type AuditRecord, stateOf } from "../../../src/platform/audit-entry.ts";
import { OperationError } from "../../../src/platform/errors.ts";
import { testHandlers } from "../../support/http-app.ts";

type Recorded = Omit<AuditRecord, "at">;
type AnyCall = (input: unknown, context: unknown) => Promise<unknown>;

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const context = { caller: { subject: "U1", role: "manager" }, requestId: "request-0001", log };

function audited(handlers: Parameters<typeof testHandlers>[0], failsAt?: number) {
  const records: Recorded[] = [];
  const events: string[] = [];
  const all = auditHandlers(testHandlers(handlers, events), {
    record: async (record) => {
      if (records.length === failsAt) throw new Error("the database is away");
      records.push(record);
      events.push(`audit ${record.phase}`);
    },
    drain: async () => {},
    anchorJob: { name: "x", intervalMs: 1, run: async () => ({ more: false }) },
  });
  const call = (router: string, name: string, input: unknown) =>
    // as: any procedure by its name
    (all as unknown as Record<string, Record<string, AnyCall>>)[router]?.[name]?.(input, context);
  return { call, records, events };
}

describe("every mutation of the contract", () => {
  for (const [router, procedures] of Object.entries(contract)) {
    for (const [name, { kind }] of Object.entries<ProcedureContract>(procedures)) {
      if (kind === "subscription" || (router === "system" && name === "login")) continue;
      test(`${router}.${name}${kind === "query" ? " is a query and is not recorded" : " is recorded before it is answered"}`, async () => {
        const { call, records, events } = audited({});
        await call(router, name, {});
        if (kind === "query") expect(records).toEqual([]);
        else {
          expect(records.at(-1)).toMatchObject({
            actor: "U1",
            role: "manager",
            phase: "applied",
            action: `${router}.${name}`,
          });
          expect(events.at(-1)).toBe("audit applied");
        }
      });
    }
  }
});

describe("a call that is not hot", () => {
  const id = "01946a2b-7c30-7000-8000-0123456789ab";
  const getBatch = async () => ({ id, status: "sealed", items: [1, 2], accountNumber: "01234567890123" });

  test("is recorded before and after, with the state before", async () => {
    const { call, records, events } = audited({
      "banking.getBatch": getBatch,
      "banking.approveBatch": async () => ({ id, status: "approved" }),
    });
    await call("banking", "approveBatch", { batchId: id, sha256: "ab".repeat(32) });
    expect(events).toEqual(["banking.getBatch", "audit begun", "banking.approveBatch", "audit applied"]);
    expect(records).toMatchObject([
      { phase: "begun", object: id, before: { id, status: "sealed", "items.length": 2 } },
      { phase: "applied", object: id, before: { status: "sealed" }, after: { status: "approved" } },
    ]);
    expect(records[0]?.callId).toBe(records[1]?.callId ?? "");
    expect(JSON.stringify(records)).not.toContain("01234567890123");
  });

  test("does not happen when its beginning cannot be recorded", async () => {
    const { call, events } = audited({ "banking.getBatch": getBatch }, 0);
    expect(call("banking", "sendBatch", { batchId: id })).rejects.toThrow("the database is away");
    await Bun.sleep(1);
    expect(events).not.toContain("banking.sendBatch");
  });

  test("that is refused says why, and fails as it failed even when that cannot be recorded", async () => {
    const refuse = async () => {
      throw new OperationError("state_not_allowed", "張三 0912345678", { reason: "not_approved" });
    };
    const { call, records } = audited({ "banking.sendBatch": refuse });
    expect(call("banking", "sendBatch", { batchId: id })).rejects.toThrow(OperationError);
    await Bun.sleep(1);
    expect(records.at(-1)).toMatchObject({
      phase: "refused",
      after: { error: "state_not_allowed", reason: "not_approved" },
    });
    expect(JSON.stringify(records)).not.toMatch(/張三|0912/);
    const unrecorded = audited({ "banking.sendBatch": refuse }, 1);
    expect(unrecorded.call("banking", "sendBatch", { batchId: id })).rejects.toThrow(OperationError);
  });
});

test("a hot call is answered only when its entry is committed, and one that is refused leaves none", async () => {
  const input = { idempotencyKey: "key-00000001", to: "0912345678", text: "驗證碼 839201" };
  const { call, records } = audited({
    "sms.sendMessage": async () => ({ id: "m1", to: "0912***678", status: "queued" }),
  });
  await call("sms", "sendMessage", input);
  expect(records).toMatchObject([
    { phase: "applied", object: "m1", after: { idempotencyKey: "key-00000001", status: "queued" } },
  ]);
  expect(JSON.stringify(records)).not.toMatch(/0912345678|839201|驗證碼/);
  expect(audited({}, 0).call("sms", "sendMessage", input)).rejects.toThrow("the database is away");
  const refused = audited({
    "sms.sendMessage": async () => {
      throw new OperationError("invalid_input", "to: bad");
    },
  });
  expect(refused.call("sms", "sendMessage", input)).rejects.toThrow(OperationError);
  await Bun.sleep(1);
  expect(refused.records).toEqual([]);
});

test("only plain facts from a closed list are kept; a number of a person within one is masked", () => {
  expect(stateOf({ status: "sent", note: "張三", text: "hi", to: "0912345678", items: [{}, {}] })).toEqual({
    status: "sent",
    "items.length": 2,
  });
  expect(stateOf({ idempotencyKey: "sms-0912345678" })).toEqual({ idempotencyKey: "sms-0912***678" });
  expect(stateOf({ id: "two words", totalAmount: 1.5, status: "x".repeat(200) })).toBeNull();
  for (const nothing of [null, undefined, 7, "text", {}]) expect(stateOf(nothing)).toBeNull();
});
