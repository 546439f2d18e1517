import { z } from "zod";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { bankSchema, bankStatusSchema } from "../banks.ts";
import { bankConfigurationSchema } from "../configuration.ts";
import { bankReference } from "../fields.ts";
import { connectionTestSchema } from "../transfers.ts";

/** The banks, their configuration and the link to each. */
export const bankProcedures = {
  listBanks: query({
    summary: "The banks this gateway knows.",
    roles: staff,
    input: z.void(),
    output: z.object({
      items: z.array(bankSchema).describe("The banks"),
      nextCursor: z.null().describe("Always null: the list is whole"),
    }),
    rest: { method: "GET", path: "/banking/banks" },
  }),
  getBankStatus: query({
    summary: "State of the link to one bank; does not connect.",
    roles: staff,
    input: bankReference,
    output: bankStatusSchema,
    rest: { method: "GET", path: "/banking/{bank}/status" },
  }),
  testConnection: mutation({
    summary: "Connects, signs in and looks at both folders, telling each step.",
    roles: managers,
    input: bankReference,
    output: connectionTestSchema,
    rest: { method: "POST", path: "/banking/{bank}/test-connection" },
  }),
  testUpload: mutation({
    summary: "Connects, writes, verifies, renames and deletes a harmless file, telling each step.",
    roles: managers,
    input: bankReference,
    output: connectionTestSchema,
    rest: { method: "POST", path: "/banking/{bank}/test-upload" },
  }),
  getBankConfiguration: query({
    summary: "A bank's whole configuration, as upsertBank takes it.",
    roles: managers,
    input: bankReference,
    output: bankConfigurationSchema,
    rest: { method: "GET", path: "/banking/{bank}/configuration" },
  }),
  upsertBank: mutation({
    summary: "Stores a bank's whole configuration; what does not make sense together is refused and nothing is stored.",
    roles: managers,
    input: bankConfigurationSchema,
    output: bankSchema,
    rest: { method: "POST", path: "/banking/banks" },
  }),
} satisfies RouterContract;
