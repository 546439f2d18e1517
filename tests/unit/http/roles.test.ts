import { describe, expect, test } from "bun:test";
import { contract, type ProcedureContract, roles } from "@luckygas/gateway-client";
import { call, createTestApp, tokenFor } from "../../support/http-app.ts";

/** Every procedure of the contract with its path. */
const procedures = Object.entries(contract).flatMap(([router, map]) =>
  Object.entries<ProcedureContract>(map).map(([name, procedure]) => ({ path: `${router}.${name}`, procedure })),
);

/** A subscription's stream is opened with status 200 and tells a refusal as its first event. */
async function refusedWith(response: Response, { kind }: ProcedureContract, status: number, code: string) {
  if (kind !== "subscription") return response.status === status;
  let told = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    told += decoder.decode(chunk, { stream: true });
    if (told.includes('"code":')) break;
  }
  return told.includes(`"code":"${code}"`);
}

describe("every procedure admits exactly the roles of its contract", () => {
  for (const { path, procedure } of procedures) {
    test(path, async () => {
      for (const role of roles) {
        const { app, reached } = createTestApp();
        const token = await tokenFor({ role });
        const body = procedure.kind === "mutation" ? "{}" : undefined;
        const response = await call(app, `/trpc/${path}`, { token, ...(body !== undefined && { body }) });
        const allowed = procedure.roles === "public" || procedure.roles.includes(role);
        // Empty input may be refused afterwards: only the refusal of the role is judged here.
        const forbidden = await refusedWith(response, procedure, 403, "FORBIDDEN");
        expect({ role, forbidden }).toEqual({ role, forbidden: !allowed });
        if (!allowed) expect(reached).toEqual([]);
      }
    });
  }

  test("without a token only the public ones answer", async () => {
    for (const { path, procedure } of procedures) {
      const { app, reached } = createTestApp();
      const body = procedure.kind === "mutation" ? "{}" : undefined;
      const response = await call(app, `/trpc/${path}`, { ...(body !== undefined && { body }) });
      const refused = await refusedWith(response, procedure, 401, "UNAUTHORIZED");
      expect({ path, refused }).toEqual({ path, refused: procedure.roles !== "public" });
      if (procedure.roles !== "public") expect(reached).toEqual([]);
    }
  });
});

test("every procedure says in a sentence what it does", () => {
  for (const { path, procedure } of procedures)
    expect({ path, summary: procedure.summary }).toHaveProperty("summary", expect.stringMatching(/\.$/));
});

test("no two procedures share a REST address", () => {
  const routes = procedures.flatMap(({ procedure }) =>
    procedure.rest ? [`${procedure.rest.method} ${procedure.rest.path.replaceAll(/\{\w+\}/g, "{}")}`] : [],
  );
  expect(routes.length).toBe(new Set(routes).size);
});
