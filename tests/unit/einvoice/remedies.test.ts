import { describe, expect, test } from "bun:test";
import { remediesOf, type StoredMessageKind } from "../../../src/einvoice/rules/remedies.ts";
import type { UploadStatus } from "../../../src/einvoice/rules/upload-state.ts";

const KINDS: StoredMessageKind[] = [
  ...(["issue", "cancel", "void", "allowance", "cancel_allowance"] as const),
  ...(["unused_numbers", "branch_numbers"] as const),
];

describe("what a person can do about a message", () => {
  test.each<UploadStatus>(["due", "sending", "accepted", "superseded"])("nothing while it is %s", (status) => {
    for (const kind of KINDS) expect(remediesOf({ kind, status })).toEqual([]);
  });

  test.each<UploadStatus>(["sent", "unknown"])("end it while it is %s: no answer may ever come", (status) => {
    for (const kind of KINDS) expect(remediesOf({ kind, status })).toEqual(["settle"]);
  });

  test("a refused one always can be sent again, and has another way too", () => {
    for (const kind of KINDS) {
      const remedies = remediesOf({ kind, status: "rejected" });
      expect(remedies[0]).toBe("resend");
      expect(remedies.length).toBeGreaterThan(1);
    }
    // Whether an invoice exists is the gateway's to find out (settleUnknown); wrong content is mended by a void.
    expect(remediesOf({ kind: "issue", status: "rejected" })).toEqual(["resend", "void_and_correct"]);
  });
});
