import { createAuthenticator, mintToken } from "../../../src/platform/auth.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { createTestApp, tokenFor } from "../../support/http-app.ts";
import { bytesOf, type FuzzTarget, textOf } from "./target.ts";

/** A token that was changed in any way is nobody's. */
export async function tokenTarget(): Promise<FuzzTarget> {
  const key = new Secret("fuzzing-key-0123456789abcdef-0123456789");
  const good = await mintToken(key, { subject: "U1", role: "driver", validForSeconds: 3_600 }, new Date());
  const { authenticate } = createAuthenticator({ key, clock: systemClock });
  // The last character of a base64url part may carry bits that no decoder reads.
  const meaning = (token: string) => token.split(".").map((part) => Buffer.from(part, "base64url").toString("hex"));
  return {
    name: "bearer tokens",
    seeds: bytesOf(good),
    bytesMax: 8_000,
    read: async (bytes) => {
      const token = textOf(bytes);
      const caller = await authenticate(token);
      if (typeof caller === "string") return undefined;
      return JSON.stringify(meaning(token)) === JSON.stringify(meaning(good))
        ? undefined
        : "a changed token is accepted";
    },
  };
}

const calls: { path: string; body: object }[] = [
  { path: "/api/v1/sms/test", body: { phone: "0912345678", message: "x" } },
  { path: "/trpc/sms.sendMessage", body: { idempotencyKey: "fuzz-0001", to: "0912345678", text: "x" } },
  {
    path: "/trpc/einvoice.issueInvoice",
    body: {
      idempotencyKey: "fuzz-0002",
      buyer: { kind: "consumer" },
      lines: [{ description: "x", quantity: 1, unitPrice: 690 }],
      print: true,
    },
  },
  {
    path: "/trpc/banking.createBatch",
    body: {
      idempotencyKey: "fuzz-0003",
      bank: "mega",
      paymentDate: "2026-01-31",
      items: [{ transactionId: "T1", accountNumber: "01234567890123", accountHolder: "x", amount: 1 }],
    },
  },
];

/** Any body at all is refused as the caller's fault, or reaches the handler whole; it never is a fault of the gateway. */
export async function bodyTargets(): Promise<FuzzTarget[]> {
  const { app } = createTestApp();
  const headers = { authorization: `Bearer ${await tokenFor()}`, "content-type": "application/json" };
  return calls.map(({ path, body }) => ({
    name: `body of ${path}`,
    seeds: bytesOf(JSON.stringify(body)),
    bytesMax: 256_000,
    read: async (bytes) => {
      const request = new Request(`http://gateway${path}`, { method: "POST", headers, body: Uint8Array.from(bytes) });
      const response = await app(request);
      const text = await response.text();
      // The handlers here answer nothing, which their output schema refuses: that is the one 500, and it names no cause.
      if (response.status < 500 || text.includes('"code":"internal"')) return undefined;
      return `answered ${response.status}`;
    },
  }));
}
