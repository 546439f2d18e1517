import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, type ProcedureContract } from "@luckygas/gateway-client";
import { z } from "zod";
import { writeReference } from "../../../contracts/reference.ts";
import { compileAsCaller } from "../../support/compile.ts";

const root = join(import.meta.dir, "../../..");

/** What the texts take for granted: the reader's own program. */
const readersOwn = `
import type { GatewayClient, QueuedNames } from "./types.ts";
declare global {
  const gateway: GatewayClient;
  const token: string;
  const session: { token(): Promise<string> };
  const id: string;
  const batchId: string;
  const storageKey: string;
  const leave: HTMLButtonElement;
  const message: Parameters<GatewayClient["sms"]["sendMessage"]["mutate"]>[0];
  const queryClient: import("@tanstack/query-core").QueryClient;
  const queries: import("@luckygas/gateway-client/query").GatewayQueryOptions;
  const AsyncStorage: { getItem(key: string): Promise<string | null>; setItem(key: string, text: string): Promise<void> };
  function show(...what: unknown[]): void;
  function showConnection(state: "away" | "there"): void;
  function showProblems(fields: { path: string; rule: string }[] | undefined): void;
  function report(...what: unknown[]): void;
  function keepForLater(message: object): void;
}
`.replace(", QueuedNames", "");

const snippetsOf = async (file: string) => {
  const text = await Bun.file(join(root, file)).text();
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
};

describe("what the READMEs show", () => {
  test("compiles as it stands there", async () => {
    const folder = await mkdtemp(join(tmpdir(), "readme-snippets-"));
    try {
      await writeFile(join(folder, "types.ts"), `export type { GatewayClient } from "@luckygas/gateway-client";\n`);
      await writeFile(join(folder, "readers-own.ts"), readersOwn);
      const files = ["README.md", "contracts/README.md"];
      const snippets = (await Promise.all(files.map(snippetsOf))).flat();
      expect(snippets.length).toBeGreaterThan(6);
      for (const [index, code] of snippets.entries()) {
        await writeFile(join(folder, `snippet-${index}.ts`), `${code}\nexport {};\n`);
      }
      expect(await compileAsCaller(folder)).toBe("");
      await rm(join(folder, "node_modules"));
      await writeFile(join(folder, "snippet-0.ts"), `gateway.sms.sendMesage.mutate(message);\nexport {};\n`);
      expect(await compileAsCaller(folder), "control: a wrong snippet is found").toContain("sendMesage");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);

  test("leads to files that are there", async () => {
    const text = await Bun.file(join(root, "contracts/README.md")).text();
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = ""]) => path);
    // REFERENCE.md is written when the package is built.
    const missing = links.filter((path) => path !== "REFERENCE.md" && !existsSync(join(root, "contracts", path)));
    expect(links).toContain("REFERENCE.md");
    expect(missing).toEqual([]);
  });
});

test("the reference has every procedure, and every field of what it takes and answers", () => {
  const parts = new Map(
    writeReference()
      .split(/^### /m)
      .map((part) => [part.slice(0, part.indexOf("\n")), part]),
  );
  for (const [router, procedures] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries<ProcedureContract>(procedures)) {
      const part = parts.get(`${router}.${name}`) ?? "";
      expect(part).toContain(procedure.summary);
      for (const schema of [procedure.input, procedure.output]) {
        if (!(schema instanceof z.ZodObject)) continue;
        for (const field of Object.keys(schema.shape)) expect(part).toMatch(new RegExp(`\`${field}\\??\``));
      }
    }
  }
});

test("the reference says what its fields mean", () => {
  const fields = [...writeReference().matchAll(/^ *- `\w+\??` (.*)$/gm)].map(([, facts = ""]) => facts);
  const speechless = fields.filter((facts) => !facts.includes(". ") && !/^`[^`]+`$/.test(facts));
  expect(fields.length).toBeGreaterThan(1_000);
  expect(speechless.length / fields.length).toBeLessThan(0.03);
});
