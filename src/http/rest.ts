import type { ProcedureContract, RestRoute } from "@luckygas/gateway-client";
import type { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { z } from "zod";
import { OperationError } from "../platform/errors.ts";
import { describeError, retryAfterOf, toTrpcError } from "./errors.ts";
import type { Procedure, Procedures } from "./procedures.ts";
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
  /** Where it was sent, with its query. */
  address: string;
  /** The raw body; read only where the route takes one. */
  body(): Promise<string>;
}

/** Routes of the deployment guide whose body names its fields otherwise than the procedure behind them. */
const guideRoutes: {
  rest: RestRoute;
  router: string;
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
export function restEndpoints(procedures: Procedures): RestEndpoint[] {
  const contracted = Object.values(procedures).flatMap((named) => Object.values(named).flatMap(endpointsOf));
  const guided = guideRoutes.flatMap((route) => {
    const procedure = procedures[route.router]?.[route.name];
    return procedure ? [guideEndpoint(procedure, route)] : [];
  });
  return [...guided, ...contracted];
}

function endpointsOf(procedure: Procedure): RestEndpoint[] {
  const { rest } = procedure.contract;
  if (!rest) return [];
  const path = pathInput(rest.path);
  return [
    {
      method: rest.method,
      path: routerPath(rest.path),
      procedure: procedure.name,
      call: (context, request) => procedure.call(() => inputOf(procedure.contract, rest, request, path), context),
    },
  ];
}

const PARAMETER = /^\{(\w+)\}$/;

/** `/banks/{bank}/status` as `/banks/:s2/status`: Elysia wants one name per place, whatever the contract calls it. */
function routerPath(path: string): string {
  return path
    .split("/")
    .map((segment, place) => (PARAMETER.test(segment) ? `:s${place}` : segment))
    .join("/");
}

type PathInput = (params: Record<string, string>) => Record<string, string | undefined>;

/** Gives the parameters of a path by the contract's names. */
function pathInput(path: string): PathInput {
  const names = path.split("/").flatMap((segment, place) => {
    const name = PARAMETER.exec(segment)?.[1];
    return name === undefined ? [] : [{ name, place: `s${place}` }];
  });
  return (params) => Object.fromEntries(names.map(({ name, place }) => [name, params[place]]));
}

function guideEndpoint(procedure: Procedure, route: (typeof guideRoutes)[number]): RestEndpoint {
  const readInput = async (request: RestRequest) => {
    const input: Record<string, unknown> = { ...route.fixed() };
    for (const [name, value] of Object.entries(parseJson(await request.body()))) {
      const target = route.renames[name];
      if (target) input[target] = value;
    }
    return input;
  };
  return {
    method: route.rest.method,
    path: route.rest.path,
    procedure: procedure.name,
    call: (context, request) =>
      procedure
        .call(() => readInput(request), context)
        .catch((error: unknown) => {
          throw renameFields(error, route.renames);
        }),
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

async function inputOf(
  procedure: ProcedureContract,
  rest: RestRoute,
  request: RestRequest,
  path: PathInput,
): Promise<unknown> {
  if (procedure.input instanceof z.ZodVoid) return undefined;
  const given =
    rest.method === "POST"
      ? parseJson(await request.body())
      : queryInput(procedure.input, new URL(request.address).searchParams);
  return { ...given, ...path(request.params) };
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
  // as: an object by the check before.
  return value as Record<string, unknown>;
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
