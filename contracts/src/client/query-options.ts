import type { z } from "zod";
import type { GatewayClient } from "../client.ts";
import type { Contract } from "../contract.ts";
import type { ProcedureContract } from "../procedure.ts";

/**
 * A key as tRPC's own helpers make it: the path, and behind it what was asked. Keys without an input, or of a router alone,
 * stand for everything below them, e.g. in `invalidateQueries`.
 */
export type GatewayQueryKey = readonly [
  path: readonly string[],
  asked?: { readonly input?: unknown; readonly type?: "query" },
];

/** Where a procedure takes no input, none is given. */
type InputOf<Input extends z.ZodType> = Input extends z.ZodVoid ? [] : [input: z.input<Input>];

interface QueryHelpers<Input extends z.ZodType, Output extends z.ZodType> {
  /** Of every input where none is given. */
  queryKey(...input: Partial<InputOf<Input>>): GatewayQueryKey;
  /** For `useQuery`, `fetchQuery` and the like. Aborts the call when nobody waits for it any more. */
  queryOptions(...input: InputOf<Input>): {
    queryKey: GatewayQueryKey;
    queryFn(context: { signal: AbortSignal }): Promise<z.output<Output>>;
    /** The client itself repeats what may be repeated. */
    retry: false;
  };
}

interface MutationHelpers<Input extends z.ZodType, Output extends z.ZodType> {
  mutationKey(): GatewayQueryKey;
  mutationOptions(): {
    mutationKey: GatewayQueryKey;
    mutationFn(...input: InputOf<Input>): Promise<z.output<Output>>;
    retry: false;
  };
}

type HelpersOf<P> =
  P extends ProcedureContract<"query", infer Input, infer Output>
    ? QueryHelpers<Input, Output>
    : P extends ProcedureContract<"mutation", infer Input, infer Output>
      ? MutationHelpers<Input, Output>
      : never;

type CallableOf<Map> = {
  [Name in keyof Map as Map[Name] extends ProcedureContract<"subscription"> ? never : Name]: HelpersOf<Map[Name]>;
};

/** Keys and options of every query and mutation, by router and name; `pathKey` of a router stands for all of it. */
export type GatewayQueryOptions = {
  [Router in keyof Contract]: CallableOf<Contract[Router]> & { pathKey(): GatewayQueryKey };
};

type AnyCall = (input: unknown, options?: { signal: AbortSignal }) => Promise<unknown>;
type AnyClient = Record<string, Record<string, { query: AnyCall; mutate: AnyCall }>>;

/**
 * Query keys and options for TanStack Query, of any framework:
 * `useQuery(gatewayQueries.einvoice.getInvoice.queryOptions({ id }))`. Nothing of TanStack Query is needed to make them.
 */
export function createGatewayQueryOptions(client: GatewayClient): GatewayQueryOptions {
  // as: names come from the contract's types; a client answers every name with a procedure of that name.
  const calls = client as unknown as AnyClient;
  const routers = byName((router) =>
    byName((name) => (name === "pathKey" ? () => [[router]] : helpersOf(calls, router, name))),
  );
  // as: the proxies answer the names of the type above.
  return routers as unknown as GatewayQueryOptions;
}

function helpersOf(calls: AnyClient, router: string, name: string) {
  const path = [router, name];
  const queryKey = (input?: unknown) => [path, input === undefined ? { type: "query" } : { input, type: "query" }];
  return {
    queryKey,
    queryOptions: (input?: unknown) => ({
      queryKey: queryKey(input),
      queryFn: ({ signal }: { signal: AbortSignal }) => calls[router]?.[name]?.query(input, { signal }),
      retry: false,
    }),
    mutationKey: () => [path],
    mutationOptions: () => ({
      mutationKey: [path],
      mutationFn: (input?: unknown) => calls[router]?.[name]?.mutate(input),
      retry: false,
    }),
  };
}

/** An object that has every name. */
function byName<Value>(make: (name: string) => Value): Record<string, Value> {
  return new Proxy<Record<string, Value>>({}, { get: (_, name) => make(String(name)) });
}
