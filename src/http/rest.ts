import {
  type AppRouter,
  type Contract,
  contract,
  type ProcedureContract,
  type RestRoute,
} from "@luckygas/gateway-client";
import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { z } from "zod";
import { OperationError } from "../platform/errors.ts";
import { describeError, retryAfterOf, toTrpcError } from "./errors.ts";
import type { RequestContext } from "./request-context.ts";

/** One REST route: where it stands (below `/api/v1`) and how its parts become the procedure's input. */
export interface RestEndpoint {
  method: RestRoute["method"];
  /** In the router's form, see `routerPath`. */
  path: string;
  /** `banking.getBankStatus`: for logs and metrics. */
  procedure: string;
  call(context: RequestContext, request: RestRequest): Promise<unknown>;
}

export interface RestRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  /** The raw body; read only where the route takes one. */
  body(): Promise<string>;
}

/** Routes of the deployment guide whose body names its fields otherwise than the procedure behind them. */
const guideRoutes: {
  rest: RestRoute;
  router: keyof Contract;
  name: string;
  renames: Record<string, string>;
  fixed(): object;
}[] = [
  {
    rest: { method: "POST", path: "/sms/test" },
    router: "sms",
    name: "sendMessage",
    renames: { phone: "to", message: "text" },
    fixed: () => ({ idempotencyKey: `test-${crypto.randomUUID()}` }),
  },
];

/** The REST routes that the contract and the guide name. They call the very procedures that tRPC serves. */
export function restEndpoints(router: AppRouter): RestEndpoint[] {
  const endpoints = guideRoutes.map((route) => guideEndpoint(router, route));
  for (const [routerName, procedures] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries<ProcedureContract>(procedures)) {
      if (!procedure.rest) continue;
      endpoints.push(endpoint(router, routerName, name, procedure, procedure.rest));
    }
  }
  return endpoints;
}

function endpoint(
  router: AppRouter,
  routerName: string,
  name: string,
  procedure: ProcedureContract,
  rest: RestRoute,
): RestEndpoint {
  return {
    method: rest.method,
    path: routerPath(rest.path),
    procedure: `${routerName}.${name}`,
    call: async (context, request) => {
      const input = await inputOf(procedure, rest, request);
      return callProcedure(router, context, routerName, name, input);
    },
  };
}

const PARAMETER = /^\{(\w+)\}$/;

/** `/banks/{bank}/status` as `/banks/:s2/status`: Elysia wants one name per place, whatever the contract calls it. */
function routerPath(path: string): string {
  return path
    .split("/")
    .map((segment, place) => (PARAMETER.test(segment) ? `:s${place}` : segment))
    .join("/");
}

/** The parameters of a path by the contract's names. */
function pathInput(path: string, params: Record<string, string>): Record<string, string | undefined> {
  const names = path.split("/").map((segment) => PARAMETER.exec(segment)?.[1]);
  return Object.fromEntries(names.flatMap((name, place) => (name === undefined ? [] : [[name, params[`s${place}`]]])));
}

function guideEndpoint(router: AppRouter, route: (typeof guideRoutes)[number]): RestEndpoint {
  return {
    method: route.rest.method,
    path: route.rest.path,
    procedure: `${route.router}.${route.name}`,
    call: async (context, request) => {
      const input: Record<string, unknown> = { ...route.fixed() };
      for (const [name, value] of Object.entries(parseJson(await request.body()))) {
        const target = route.renames[name];
        if (target) input[target] = value;
      }
      return callProcedure(router, context, route.router, route.name, input).catch((error: unknown) => {
        throw renameFields(error, route.renames);
      });
    },
  };
}

/** An error that speaks of the procedure's fields, told in the names that the caller used. */
function renameFields(error: unknown, renames: Record<string, string>): unknown {
  const failure = toTrpcError(error);
  const { message, gateway } = describeError(failure);
  if (!gateway.fields) return error;
  const back = new Map(Object.entries(renames).map(([given, target]) => [target, given]));
  const fields = gateway.fields.map(({ path, rule }) => ({ path: back.get(path) ?? path, rule }));
  const told = fields.map(({ path, rule }) => `${path}: ${rule}`).join("; ");
  return toTrpcError(new OperationError(gateway.code, told || message, { reason: gateway.reason, fields }));
}

/** Calls a procedure by its name, with the checks that every call has. */
function callProcedure(
  router: AppRouter,
  context: RequestContext,
  routerName: string,
  name: string,
  input: unknown,
): Promise<unknown> {
  const caller = router.createCaller(context);
  // as: names come from the contract itself, and the procedure parses its input.
  const procedures = caller as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  const call = procedures[routerName]?.[name];
  if (!call) throw new TRPCError({ code: "NOT_FOUND" });
  return call(input);
}

async function inputOf(procedure: ProcedureContract, rest: RestRoute, request: RestRequest): Promise<unknown> {
  if (procedure.input instanceof z.ZodVoid) return undefined;
  const fromBody =
    rest.method === "POST" ? parseJson(await request.body()) : queryInput(procedure.input, request.query);
  return { ...fromBody, ...pathInput(rest.path, request.params) };
}

function parseJson(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bodyProblem("must be valid JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bodyProblem("must be a JSON object");
  return { ...value };
}

function bodyProblem(rule: string): TRPCError {
  return toTrpcError(
    new OperationError("invalid_input", `the request body ${rule}`, { fields: [{ path: "(body)", rule }] }),
  );
}

/** Query parameters are text; those whose field is a number, a boolean or a list are read as such. */
function queryInput(schema: z.ZodType, query: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const shape = schema instanceof z.ZodObject ? schema.shape : {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    const field = bareType(shape[name]);
    if (field === "array") input[name] = values;
    else input[name] = readText(field, values[0] ?? "");
  }
  return input;
}

function readText(type: string | undefined, text: string): unknown {
  if (type === "number" && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

/** The kind of a field without `optional` and `default` around it. */
function bareType(field: z.core.$ZodType | undefined): string | undefined {
  let current = field;
  while (current instanceof z.ZodOptional || current instanceof z.ZodDefault || current instanceof z.ZodNullable) {
    current = current.unwrap();
  }
  return current?._zod.def.type;
}

/** A REST answer to an error: message, data and status as in tRPC's envelope. */
export function restError(error: unknown, context: { requestId: string }, path: string): Response {
  const failure = toTrpcError(error);
  const { message, gateway } = describeError(failure);
  const httpStatus = getHTTPStatusCodeFromError(failure);
  const data = { code: failure.code, httpStatus, path, gateway: { ...gateway, requestId: context.requestId } };
  const retryAfter = retryAfterOf(failure);
  const headers = retryAfter === undefined ? undefined : { "retry-after": String(retryAfter) };
  return Response.json({ error: { message, data } }, { status: httpStatus, headers });
}
