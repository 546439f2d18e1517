import type { FieldProblem } from "@luckygas/gateway-client";
import type { BankRow } from "./bank-row.ts";
import type { LayoutEntry } from "./layout-library.ts";
import { clearingCodes } from "./rules/known-banks.ts";
import { type EncodingName, type LayoutDescription, type TextValue, textValues } from "./rules/layout/description.ts";
import { type Layout, loadLayout } from "./rules/layout/layout.ts";
import { encodingByName } from "./rules/layout/text-codec.ts";
import { defaultLayouts } from "./rules/layouts/index.ts";
import { compileNamePattern, type NamePattern } from "./rules/name-pattern.ts";

/** A bank whose configuration makes sense: its files can be written and read. */
export interface Bank {
  key: string;
  row: BankRow;
  clearingCode: string;
  encoding: EncodingName;
  /** What is the same in every file and every item. */
  fileValues: Readonly<Partial<Record<TextValue, string>>>;
  payment: Layout;
  reply: Layout;
  paymentName: NamePattern;
  replyName: NamePattern;
  rejectionName: NamePattern | undefined;
  /** Files that ask for authorisations, and their replies; `undefined` where the bank takes none. */
  authorisations: { request: Layout; requestName: NamePattern; reply: Layout; replyName: NamePattern } | undefined;
  /** Statements of money received; `undefined` where the bank sends none. */
  statements: { layout: Layout; name: NamePattern } | undefined;
  /** Whether its debits are held without a confirmed authorisation. */
  needsAuthorisation: boolean;
}

/** `problem` names columns of the table, `fields` those of the input; both tell everything that is wrong. */
export type MadeBank = { bank: Bank } | { problem: string; fields: FieldProblem[] };
type Library = ReadonlyMap<string, LayoutEntry>;
type Direction = LayoutDescription["direction"];

/** Loads layouts and compiles patterns, and remembers everything that is wrong with them. */
function createParts(row: BankRow, encoding: EncodingName, library: Library) {
  const problems: FieldProblem[] = [];
  const options = { encoding, text: row.textPolicy, ...(row.delimiter && { delimiter: row.delimiter }) };
  return {
    problems,
    layout: (path: string, id: string, direction: Direction): Layout | undefined => {
      const say = (rule: string) => problems.push({ path, rule });
      const entry = library.get(id);
      if (!entry) {
        say(`layout "${id}" is not known`);
        return undefined;
      }
      const loaded = loadLayout(entry.description, options);
      if (!loaded.ok) for (const problem of loaded.problems) say(`layout "${id}": ${problem}`);
      else if (loaded.layout.description.direction !== direction) {
        say(`layout "${id}" is of kind ${loaded.layout.description.direction}, not ${direction}`);
      }
      return loaded.ok ? loaded.layout : undefined;
    },
    pattern: (path: string, source: string, { outbound = false } = {}): NamePattern | undefined => {
      const compiled = compileNamePattern(source, { outbound, ignoreCase: row.fileNamesIgnoreCase });
      if (!compiled.ok) problems.push({ path, rule: compiled.problem });
      return compiled.ok ? compiled.pattern : undefined;
    },
  };
}

type Parts = ReturnType<typeof createParts>;

