import { contract, type ProcedureContract } from "@luckygas/gateway-client";
import { outputExample } from "../../../src/http/openapi/examples.ts";
import type { AllHandlers } from "../../../src/http/procedures.ts";

type Handler = (input: unknown) => Promise<unknown>;

const ids = Object.entries(contract).flatMap(([router, map]) =>
  Object.entries<ProcedureContract>(map).map(([name, procedure]) => ({ router, name, procedure })),
);

/** A handler for every procedure, by `router.procedure`; each answers the example of its own answer. */
export const exampleHandlers: Record<string, Handler> = Object.fromEntries(
  ids.map(({ router, name, procedure }) => {
    const id = `${router}.${name}`;
    return [id, async () => outputExample(procedure.output, `${id}.output`)];
  }),
);

const grouped: Record<string, Record<string, Handler>> = {};
for (const { router, name } of ids) {
  grouped[router] = { ...grouped[router], [name]: async () => undefined };
}

/** Handlers that are never called. */
// as: a handler for every procedure of the contract, made in a loop.
export const idleHandlers = grouped as unknown as AllHandlers;
