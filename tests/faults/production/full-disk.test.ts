import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyAudit } from "../../../src/platform/audit-verify.ts";
import { mintToken } from "../../../src/platform/auth.ts";
import { openDatabase } from "../../../src/platform/database.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { missingParts } from "../../support/missing-parts.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { waitFor } from "../../support/wait-for.ts";

const DISK = "48m";
const SENT_MAX = 20_000;

/** A disk of its own that is soon full; `undefined` where this process may not mount one. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "gateway-disk-"));
  const mounted = Bun.which("mount") && Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", folder]);
  if (mounted && mounted.exitCode === 0) return folder;
  rmdirSync(folder);
  return undefined;
}

const disk = missingParts(["postgres"]).length === 0 ? mountSmallDisk() : undefined;
const title = "the database's disk is full";

describe.skipIf(disk === undefined)(
  disk ? title : `${title} [skipped: no right to mount a disk, or no PostgreSQL]`,
  () => {
    let world: OutsideWorld;
    let gateway: GatewayProcess;
    let token: string;

    beforeAll(async () => {
      const tablesFolder = join(disk ?? "", "tables");
      mkdirSync(tablesFolder);
      world = await startOutsideWorld({ numbers: 1_000, tablesFolder });
      gateway = await startGatewayProcess({ port: world.port, env: world.env });
      const request = { subject: "U1", role: "manager", validForSeconds: 3_600 } as const;
      token = await mintToken(new Secret(testSigningKey), request, new Date());
    });
    afterAll(async () => {
      await gateway?.terminate();
      await world?.close();
      if (disk === undefined) return;
      Bun.spawnSync(["umount", disk]);
      rmSync(disk, { recursive: true, force: true });
    });

    async function send(index: number): Promise<number> {
      const response = await fetch(`${gateway.url}/api/v1/sms/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({
          idempotencyKey: `disk-${String(index).padStart(8, "0")}`,
          to: `09${String(10_000_000 + index)}`,
          text: "您的瓦斯已送達，".repeat(8),
        }),
      });
      const body = await response.json();
      if (response.status === 200) return 200;
      expect({
        status: response.status,
        wait: response.headers.get("retry-after"),
        error: body.error.data.gateway,
      }).toEqual({
        status: 503,
        wait: "2",
        error: {
          code: "provider_unavailable",
          reason: "database_unavailable",
          action: "repeat_with_same_key",
          requestId: expect.any(String),
        },
      });
      return 503;
    }

    async function fillUp(): Promise<string> {
      const ballast = join(disk ?? "", "ballast");
      const file = await open(ballast, "w");
      try {
        for (;;) await file.write(Buffer.alloc(64 * 1024, 1));
      } catch (error) {
        expect(error).toMatchObject({ code: "ENOSPC" });
      } finally {
        await file.close();
      }
      return ballast;
    }

    test("calls are refused with advice and leave nothing half done; with space again everything goes on", async () => {
      expect(await send(0)).toBe(200);
      const ballast = await fillUp();
      const accepted = [0];
      const refused: number[] = [];
      for (let index = 1; refused.length < 20; index += 1) {
        if (index > SENT_MAX) throw new Error("the disk is never full");
        ((await send(index)) === 200 ? accepted : refused).push(index);
      }
      expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);

      await rm(ballast);
      for (const index of refused)
        await waitFor(`message ${index} to be taken`, async () => (await send(index)) === 200);
      const rows = await world.sql`SELECT idempotency_key AS key FROM sms_messages`;
      expect(rows.length).toBe(accepted.length + refused.length);
      await waitFor(
        "every message to be delivered",
        async () => {
          const [open] = await world.sql`SELECT count(*)::int AS n FROM sms_messages WHERE status <> 'delivered'`;
          return open?.n === 0;
        },
        120_000,
      );
      for (const index of [...refused, ...accepted.slice(-5)]) {
        expect(world.every8d.copiesTo(`+8869${String(10_000_000 + index)}`).length).toBe(1);
      }
      const database = openDatabase({ address: { url: world.database.url }, connectionsMax: 1, hotConnectionsMax: 0 });
      expect((await verifyAudit(database.db)).problems).toEqual([]);
      await database.close();
    }, 240_000);
  },
);