/** Puts a configuration together with its layouts and patterns, or tells everything that is wrong with it. */
export function makeBank(row: BankRow, library: Library): MadeBank {
  const encoding = encodingByName(row.encoding);
  if (!encoding) return refuse([{ path: "encoding", rule: `${row.encoding} is not known (BIG5, UTF-8, ASCII)` }]);
  const clearingCode = row.clearingCode ?? clearingCodes[row.bankCode];
  if (!clearingCode) return refuse([{ path: "clearingCode", rule: "three digits are needed for this bank" }]);
  const parts = createParts(row, encoding, library);
  const usual = defaultLayouts[row.fileFormat];
  const payment = parts.layout("paymentLayout", row.paymentLayout ?? usual?.payment ?? "", "payment");
  const reply = parts.layout("replyLayout", row.replyLayout ?? usual?.reply ?? "", "reply");
  const paymentName = parts.pattern("paymentFilePattern", row.paymentFilePattern, { outbound: true });
  const replyName = parts.pattern("reconciliationFilePattern", row.reconciliationFilePattern);
  const { rejectionFilePattern } = row;
  const rejectionName =
    rejectionFilePattern === null ? undefined : parts.pattern("rejectionFilePattern", rejectionFilePattern);
  const authorisations = authorisationsOf(row, parts);
  const statements = statementsOf(row, parts);
  const problems = [...parts.problems, ...unknownValues(row)];
  if (problems.length > 0 || !payment || !reply || !paymentName || !replyName) return refuse(problems);
  const fileValues: Bank["fileValues"] = Object.fromEntries(Object.entries(row.fileValues));
  return {
    bank: {
      key: row.bankCode,
      row,
      clearingCode,
      encoding,
      fileValues,
      payment,
      reply,
      paymentName,
      replyName,
      rejectionName,
      authorisations,
      statements,
      needsAuthorisation: row.authorisationCheck && presentsAuthorisedDebits(payment.description, fileValues),
    },
  };
}

function authorisationsOf(row: BankRow, parts: Parts): Bank["authorisations"] {
  if (row.authorisationLayout === null && row.authorisationReplyLayout === null) return undefined;
  if (row.authorisationLayout === null || row.authorisationReplyLayout === null) {
    const path = row.authorisationLayout === null ? "authorisationLayout" : "authorisationReplyLayout";
    parts.problems.push({ path, rule: "is needed too: files and their replies are not usable without each other" });
    return undefined;
  }
  const request = parts.layout("authorisationLayout", row.authorisationLayout, "authorisation");
  const reply = parts.layout("authorisationReplyLayout", row.authorisationReplyLayout, "authorisation_reply");
  const requestName = parts.pattern("authorisationFilePattern", row.authorisationFilePattern, { outbound: true });
  const replyName = parts.pattern("authorisationReplyFilePattern", row.authorisationReplyFilePattern);
  return request && reply && requestName && replyName && { request, reply, requestName, replyName };
}

function statementsOf(row: BankRow, parts: Parts): Bank["statements"] {
  if (row.statementLayout === null) return undefined;
  const layout = parts.layout("statementLayout", row.statementLayout, "statement");
  const name = parts.pattern("statementFilePattern", row.statementFilePattern);
  return layout && name && { layout, name };
}

/** Whether a layout's transaction type, as the bank sets it or by the layout's default, is one that needs authorisations. */
function presentsAuthorisedDebits(layout: LayoutDescription, fileValues: Bank["fileValues"]): boolean {
  if (layout.needsAuthorisation.length === 0) return false;
  const fields = layout.format === "csv" ? layout.columns : layout.records.flatMap((record) => record.fields);
  const usual = fields.flatMap((field) =>
    field.kind === "text" && field.value === "transactionType" && field.default !== undefined ? [field.default] : [],
  );
  return layout.needsAuthorisation.includes(fileValues.transactionType ?? usual[0] ?? "");
}

function unknownValues({ fileValues, textPolicy }: BankRow): FieldProblem[] {
  const unknown = (names: string[], path: string) =>
    names
      .filter((name) => !textValues.some((value) => value === name))
      .map((name) => ({ path: `${path}.${name}`, rule: "no layout has this value" }));
  return [
    ...unknown(Object.keys(fileValues), "fileValues"),
    ...unknown(Object.keys(textPolicy.fields ?? {}), "textPolicy.fields"),
  ];
}

const refuse = (fields: FieldProblem[]): MadeBank => ({
  problem: fields.map(({ path, rule }) => `bank_configurations.${columnOf(path)}: ${rule}`).join("; "),
  fields,
});

const columnOf = (path: string) => path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
