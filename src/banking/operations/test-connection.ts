import { OperationError } from "../../platform/errors.ts";
import type { Bank } from "../banks.ts";
import type { ConnectionTest } from "../connectors/port.ts";
import type { BankingDependencies } from "../dependencies.ts";
import type { Input, Output } from "./batch-view.ts";

/** Connects, signs in and lists both folders, telling each step. Tries credentials that were refused before. */
export function createTestConnection(deps: BankingDependencies) {
  return async ({ bank: key }: Input<"testConnection">): Promise<Output<"testConnection">> => {
    const bank = await deps.banks.usable(key);
    const folders = { upload: bank.row.uploadPath, download: bank.row.downloadPath };
    return view(bank, await deps.links.to(key).transport.testConnection(folders));
  };
}

/**
 * Connects, writes, verifies, renames and deletes a file that no batch program of the bank picks up. Refused for banks that
 * collect whatever is written.
 */
export function createTestUpload(deps: BankingDependencies) {
  return async ({ bank: key }: Input<"testUpload">): Promise<Output<"testUpload">> => {
    const bank = await deps.banks.usable(key);
    if (bank.row.profile.submission === "direct") {
      throw new OperationError("unsupported", `bank ${key} collects every file at once, even a harmless one`, {
        reason: "collecting_bank",
      });
    }
    const name = `luckygas-connection-test-${deps.newId()}.test`;
    return view(bank, await deps.links.to(key).transport.testUpload(bank.row.uploadPath, name));
  };
}

const view = (bank: Bank, { ok, errorType, steps }: ConnectionTest): Output<"testUpload"> => ({
  bank: bank.key,
  ok,
  errorType,
  steps,
});
