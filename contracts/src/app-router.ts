import type {
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from "@trpc/server";
import type { z } from "zod";
import type { Contract } from "./contract.ts";
import type { GatewayErrorShape } from "./errors.ts";
import type { ProcedureContract, TrackedEvent } from "./procedure.ts";

interface RootTypes {
  ctx: object;
  meta: object;
  errorShape: GatewayErrorShape;
  transformer: false;
}

interface Definition<Input extends z.ZodType, Output extends z.ZodType> {
  meta: object;
  input: z.input<Input>;
  output: z.output<Output>;
}

interface EventDefinition<Input extends z.ZodType, Output extends z.ZodType> {
  meta: object;
  input: z.input<Input>;
  output: AsyncIterable<TrackedEvent<z.output<Output>>, void, unknown>;
}

/** The tRPC procedure that serves a contract. */
export type ProcedureOf<P> =
  P extends ProcedureContract<"query", infer Input, infer Output>
    ? TRPCQueryProcedure<Definition<Input, Output>>
    : P extends ProcedureContract<"mutation", infer Input, infer Output>
      ? TRPCMutationProcedure<Definition<Input, Output>>
      : P extends ProcedureContract<"subscription", infer Input, infer Output>
        ? TRPCSubscriptionProcedure<EventDefinition<Input, Output>>
        : never;

export type RouterRecordOf<Map> = {
  [Router in keyof Map]: { [Name in keyof Map[Router]]: ProcedureOf<Map[Router][Name]> };
};

/** Type of the gateway's router, computed from the contract; no server type is needed to know it. */
export type AppRouter = TRPCBuiltRouter<RootTypes, RouterRecordOf<Contract>>;
