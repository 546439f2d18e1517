import { createHash } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { ConnectorError } from "../../../platform/errors.ts";
import { taipeiDate } from "../../../platform/taipei-time.ts";
import { type EinvoiceDocument, isAboutNumbers, messageCodes } from "../../rules/document.ts";
import type { EinvoiceConnector, FindOutcome, ListOutcome, SubmitOutcome } from "../port.ts";
import type { TurnkeyConfig } from "./config.ts";
import { meaningOf } from "./errors.ts";
import { dropFile, findDropped, listResultFiles, readText } from "./folders.ts";
import { documentXml, type XmlDocument } from "./mapping.ts";
import { isNamedIn } from "./references.ts";
import { type ResultEntry, readResults } from "./results.ts";

export const PROVIDER = "turnkey";

/**
 * The verbs of the port over the folders of an installed Turnkey (manual 3.9, MIG 4.1). Handing over is for good and takes no answer: results
 * come in files later, and only a message that they call good counts as accepted.
 */
export function createTurnkeyConnector(config: TurnkeyConfig): EinvoiceConnector {
  const results = createResultIndex(config.resultFolders);

  return {
    provider: PROVIDER,
    submit: async (document): Promise<SubmitOutcome> => {
      if (document.kind === "reissue") throw new ConnectorError({ ...unsupported, operation: document.kind });
      const folder = join(rootOf(config, document), "SRC");
      await access(folder).catch((cause: unknown) => {
        throw notApplied("folder_missing", cause);
      });
      await dropFile(config.stagingFolder, folder, fileName(document), documentXml(document));
      return { kind: "pending", reason: "awaiting_result" };
    },
    find: async (document): Promise<FindOutcome> => {
      if (document.kind === "reissue") throw new ConnectorError({ ...unsupported, operation: document.kind });
      const dropped = await findDropped(rootOf(config, document), fileName(document));
      if (!dropped) return { kind: "not_found" };
      // Results from before the drop are about an earlier content of the same number.
      const entry = await results.find(document, dropped.writtenMs);
      if (entry) return resultOutcome(entry);
      if (dropped.place === "ERR") return { kind: "refused", reason: "turnkey_check" };
      return { kind: "pending", reason: dropped.place === "SRC" ? "waiting_for_turnkey" : "awaiting_result" };
    },
    // A summary lists what the platform stored, whoever sent it under this seller's certificate.
    listIssued: async (day): Promise<ListOutcome> => {
      const numbers = await results.storedOn("F0401", day.replaceAll("-", ""));
      // An empty list and a summary that did not come look the same.
      if (numbers.length === 0) return { kind: "unknown", reason: "no_summary_of_the_day", isTransportFault: false };
      return { kind: "listed", invoices: numbers.map((number) => ({ number, totalAmount: null, isCancelled: null })) };
    },
    testIssue: () => Promise.reject(new ConnectorError({ ...unsupported, operation: "test" })),
  };
}

const unsupported = { provider: PROVIDER, retryable: false, reason: "unsupported" } as const;

const notApplied = (reason: string, cause: unknown) =>
  new ConnectorError({ provider: PROVIDER, operation: "submit", retryable: false, reason, cause });

function rootOf(config: TurnkeyConfig, document: XmlDocument): string {
  const root = isAboutNumbers(document) ? config.numbersFolder : config.storageFolder;
  return join(root, messageCodes[document.kind]);
}

/** The number under which results speak of a document. */
function referenceOf(document: EinvoiceDocument): string {
  if (document.kind === "unused_numbers") return `${document.report.prefix}${document.report.period}`;
  if (document.kind === "branch_numbers") {
    const { prefix, period, branchUbn } = document.numbers;
    return `${prefix}${period}-${branchUbn}`;
  }
  return "allowance" in document ? document.allowance.number : document.invoice.number;
}

/** Issue date of an invoice or allowance, day of the act for what came later. */
function dateOf(document: EinvoiceDocument): string | undefined {
  if (isAboutNumbers(document)) return undefined;
  const instant =
    "act" in document
      ? document.act.at
      : document.kind === "allowance"
        ? document.allowance.issuedAt
        : document.invoice.issuedAt;
  return taipeiDate(instant).replaceAll("-", "");
}

/** One content has one name, so that dropping it again replaces it; corrected content of the same number has another. */
function fileName(document: XmlDocument): string {
  const digest = createHash("sha256").update(documentXml(document)).digest("hex").slice(0, 12);
  return `${messageCodes[document.kind]}-${referenceOf(document)}-${digest}.xml`;
}

function resultOutcome({ result }: ResultEntry): FindOutcome {
  if (result.kind === "good") return { kind: "found", differences: [] };
  const words = {
    ...(result.code !== undefined && { providerCode: result.code }),
    ...(result.description !== undefined && { providerMessage: result.description.slice(0, 200) }),
  };
  const { class: meaning, reason } = meaningOf(result.code);
  switch (meaning) {
    case "stored":
      return { kind: "found", differences: [], ...words };
    case "reject":
      return { kind: "refused", reason, ...words };
    case "unknown":
      return { kind: "unknown", reason, isTransportFault: false, ...words };
  }
}

/** What the result files say, each read once; the latest word about a message holds. */
function createResultIndex(folders: readonly string[]) {
  const read = new Map<string, { changedMs: number; entries: ResultEntry[] }>();

  async function refresh(): Promise<void> {
    for (const { path, changedMs } of await listResultFiles(folders)) {
      if (read.get(path)?.changedMs === changedMs) continue;
      read.set(path, { changedMs, entries: readResults(await readText(path)) ?? [] });
    }
  }

  return {
    /** Numbers that a kind of message has stored for a date (`YYYYMMDD`). */
    storedOn: async (code: string, date: string): Promise<string[]> => {
      await refresh();
      const entries = [...read.values()].flatMap((file) => file.entries);
      const isStored = (entry: ResultEntry) =>
        entry.messageCode === code && entry.date === date && entry.result.kind === "good";
      return [...new Set(entries.filter(isStored).map(({ number }) => number))];
    },

    find: async (document: EinvoiceDocument, sinceMs: number): Promise<ResultEntry | undefined> => {
      await refresh();
      const [code, number, date] = [messageCodes[document.kind], referenceOf(document), dateOf(document)];
      const files = [...read.values()]
        .filter(({ changedMs }) => changedMs >= sinceMs)
        .sort((a, b) => b.changedMs - a.changedMs);
      const isIt = (entry: ResultEntry) => {
        if (entry.messageCode !== code) return false;
        if (isAboutNumbers(document)) return isNamedIn(document, entry.number);
        return entry.number === number && (entry.date === undefined || entry.date === date);
      };
      const found = files.flatMap(({ entries }) => entries.filter(isIt));
      return found.find(({ result }) => result.kind === "good") ?? found[0];
    },
  };
}
