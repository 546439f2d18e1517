import { z } from "zod";
import { sha256Schema } from "./fields.ts";

export const layoutSchema = z.object({
  id: z.string().describe("By which a bank's configuration names it, e.g. ach-p01"),
  title: z.string().describe("For people"),
  direction: z.string().describe("payment, reply, statement, authorisation or authorisation_reply"),
  format: z.string().describe("fixed_width or csv"),
  encoding: z.string().describe("Character encoding of the file"),
  recordBytes: z.int().nullable().describe("Null for delimited files"),
  source: z.enum(["built_in", "table", "file"]).describe("Where it comes from"),
  sha256: sha256Schema.nullable().describe("Of the description; null while it has problems"),
  problems: z.array(z.string()).describe("Why it is not loaded, with the place; empty when it is"),
});
