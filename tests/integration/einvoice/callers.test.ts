import { expect, test } from "bun:test";
import { startGatewayProcess } from "../../support/gateway-process.ts";
import { startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const CALLERS = 64;
/** `EINVOICE_CALLERS=full`: as many issues of each caller as the numbers of a busy day. */
const ISSUES_EACH = process.env.EINVOICE_CALLERS === "full" ? 200 : 5;
const TOTAL = CALLERS * ISSUES_EACH;
const UPLOADS_MS = 600_000;

describeWith(["postgres"], `${CALLERS} callers × ${ISSUES_EACH} issues over two gateway processes`, () => {
  test(
    "give exactly the first numbers of the range, each once, and the platform gets each once",
    async () => {
      const world = await startOutsideWorld({ numbers: TOTAL + 50 });
      const gateways = await Promise.all([
        startGatewayProcess({ env: world.env, port: world.port }),
        startGatewayProcess({ env: world.env }),
      ]);
      try {
        const told = new Map<string, string>();
        const caller = async (_: unknown, index: number) => {
          const client = await gateways[index % 2 === 0 ? 0 : 1].client(`caller-${index}`);
          for (let turn = 0; turn < ISSUES_EACH; turn += 1) {
            const idempotencyKey = `order-${index}-${turn}`;
            const { invoiceNumber } = await client.einvoice.issueInvoice.mutate({
              idempotencyKey,
              buyer: { kind: "consumer" },
              lines: [{ description: "家用瓦斯", quantity: 1, unitPrice: 690 + turn }],
            });
            told.set(idempotencyKey, invoiceNumber);
          }
        };
        await Promise.all(Array.from({ length: CALLERS }, caller));
        const first = Array.from({ length: TOTAL }, (_, index) => `AA${10_000_000 + index}`);
        expect([...told.values()].sort()).toEqual(first);
        const stored = await world.sql<{ key: string; number: string }[]>`
          SELECT idempotency_key AS key, number FROM invoices ORDER BY number`;
        expect(stored.map(({ number }) => number)).toEqual(first);
        expect(stored.filter(({ key, number }) => told.get(key) !== number)).toEqual([]);
        const [range] = await world.sql<{ next: number }[]>`SELECT current_number AS next FROM invoice_sequences`;
        expect(range?.next).toBe(10_000_000 + TOTAL);

        await waitFor(
          "all uploads",
          async () => {
            const [open] = await world.sql<{ count: number }[]>`
              SELECT count(*)::int AS count FROM einvoice_uploads WHERE status <> 'accepted'`;
            return open?.count === 0;
          },
          UPLOADS_MS,
        );
        const records = world.einvoicePlatform.records();
        expect(records.map(({ invoiceNo }) => invoiceNo).sort()).toEqual(first);
        expect(records.filter(({ contents, acts }) => contents.length !== 1 || acts.join() !== "issue")).toEqual([]);
      } finally {
        await Promise.all(gateways.map((gateway) => gateway.kill()));
        await world.close();
      }
    },
    UPLOADS_MS + 300_000,
  );
});
