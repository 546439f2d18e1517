import { bankConfigurationSchema } from "@luckygas/gateway-client";
import { OperationError } from "../platform/errors.ts";
import type { SecretStore } from "../platform/secrets.ts";
import type { BankConfiguration, BankRow, UncheckedBank } from "./bank-row.ts";
import { bankCredentialsProblem } from "./credentials.ts";
import type { LayoutEntry, LayoutLibrary } from "./layout-library.ts";
import { clearingCodes } from "./rules/known-banks.ts";
import { type EncodingName, type TextValue, textValues } from "./rules/layout/description.ts";
import { type Layout, loadLayout } from "./rules/layout/layout.ts";
import { encodingByName } from "./rules/layout/text-codec.ts";
import { defaultLayouts } from "./rules/layouts/index.ts";
import { compileNamePattern, type NamePattern, type PatternOptions } from "./rules/name-pattern.ts";
import type { BankRows } from "./store/bank-rows.ts";

/** Replaces the address of a bank, e.g. by that of a simulated one. */
export interface BankOverride {
  host: string;
  port: number;
  hostKeyPins: string[];
}

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
}

/** A bank as configured: usable, or with the reason why not. */
export interface KnownBank {
  key: string;
  name: string;
  fileFormat: string;
  encoding: string;
  isActive: boolean;
  bank: Bank | undefined;
  /** What is wrong with its configuration or credentials, and the remedy. */
  problem: string | undefined;
}

export interface Banks {
  /** Every bank, active or not, in order of its key. */
  list(): Promise<KnownBank[]>;
  /** Throws `not_found` for a bank nobody configured. */
  find(key: string): Promise<KnownBank>;
  /** A bank whose files can be written. Throws for one that is unknown, inactive or wrongly configured. */
  usable(key: string): Promise<Bank>;
}

export interface BanksOptions {
  rows: BankRows;
  secrets: SecretStore;
  layouts: LayoutLibrary;
  defaults: readonly BankConfiguration[];
  overrides: Readonly<Record<string, BankOverride>>;
}

