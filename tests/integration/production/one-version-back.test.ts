import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGatewayClient } from "@luckygas/gateway-client";
import { doMainJob } from "../../../scripts/lib/main-job.ts";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { freePort } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const root = join(import.meta.dir, "../../..");

/** The latest release, by its tag `v1.2.3`; `undefined` while there is none. */
function latestRelease(): string | undefined {
  const tags = Bun.spawnSync(["git", "tag", "--list", "v*", "--sort=-version:refname"], { cwd: root });
  return tags.exitCode === 0 ? tags.stdout.toString().split("\n").find(Boolean) : undefined;
}

const release = latestRelease();

/** The sources of the version before, in a folder of their own. Until the first release that is this version itself. */
async function previousVersion(folder: string): Promise<string> {
  if (release === undefined) return root;
  const unpacked = Bun.spawnSync(["/bin/sh", "-c", `git archive ${release} | tar -x -C ${folder}`], { cwd: root });
  if (unpacked.exitCode !== 0) throw new Error(unpacked.stderr.toString());
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

describeWith(["postgres"], `a roll-out from ${release ?? "this version itself (nothing is released yet)"}`, () => {
  let world: OutsideWorld;
  let folder: string;
  let previous: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gateway-previous-"));
    previous = await previousVersion(folder);
    // Its database has this version's schema already: the migration runs before the first new process starts.
    world = await startOutsideWorld({ numbers: 100 });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(sources: string, port: number) {
    const url = `http://127.0.0.1:${port}`;
    const child = Bun.spawn([process.execPath, "src/main.ts"], {
      cwd: sources,
      env: {
        PATH: process.env.PATH,
        ...{ ENVIRONMENT: "test", JWT_SECRET_KEY: testSigningKey, PORT: String(port), PUBLIC_BASE_URL: url },
        ...world.env,
      },
      stdout: "ignore",
      stderr: "pipe",
    });
    await waitFor("a version to be ready", async () => {
      if (child.exitCode !== null) throw new Error(await new Response(child.stderr).text());
      return fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    const client = async (subject: string) => {
      const request = { subject, role: "manager", validForSeconds: 3_600 } as const;
      return createGatewayClient({ url, token: await mintToken(new Secret(testSigningKey), request, new Date()) });
    };
    return { client, stop: () => child.kill("SIGTERM"), ended: child.exited };
  }

  test("both versions work on the new schema, side by side, and each finishes what the other began", async () => {
    // Receipts come to the world's port: it is the new version's, and the old one's work must be finished by it.
    const before = await start(previous, await freePort());
    const job = async (maker: Awaited<ReturnType<typeof start>>, approver: Awaited<ReturnType<typeof start>>) => {
      // The same text to the same number would be held back as a repetition.
      await world.sql`TRUNCATE sms_messages CASCADE`;
      return doMainJob({
        maker: await maker.client("maker"),
        approver: await approver.client("approver"),
        tell: () => {},
        now: new Date(),
      });
    };
    const after = await start(root, world.port);
    expect(await job(before, after)).toMatchObject({ ok: true });
    expect(await job(after, before)).toMatchObject({ ok: true });
    before.stop();
    expect(await before.ended).toBe(0);
    expect(await job(after, after)).toMatchObject({ ok: true });
    after.stop();
    expect(await after.ended).toBe(0);
  }, 120_000);
});
