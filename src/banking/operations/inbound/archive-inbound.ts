import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { listUnarchived, markArchived } from "../../store/inbound.ts";

const FILES_MAX = 100;

/**
 * Moves files whose result is stored into the bank's archive folder. A name that is taken there is read: the same content
 * means that the move was done before, other content leaves both where they are, for a person. Quarantined files and
 * corrections that wait stay in the download folder.
 */
export async function archiveInbound(deps: BankingDependencies, bank: Bank): Promise<void> {
  const { archivePath, downloadPath } = bank.row;
  if (archivePath === null) return;
  const { transport } = deps.links.to(bank.key);
  for (const { id, name, sha256 } of await listUnarchived(deps.db, bank.key, FILES_MAX)) {
    const moved = await transport.archive(downloadPath, archivePath, name, sha256);
    if (moved === "archived") await markArchived(deps.db, { id, bank: bank.key, name, sha256 }, deps.clock.now());
    else if (moved === "name_taken") {
      deps.log.warn(`File ${name} of bank ${bank.key} cannot be archived: another one has its name`, {
        bank_code: bank.key,
      });
    } else return;
  }
}
