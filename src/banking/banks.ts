import { bankConfigurationSchema } from "@luckygas/gateway-client";
import { OperationError } from "../platform/errors.ts";
import type { SecretStore } from "../platform/secrets.ts";
import type { BankConfiguration, BankRow, UncheckedBank } from "./bank-row.ts";
import { bankCredentialsProblem } from "./credentials.ts";
import type { LayoutEntry, LayoutLibrary } from "./layout-library.ts";
import { type Bank, type MadeBank, makeBank } from "./make-bank.ts";
import type { BankRows } from "./store/bank-rows.ts";

export type { Bank } from "./make-bank.ts";

/** Replaces the address of a bank, e.g. by that of a simulated one. */
export interface BankOverride {
  host: string;
  port: number;
  hostKeyPins: string[];
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
  const made = parsed.success ? make(parsed.data) : { problem: describe(parsed.error.issues), fields: [] };
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
