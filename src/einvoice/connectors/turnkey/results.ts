import { z } from "zod";
import { readXml } from "../../../platform/xml.ts";

/** What a result file says of one message. */
export type TurnkeyResult =
  | { kind: "good" }
  | { kind: "failed"; code: string | undefined; description: string | undefined };

/** A result, found by the message's code and number, and its date (`YYYYMMDD`) where the file tells it. */
export interface ResultEntry {
  messageCode: string;
  /** Number of the invoice or allowance; for messages about numbers (E0401, E0402) whatever the file says of it. */
  number: string;
  date: string | undefined;
  result: TurnkeyResult;
}

/** One element is not a list, several are, none is nothing or an empty text. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.union([
    z.array(item),
    item.transform((one) => [one]),
    z.undefined().transform(() => []),
    z.literal("").transform(() => []),
  ]);

const invoicesSchema = z.object({
  Count: z.string(),
  Invoices: z
    .union([
      z.object({
        Invoice: listOf(z.object({ ReferenceNumber: z.string(), InvoiceDate: z.string().optional() })),
      }),
      z.literal("").transform(() => ({ Invoice: [] })),
    ])
    .optional(),
});
const detail = z.object({ ResultDetailType: invoicesSchema });
const summarySchema = z.object({
  SummaryResult: z.object({
    DetailList: z.object({
      Message: listOf(
        z.object({
          Info: z.object({ MessageType: z.string() }),
          ResultType: z.object({ Total: detail.optional(), Good: detail.optional(), Failed: detail.optional() }),
        }),
      ),
    }),
  }),
});
const processSchema = z.object({
  ProcessResult: z.object({
    MessageInfo: z.object({ MessageType: z.string() }),
    Result: z.object({
      Info: listOf(
        z.looseObject({
          Code: z.string(),
          Description: z.string().optional(),
          Parameter0: z.string().optional(),
          Parameter1: z.string().optional(),
          Parameter2: z.string().optional(),
          Parameter3: z.string().optional(),
          Parameter4: z.string().optional(),
        }),
      ),
    }),
  }),
});

const NUMBER = /[A-Z]{2}[0-9]{8}(?:[0-9]{5}[0-9A-Z])?/g;
const STORED = "00000";

/** Messages about numbers: how results refer to them is not published. */
const isAboutNumbers = (messageCode: string) => messageCode.startsWith("E");

/**
 * What a ProcessResult (errors of one upload) or a SummaryResult (the day's good and failed ones; namespaces `urn:GEINV:…:4.1`) says.
 * `undefined` when the text is neither, or nothing in it adds up: then it says nothing. A kind of message whose own counts do not add up
 * is left out.
 */
export function readResults(text: string): ResultEntry[] | undefined {
  const parsed = readXml(text, { entities: true });
  const summary = summarySchema.safeParse(parsed);
  if (summary.success) return readSummary(summary.data);
  const process = processSchema.safeParse(parsed);
  return process.success ? readProcess(process.data) : undefined;
}

function readSummary({ SummaryResult }: z.output<typeof summarySchema>): ResultEntry[] | undefined {
  const entries: ResultEntry[] = [];
  let isUseful = false;
  for (const { Info, ResultType } of SummaryResult.DetailList.Message) {
    const part = (name: "Good" | "Failed") => ResultType[name]?.ResultDetailType;
    const listed = (name: "Good" | "Failed") => part(name)?.Invoices?.Invoice ?? [];
    const count = (name: "Good" | "Failed") => Number(part(name)?.Count ?? 0);
    const total = ResultType.Total?.ResultDetailType.Count;
    const addsUp = total === undefined || Number(total) === count("Good") + count("Failed");
    if (!addsUp || listed("Good").length !== count("Good") || listed("Failed").length !== count("Failed")) continue;
    isUseful = true;
    const add = (name: "Good" | "Failed", result: TurnkeyResult) => {
      for (const { ReferenceNumber, InvoiceDate } of listed(name)) {
        entries.push({ messageCode: Info.MessageType, number: ReferenceNumber, date: InvoiceDate, result });
      }
    };
    add("Good", { kind: "good" });
    add("Failed", { kind: "failed", code: undefined, description: undefined });
  }
  return isUseful ? entries : undefined;
}

function readProcess({ ProcessResult }: z.output<typeof processSchema>): ResultEntry[] {
  const messageCode = ProcessResult.MessageInfo.MessageType;
  return ProcessResult.Result.Info.flatMap((info) => {
    const { Code, Description, Parameter0, Parameter1, Parameter2, Parameter3, Parameter4 } = info;
    const words = [Description, Parameter0, Parameter1, Parameter2, Parameter3, Parameter4].join(" ");
    const numbers = isAboutNumbers(messageCode) ? [words] : [...new Set(words.match(NUMBER) ?? [])];
    const result: TurnkeyResult =
      Code === STORED ? { kind: "good" } : { kind: "failed", code: Code, description: Description };
    return numbers.map((number) => ({ messageCode, number, date: undefined, result }));
  });
}
