import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "../../..");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-demo-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function demo(...flags: string[]) {
  const { PATH, HOME } = process.env;
  return Bun.spawn(["scripts/demo", ...flags], {
    cwd: root,
    env: { PATH, HOME, DATA_DIR: folder },
    stdout: "pipe",
    stderr: "pipe",
  });
}

const expected = {
  ok: true,
  seconds: expect.any(Number),
  invoice: { number: expect.stringMatching(/^DM\d{8}$/), status: "accepted" },
  bankFile: {
    bank: "mega",
    name: expect.stringMatching(/^PAY_\d{8}_.+\.txt$/),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    status: "reconciled",
  },
  reconciliation: { matched: 3, lines: 3 },
  sms: { id: expect.any(String), provider: "every8d", status: "delivered" },
};

test("scripts/demo --once --json does the main job, again on the same folder, and ends by itself", async () => {
  const numbers: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const process = demo("--once", "--json");
    const output = await new Response(process.stdout).text();
    expect(await process.exited).toBe(0);
    const last = JSON.parse(output.trim().split("\n").at(-1) ?? "");
    expect(last).toEqual(expected);
    numbers.push(last.invoice.number);
  }
  expect(numbers).toEqual(["DM10000000", "DM10000001"]);
});