export function createBanks({ rows, secrets, layouts, defaults, overrides }: BanksOptions): Banks {
  const make = remembering(makeBank);

  async function list(): Promise<KnownBank[]> {
    const [stored, library] = await Promise.all([rows.list(), layouts.all()]);
    const keys = new Set(stored.map((row) => row.bankCode));
    const all: UncheckedBank[] = [...stored, ...defaults.filter((bank) => !keys.has(bank.bankCode))];
    const known = await Promise.all(
      all.map((row) => knownBank(withOverride(row, overrides[row.bankCode]), (row) => make(row, library), secrets)),
    );
    return known.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async function find(key: string): Promise<KnownBank> {
    const all = await list();
    const found = all.find((bank) => bank.key === key);
    if (found) return found;
    const known = all.map((bank) => bank.key).join(", ") || "none";
    const rule = `is not a bank of this gateway (known: ${known})`;
    throw new OperationError("not_found", `bank: ${rule}`, {
      reason: "unknown_bank",
      fields: [{ path: "bank", rule }],
    });
  }

  return {
    list,
    find,
    usable: async (key) => {
      const { bank, isActive, problem } = await find(key);
      if (!isActive) {
        throw new OperationError("state_not_allowed", `bank ${key} is switched off`, { reason: "bank_inactive" });
      }
      if (bank) return bank;
      throw new OperationError("provider_misconfigured", `bank ${key} is wrongly configured: ${problem}`, {
        reason: "bank_misconfigured",
      });
    },
  };
}

function withOverride(row: UncheckedBank, override: BankOverride | undefined): UncheckedBank {
  if (!override) return row;
  return { ...row, sftpHost: override.host, sftpPort: override.port, hostKeyPins: override.hostKeyPins };
}

async function knownBank(
  source: UncheckedBank,
  make: (row: BankRow) => MadeBank,
  secrets: SecretStore,
): Promise<KnownBank> {
  const parsed = bankConfigurationSchema.safeParse(source);
  const made = parsed.success ? make(parsed.data) : { problem: describe(parsed.error.issues) };
  const bank = "bank" in made ? made.bank : undefined;
  return {
    key: source.bankCode,
    name: source.bankName,
    fileFormat: source.fileFormat,
    encoding: source.encoding,
    isActive: source.isActive ?? true,
    bank,
    problem: "problem" in made ? made.problem : await bankCredentialsProblem(secrets, source.bankCode),
  };
}

export type MadeBank = { bank: Bank } | { problem: string };
type Library = ReadonlyMap<string, LayoutEntry>;

const REMEMBERED_MAX = 50;

/** Banks are asked for all the time and change rarely: the same row with the same layouts is made once. */
function remembering(make: (row: BankRow, library: Library) => MadeBank) {
  const made = new Map<string, MadeBank>();
  return (row: BankRow, library: Library): MadeBank => {
    const own = [...library.values()].filter(({ source }) => source !== "built_in");
    const key = JSON.stringify([row, own]);
    const known = made.get(key) ?? make(row, library);
    if (made.size >= REMEMBERED_MAX) made.clear();
    made.set(key, known);
    return known;
  };
}

function describe(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues.map((issue) => `bank_configurations.${issue.path.map(String).join(".")}: ${issue.message}`).join("; ");
}

/** Puts a configuration together with its layouts and patterns, or tells everything that is wrong with it. */
export function makeBank(row: BankRow, library: Library): MadeBank {
  const encoding = encodingByName(row.encoding);
  if (!encoding) return { problem: `bank_configurations.encoding: ${row.encoding} is not known (BIG5, UTF-8, ASCII)` };
  const clearingCode = row.clearingCode ?? clearingCodes[row.bankCode];
  if (!clearingCode) return { problem: "bank_configurations.clearing_code: three digits are needed for this bank" };
  const problems: string[] = [];
  const options = { encoding, text: row.textPolicy, ...(row.delimiter && { delimiter: row.delimiter }) };
  const layout = (id: string) => {
    const loaded = loadLayout(library.get(id)?.description, options);
    if (!library.has(id)) problems.push(`layout "${id}" is not known`);
    else if (!loaded.ok) problems.push(...loaded.problems.map((problem) => `layout "${id}": ${problem}`));
    return loaded.ok ? loaded.layout : undefined;
  };
  const pattern = (source: string, options?: PatternOptions) => {
    const compiled = compileNamePattern(source, options);
    if (!compiled.ok) problems.push(compiled.problem);
    return compiled.ok ? compiled.pattern : undefined;
  };
  const usual = defaultLayouts[row.fileFormat];
  const payment = layout(row.paymentLayout ?? usual?.payment ?? "");
  const reply = layout(row.replyLayout ?? usual?.reply ?? "");
  const paymentName = pattern(row.paymentFilePattern, { outbound: true });
  const replyName = pattern(row.reconciliationFilePattern);
  const rejectionName = row.rejectionFilePattern === null ? undefined : pattern(row.rejectionFilePattern);
  problems.push(...unknownValues(row));
  if (problems.length > 0 || !payment || !reply || !paymentName || !replyName) return { problem: problems.join("; ") };
  return {
    bank: {
      key: row.bankCode,
      row,
      clearingCode,
      encoding,
      fileValues: Object.fromEntries(Object.entries(row.fileValues)),
      payment,
      reply,
      paymentName,
      replyName,
      rejectionName,
    },
  };
}

function unknownValues({ fileValues, textPolicy }: BankRow): string[] {
  const isKnown = (name: string) => textValues.some((value) => value === name);
  return [
    ...Object.keys(fileValues).flatMap((name) =>
      isKnown(name) ? [] : [`file_values.${name}: no layout has this value`],
    ),
    ...Object.keys(textPolicy.fields ?? {}).flatMap((name) =>
      isKnown(name) ? [] : [`text_policy.fields.${name}: no layout has this value`],
    ),
  ];
}
