import type { Bank } from "../../banks.ts";
import type { RemoteEntry } from "../../connectors/port.ts";
import { sha256Of } from "../../connectors/sftp/digest.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { inboundKind } from "../../rules/inbound-kind.ts";
import { findByContent, hasOtherContent, insertInboundFile, writeSighting } from "../../store/inbound.ts";

/** Larger files are no reply files. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** `known`: the bank gave this very content before. `changed`: it was still growing. `failed`: it is tried again. */
export type FetchedInbound =
  | { kind: "stored"; id: string }
  | { kind: "known" }
  | { kind: "changed" }
  | { kind: "failed" };

/**
 * Fetches a file and stores its bytes as they are, once per content and name. The same name with other content is a correction, the
 * same content under another name a replay. */
export async function fetchInboundFile(
  deps: BankingDependencies,
  bank: Bank,
  entry: RemoteEntry,
): Promise<FetchedInbound> {
  const began = deps.clock.now();
  const { transport } = deps.links.to(bank.key);
  const fetched = await transport.fetch(bank.row.downloadPath, entry.name, FILE_BYTES_MAX);
  const seconds = (deps.clock.now().getTime() - began.getTime()) / 1000;
  deps.metrics.transfer(bank.key, "download", fetched.ok ? "success" : "failure", seconds);
  if (!fetched.ok) return { kind: "failed" };
  const content = fetched.value;
  if (entry.sizeBytes !== undefined && entry.sizeBytes !== content.length) return { kind: "changed" };
  const sha256 = sha256Of(content);
  const id = deps.newId();
  const stored = await deps.db.transaction(async (tx) => {
    const earlier = await findByContent(tx, bank.key, sha256);
    const isReplay = earlier !== undefined && earlier.name !== entry.name;
    const isCorrection = !earlier && (await hasOtherContent(tx, bank.key, entry.name, sha256));
    const status = isReplay ? "replay" : isCorrection ? "correction" : "received";
    const isNew =
      (!earlier || isReplay) &&
      (await insertInboundFile(tx, {
        id,
        bankCode: bank.key,
        name: entry.name,
        sha256,
        content,
        receivedAt: deps.clock.now(),
        kind: inboundKind(bank, entry.name) ?? "reply",
        status,
        batchId: earlier?.batchId ?? null,
        problems: isReplay ? [{ rule: `is the file ${earlier.name} again` }] : [],
      }));
    await writeSighting(tx, {
      bankCode: bank.key,
      name: entry.name,
      sizeBytes: entry.sizeBytes ?? null,
      modifiedAt: entry.modifiedAt ?? null,
      seenAt: deps.clock.now(),
      fetchedSha256: sha256,
    });
    return isNew;
  });
  return stored ? { kind: "stored", id } : { kind: "known" };
}
