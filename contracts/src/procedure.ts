import type { z } from "zod";

/** Roles a token may carry (claim `role`). */
export const roles = ["super_admin", "manager", "office_staff", "driver", "service"] as const;
export type Role = (typeof roles)[number];

export const everyone: readonly Role[] = [...roles];
export const staff: readonly Role[] = ["super_admin", "manager", "office_staff", "service"];
export const managers: readonly Role[] = ["super_admin", "manager"];

/** Where a procedure stands in the REST API, below `/api/v1`. `{name}` in the path fills the input field of that name. */
export interface RestRoute {
  method: "GET" | "POST";
  path: `/${string}`;
}

export interface ProcedureContract<
  Kind extends "query" | "mutation" | "subscription" = "query" | "mutation" | "subscription",
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  kind: Kind;
  /** One sentence for readers of the API. */
  summary: string;
  /** Who may call it. Nothing is open by default; `"public"` needs no token. */
  roles: readonly Role[] | "public";
  input: Input;
  output: Output;
  rest?: RestRoute;
}

type Definition<Input extends z.ZodType, Output extends z.ZodType> = Omit<
  ProcedureContract<"query", Input, Output>,
  "kind"
>;

/** A procedure that changes nothing. */
export const query = <Input extends z.ZodType, Output extends z.ZodType>(
  definition: Definition<Input, Output>,
): ProcedureContract<"query", Input, Output> => ({ kind: "query", ...definition });

/** A procedure that changes something; those with an `idempotencyKey` may be repeated safely with the same key. */
export const mutation = <Input extends z.ZodType, Output extends z.ZodType>(
  definition: Definition<Input, Output>,
): ProcedureContract<"mutation", Input, Output> => ({ kind: "mutation", ...definition });

/**
 * A procedure that keeps telling. Every event has an id that rises; a caller that was cut off resumes with
 * `lastEventId` in the input and misses nothing. `output` is one event.
 */
export const subscription = <Input extends z.ZodType, Output extends z.ZodType>(
  definition: Definition<Input, Output>,
): ProcedureContract<"subscription", Input, Output> => ({ kind: "subscription", ...definition });

/** One event of a subscription; `id` is what a caller resumes from. */
export interface TrackedEvent<Data> {
  id: string;
  data: Data;
}

/** Procedures of one router, by name. */
export type RouterContract = Record<string, ProcedureContract>;
