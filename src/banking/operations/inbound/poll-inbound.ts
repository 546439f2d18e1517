import { OperationError } from "../../../platform/errors.ts";
import { type Lease, workUnder } from "../../../platform/leases.ts";
import type { Bank } from "../../banks.ts";
import type { RemoteEntry } from "../../connectors/port.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { inboundKind } from "../../rules/inbound-kind.ts";
import { isSafeName } from "../../rules/name-pattern.ts";
import { countsAgainstLink } from "../../rules/transfer-retry.ts";
import { findInboundFile, listSightings, type SightingRow, writePoll, writeSighting } from "../../store/inbound.ts";
import type { Input, Output } from "../batch-view.ts";
import { applyInboundFile } from "./apply-inbound-file.ts";
import { archiveInbound } from "./archive-inbound.ts";
import { fetchInboundFile } from "./fetch-inbound-file.ts";
import { viewInboundFile } from "./inbound-view.ts";

/** Renewed while the poll goes on: what a killed process held is free again after this time. */
const POLL_LEASE_MS = 15_000;
const WAIT_FOR_OTHER_MS = 15_000;
const WAIT_STEP_MS = 200;

interface Look {
  seen: number;
  ignored: number;
  received: string[];
  notYetStable: string[];
}

/**
 * Looks into a bank's download folder, waits until new files are whole, stores and reconciles them. One process polls a bank
 * at a time. Throws `provider_unavailable` when the bank cannot be asked.
 */
export function createPollInbound(deps: BankingDependencies) {
  return async ({ bank: key }: Input<"pollInbound">): Promise<Output<"pollInbound">> => {
    const bank = await deps.banks.usable(key);
    const lease = await waitForLease(deps, `banking-poll-${key}`);
    return workUnder(lease, POLL_LEASE_MS, (lost) => poll(deps, bank, lost));
  };
}

async function poll(deps: BankingDependencies, bank: Bank, lost: AbortSignal): Promise<Output<"pollInbound">> {
  const first = await lookOnce(deps, bank, lost);
  let look = first;
  if (first.notYetStable.length > 0) {
    await deps.clock.sleep(bank.row.stableAfterSeconds * 1000);
    look = await lookOnce(deps, bank, lost);
  }
  const received = [...first.received, ...(look === first ? [] : look.received)];
  for (const id of received) await applyInboundFile(deps, id);
  await writePoll(deps.db, bank.key, deps.clock.now());
  await archiveInbound(deps, bank);
  const files = await Promise.all(received.map((id) => findInboundFile(deps.db, id)));
  return {
    bank: bank.key,
    seen: look.seen,
    received: files.flatMap((file) => (file ? [viewInboundFile(file)] : [])),
    notYetStable: look.notYetStable,
    ignored: look.ignored,
  };
}

async function waitForLease(deps: BankingDependencies, name: string): Promise<Lease> {
  for (let waited = 0; waited <= WAIT_FOR_OTHER_MS; waited += WAIT_STEP_MS) {
    const lease = await deps.leases.acquire(name, POLL_LEASE_MS);
    if (lease) return lease;
    await deps.clock.sleep(WAIT_STEP_MS);
  }
  throw new OperationError("provider_unavailable", "another poll of this bank is under way", {
    reason: "poll_running",
  });
}

/** One look: names that fit are remembered, and fetched once two looks saw the same size and time. */
async function lookOnce(deps: BankingDependencies, bank: Bank, lost: AbortSignal): Promise<Look> {
  const entries = await listFolder(deps, bank);
  const names = new Set(entries.map((entry) => entry.name));
  const candidates = entries.filter((entry) => entry.isFile && isWanted(bank, entry.name));
  const sightings = await listSightings(
    deps.db,
    bank.key,
    candidates.map((entry) => entry.name),
  );
  const look: Look = {
    seen: candidates.length,
    ignored: entries.length - candidates.length,
    received: [],
    notYetStable: [],
  };
  for (const entry of candidates) {
    // Another process polls by now; what was stored so far is applied, since that is safe for any number of processes.
    if (lost.aborted) break;
    const before = sightings.get(entry.name);
    const isSame = before !== undefined && looksTheSame(before, entry);
    if (isSame && before.fetchedSha256 !== null) continue;
    const { readySuffix } = bank.row;
    // With a marker the bank itself says when a file is whole.
    const isWhole =
      readySuffix === null ? isSame && isOldEnough(deps, bank, before) : names.has(entry.name + readySuffix);
    if (!isWhole) {
      if (!isSame) await writeSighting(deps.db, newSighting(deps, bank, entry));
      look.notYetStable.push(entry.name);
      continue;
    }
    const fetched = await fetchInboundFile(deps, bank, entry);
    if (fetched.kind === "stored") look.received.push(fetched.id);
    if (fetched.kind === "changed") look.notYetStable.push(entry.name);
  }
  return look;
}

const isWanted = (bank: Bank, name: string): boolean => isSafeName(name) && inboundKind(bank, name) !== undefined;

const looksTheSame = (before: SightingRow, entry: RemoteEntry): boolean =>
  before.sizeBytes === (entry.sizeBytes ?? null) &&
  (before.modifiedAt?.getTime() ?? null) === (entry.modifiedAt?.getTime() ?? null);

const isOldEnough = (deps: BankingDependencies, bank: Bank, before: SightingRow): boolean =>
  deps.clock.now().getTime() - before.seenAt.getTime() >= bank.row.stableAfterSeconds * 1000;

const newSighting = (deps: BankingDependencies, bank: Bank, entry: RemoteEntry): SightingRow => ({
  bankCode: bank.key,
  name: entry.name,
  sizeBytes: entry.sizeBytes ?? null,
  modifiedAt: entry.modifiedAt ?? null,
  seenAt: deps.clock.now(),
  fetchedSha256: null,
});

async function listFolder(deps: BankingDependencies, bank: Bank): Promise<RemoteEntry[]> {
  const { transport, breaker } = deps.links.to(bank.key);
  const entry = await breaker.enter();
  if ("refusedUntil" in entry) {
    throw new OperationError("provider_unavailable", `bank ${bank.key} does not answer; it is asked again later`, {
      reason: "breaker_open",
    });
  }
  const listed = await transport.list(bank.row.downloadPath);
  if (listed.ok) {
    await entry.permit.success();
    return listed.value;
  }
  if (countsAgainstLink(listed.errorType)) await entry.permit.failure();
  else await entry.permit.neutral();
  throw new OperationError(
    "provider_unavailable",
    `the folder of bank ${bank.key} cannot be listed (${listed.errorType})`,
    {
      reason: listed.errorType,
    },
  );
}
