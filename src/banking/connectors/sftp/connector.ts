import type { BankProfile, BankTransport, Fetched } from "../port.ts";
import { archiveFile } from "./archive.ts";
import { fetchContent } from "./content.ts";
import { TransferFault } from "./errors.ts";
import type { SftpPool } from "./pool.ts";
import type { SftpSession } from "./session.ts";
import { settleSubmission } from "./settlement.ts";
import { type OnStep, pathOf } from "./steps.ts";
import { removeFile, submitAtomically, submitDirectly } from "./submission.ts";
import { tryFolders, tryOver, tryUpload } from "./trial.ts";

/** Time that running work gets when the gateway stops. */
const DRAIN_MS = 1_000;

export interface SftpTransportOptions {
  pool: SftpPool;
  profile(): Promise<BankProfile>;
  /** Told of every fault, for metrics and the log. */
  onFault(fault: TransferFault): void;
}

/** The transport of one bank over its pool of SFTP connections. */
export function createSftpTransport({ pool, profile, onFault }: SftpTransportOptions): BankTransport {
  /** Runs work with a connection; a fault becomes its type, anything else is a fault of the gateway and is thrown. */
  async function attempt<T>(
    work: (session: SftpSession) => Promise<T>,
    onStep: OnStep = () => {},
  ): Promise<Fetched<T>> {
    const at = new Date().toISOString();
    let isConnected = false;
    try {
      const value = await pool.use((session) => {
        isConnected = true;
        return work(session);
      });
      return { ok: true, value };
    } catch (error) {
      if (!(error instanceof TransferFault)) throw error;
      onFault(error);
      if (!isConnected) onStep({ step: "connect", at, outcome: error.message });
      return { ok: false, errorType: error.errorType };
    }
  }

  /** A connection that has seen a fault is not given back, even where the outcome is a value. */
  const retire = (session: SftpSession, isGood: boolean) => {
    if (!isGood) session.destroy();
  };

  return {
    submit: async (file, call) => {
      const rules = await profile();
      const submit = rules.submission === "direct" ? submitDirectly : submitAtomically;
      const done = await attempt(async (session) => {
        const outcome = await submit(session, file, rules, call);
        if ("errorType" in outcome) onFault(new TransferFault(outcome.errorType, false, "submission"));
        retire(session, outcome.kind === "sent" || outcome.kind === "name_taken");
        return outcome;
      }, call.onStep);
      // Without a connection, or before the file was opened, nothing was written.
      return done.ok ? done.value : { kind: "not_sent", errorType: done.errorType, temporaryRemoved: true };
    },
    settle: async (file, onStep) => {
      const rules = await profile();
      const done = await attempt((session) => settleSubmission(session, file, rules, onStep), onStep);
      return done.ok ? done.value : { kind: "unreachable", errorType: done.errorType };
    },
    removeTemporary: (folder, name) =>
      attempt((session) => removeFile(session, pathOf(folder, name)).then(() => undefined)),
    list: (folder) => attempt((session) => session.list(folder)),
    fetch: (folder, name, bytesMax) => attempt((session) => fetchContent(session, pathOf(folder, name), 0, bytesMax)),
    archive: async (from, to, name, sha256) => {
      const done = await attempt((session) => archiveFile(session, from, to, name, sha256));
      return done.ok ? done.value : "failed";
    },
    testConnection: async ({ upload, download }) => {
      const { submission } = await profile();
      const folders = [
        // A server that collects is left alone.
        ...(submission === "direct" ? [] : [{ path: upload, mayBeClosed: true }]),
        { path: download, mayBeClosed: false },
      ];
      return tryOver(pool, onFault, (session, step) => tryFolders(session, folders, step));
    },
    testUpload: async (folder, name) => {
      const rules = await profile();
      return tryOver(pool, onFault, (session, step) => tryUpload(session, folder, name, rules, step));
    },
    connections: pool.count,
    close: () => pool.close(DRAIN_MS),
  };
}
