import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleConsole, type ConsoleAssets, loadConsole, writeConsole } from "../../../src/http/console/assets.ts";
import { createConsole } from "../../../src/http/console.ts";
import { call, createTestApp } from "../../support/http-app.ts";

describe("the console's files", () => {
  let folder: string;
  let assets: ConsoleAssets;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "console-"));
    assets = await bundleConsole(join(import.meta.dir, "../../../src/console"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("what is built into a folder is what is served from sources", async () => {
    expect(await loadConsole(folder)).toBeUndefined();
    await writeConsole(assets, folder);
    expect(await loadConsole(folder)).toEqual(assets);
  });

  test("the page names exactly the files that there are", () => {
    const named = [...assets.page.matchAll(/"\/console\/([^"]+)"/g)].map(([, name]) => name ?? "");
    expect(named.toSorted()).toEqual([...assets.files.keys()].toSorted());
    expect([...assets.files.keys()].map((name) => name.split(".").at(-1)).toSorted()).toEqual(["css", "js", "svg"]);
  });

  test("the schemas and the development build are not in it", async () => {
    const script = [...assets.files].find(([name]) => name.endsWith(".js"))?.[1];
    const text = new TextDecoder().decode(script?.bytes);
    expect(text).not.toMatch(/_zod|jsxDEV|invalid_union/);
    expect(Bun.gzipSync(script?.bytes ?? new Uint8Array()).length).toBeLessThan(150_000);
  });
});

describe("the addresses", () => {
  const page = createConsole();
  const get = (path: string, headers: Record<string, string> = {}) =>
    page.answer(new Request(`http://127.0.0.1${path}`, { headers }));

  test("both forms give the page, which is asked for anew each time", async () => {
    for (const path of ["/console", "/console/"]) {
      const response = await get(path);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    }
  });

  test("a file is compressed where that is understood", async () => {
    const [, script = ""] = /src="([^"]+)"/.exec(await (await get("/console")).text()) ?? [];
    const plain = await get(script);
    const packed = await get(script, { "accept-encoding": "gzip, br" });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    const bytes = Bun.gunzipSync(new Uint8Array(await packed.arrayBuffer()));
    expect(Buffer.from(bytes).equals(Buffer.from(await plain.arrayBuffer()))).toBe(true);
  });

  test.each(["/console/nothing.js", "/console/../main.ts", "/console/%2e%2e%2fmain.ts", "/console/__proto__"])(
    "no other file: %s",
    async (path) => {
      const { app } = createTestApp();
      expect((await call(app, path)).status).toBe(404);
    },
  );
});
