import { z } from "zod";
import { amountTwdSchema, daySchema } from "../../common.ts";
import { query, type RouterContract, staff } from "../../procedure.ts";
import { bankKeySchema } from "../fields.ts";

const virtualAccountInput = {
  bank: bankKeySchema.describe("Key of the bank"),
  dueDate: daySchema.optional().describe("Bound into the number where the bank's rule has it"),
  amount: amountTwdSchema.optional().describe("Bound into the check digit where the bank's rule has it"),
};

/** Virtual accounts by the rule of a bank. */
export const virtualAccountProcedures = {
  makeVirtualAccount: query({
    summary: "The virtual account of a customer at a bank, with its check digit.",
    roles: staff,
    input: z.object({
      ...virtualAccountInput,
      customer: z
        .string()
        .regex(/^[0-9]{1,12}$/, "1 to 12 digits")
        .describe("The customer's digits, filled with zeros"),
    }),
    output: z.object({ bank: bankKeySchema, virtualAccount: z.string().describe("The virtual account") }),
    rest: { method: "GET", path: "/banking/{bank}/virtual-account" },
  }),
  checkVirtualAccount: query({
    summary: "Whether a virtual account fits the bank's rule, and its amount where that is bound into it.",
    roles: staff,
    input: z.object({
      ...virtualAccountInput,
      virtualAccount: z
        .string()
        .regex(/^[0-9]{2,16}$/, "2 to 16 digits")
        .describe("The virtual account"),
    }),
    output: z.object({ valid: z.boolean().describe("Whether it is") }),
    rest: { method: "GET", path: "/banking/{bank}/virtual-account/check" },
  }),
} satisfies RouterContract;
