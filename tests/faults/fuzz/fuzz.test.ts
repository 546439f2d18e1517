import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { seededRandom } from "../../support/random.ts";
import { bankTargets } from "./bank-targets.ts";
import { bodyTargets, tokenTarget } from "./door-targets.ts";
import { einvoiceTargets } from "./einvoice-targets.ts";
import { mutate } from "./mutator.ts";
import { smsTargets } from "./sms-targets.ts";
import { type FuzzTarget, faultOf } from "./target.ts";

/** Inputs per reader; `FUZZ_INPUTS=40000` makes more than a million in all. */
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 400);
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const FINDINGS_MAX = 5;

const targets: FuzzTarget[] = [
  ...bankTargets,
  ...smsTargets,
  ...einvoiceTargets,
  await tokenTarget(),
  ...(await bodyTargets()),
];

/** An input, in hexadecimal or as text, that a reader once got wrong. */
const corpusSchema = z.array(z.object({ target: z.string(), hex: z.string(), was: z.string() }));

describe(`every reader of outside bytes (FAULT_SEED=${seed})`, () => {
  test.each(targets.map((target) => [target.name, target] as const))(
    "%s: refuses or reads, and nothing else",
    async (_, target) => {
      const random = seededRandom(seed);
      const findings: string[] = [];
      for (const good of target.seeds) expect(await faultOf(target, good)).toBeUndefined();
      for (let count = 0; count < INPUTS && findings.length < FINDINGS_MAX; count += 1) {
        const good = target.seeds[count % target.seeds.length] ?? Uint8Array.of();
        const bytes = mutate(good, random, target.bytesMax);
        const fault = await faultOf(target, bytes);
        if (fault) findings.push(`${fault} <- ${Buffer.from(bytes).toString("hex").slice(0, 4_000)}`);
      }
      expect(findings).toEqual([]);
    },
    3_600_000,
  );
});

describe("what was found once", () => {
  const folder = join(import.meta.dir, "corpus");
  const entries = readdirSync(folder).flatMap((name) =>
    corpusSchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))),
  );
  test.each(entries.map((entry) => [`${entry.target}: ${entry.was}`, entry] as const))("%s", async (_, entry) => {
    const target = targets.find(({ name }) => name === entry.target);
    if (!target) throw new Error(`no reader is called ${entry.target}`);
    expect(await faultOf(target, Uint8Array.from(Buffer.from(entry.hex, "hex")))).toBeUndefined();
  });
});
