import { z } from "zod";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { layoutSchema } from "../layouts.ts";

/** Layouts of bank files. */
export const layoutProcedures = {
  listLayouts: query({
    summary: "The file layouts this gateway knows, with what is wrong with those that cannot be loaded.",
    roles: staff,
    input: z.void(),
    output: z.object({
      items: z.array(layoutSchema).describe("The layouts"),
      nextCursor: z.null().describe("Always null: the list is whole"),
    }),
    rest: { method: "GET", path: "/banking/layouts" },
  }),
  upsertLayout: mutation({
    summary:
      "Stores a file layout, given as its description; a gap, an overlap or a wrong total is refused with its place.",
    roles: managers,
    input: z.object({ description: z.record(z.string(), z.unknown()).describe("The layout, as JSON") }),
    output: layoutSchema,
    rest: { method: "POST", path: "/banking/layouts" },
  }),
} satisfies RouterContract;
