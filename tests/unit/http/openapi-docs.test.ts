import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { contract, query } from "@luckygas/gateway-client";
import { z } from "zod";
import { createDocumentation } from "../../../src/http/openapi.ts";

const documentation = createDocumentation(contract, { serverUrl: "https://gateway.example.tw" });
const page = await documentation.page().text();
const document = await documentation.document().json();

describe("the page", () => {
  test("loads nothing and runs nothing", () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|@import|url\(/i);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = documentation.page().headers.get("content-security-policy");
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/\sstyle="/);
  });

  test("links only to itself and to the document", () => {
    const links = [...page.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? "");
    const ids = new Set([...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]));
    const outside = links.filter((link) => !link.startsWith("#") && link !== "/api/v1/openapi.json");
    expect(outside).toEqual([]);
    expect(links.filter((link) => link.startsWith("#") && !ids.has(link.slice(1)))).toEqual([]);
    expect(ids.size).toBe([...page.matchAll(/\sid="/g)].length);
  });

  test("shows every operation and every schema of the document", () => {
    for (const item of Object.values<Record<string, { operationId: string }>>(document.paths)) {
      for (const { operationId } of Object.values(item)) expect(page).toContain(`id="${operationId}"`);
    }
    for (const name of Object.keys(document.components.schemas)) expect(page).toContain(`id="schema-${name}"`);
    for (const code of Object.keys(document.components.responses)) expect(page).toContain(`id="error-${code}"`);
  });

  test("shows texts as texts, whatever is in them", async () => {
    const evil = `<script>alert("x")</script> & 'y'`;
    const made = createDocumentation(
      {
        system: {
          evil: query({
            summary: evil,
            roles: "public",
            input: z.object({ field: z.string().describe(evil).default(evil) }),
            output: z.object({ answer: z.enum([evil]) }),
            rest: { method: "GET", path: "/evil" },
          }),
        },
      },
      { serverUrl: `https://gateway.example.tw/${evil}` },
    );
    const text = await made.page().text();
    expect(text).not.toContain("<script>");
    expect(text).toContain("&lt;script&gt;");
  });

  test("is made once, and answered anew each time", async () => {
    expect(await documentation.page().text()).toBe(page);
    expect(documentation.document().headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(documentation.page().headers.get("content-type")).toBe("text/html; charset=utf-8");
  });
});
