import type { NumberRangeInput } from "@luckygas/gateway-client";
import { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import { readXml } from "../../platform/xml.ts";

const PATH = "file.contentBase64";
const assignmentSchema = z.object({
  Ban: z.string(),
  InvoiceType: z.literal("07", "only general tax (07) is read"),
  YearMonth: z.string().regex(/^[0-9]{3}(02|04|06|08|10|12)$/, "must be the ROC year and the even month"),
  InvoiceTrack: z.string().regex(/^[A-Z]{2}$/, "must be 2 capital letters"),
  InvoiceBeginNo: z.string().regex(/^[0-9]{8}$/, "must have 8 digits"),
  InvoiceEndNo: z.string().regex(/^[0-9]{8}$/, "must have 8 digits"),
});
const list = <T extends z.ZodType>(item: T) => z.union([z.array(item), item.transform((one) => [one])]);
const packSchema = z.object({ InvoiceAssignNo: list(assignmentSchema) });
const envelopeSchema = z.object({ InvoiceEnvelope: z.object({ InvoicePack: list(packSchema) }) });

/** Number ranges of an E0501 message (MIG 4.1), which the platform sends when numbers were allotted. Throws `invalid_input`. */
export function readE0501(text: string, sellerUbn: string): NumberRangeInput[] {
  const xml = readXml(text, { entities: false });
  if (xml === undefined) throw invalidInput(PATH, "is not well-formed XML");
  const parsed = envelopeSchema.safeParse(xml);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidInput(PATH, `is no E0501 message: ${issue?.path.join(".")} ${issue?.message}`);
  }
  const assignments = parsed.data.InvoiceEnvelope.InvoicePack.flatMap((pack) => pack.InvoiceAssignNo);
  return assignments.map((assignment) => {
    if (assignment.Ban !== sellerUbn) throw invalidInput(PATH, `holds numbers of another seller than ${sellerUbn}`);
    const year = Number(assignment.YearMonth.slice(0, 3)) + 1911;
    return {
      yearMonth: `${year}${assignment.YearMonth.slice(3)}`,
      prefix: assignment.InvoiceTrack,
      rangeStart: Number(assignment.InvoiceBeginNo),
      rangeEnd: Number(assignment.InvoiceEndNo),
    };
  });
}
