import type { BankProfile, BankTransport, ConnectionTest, ConnectionTestStep, Fetched } from "../port.ts";
import { archiveFile } from "./archive.ts";
import { fetchContent } from "./content.ts";
import { sha256Of } from "./digest.ts";
import { TransferFault } from "./errors.ts";
import type { SftpPool } from "./pool.ts";
import { connectStages, type SftpSession } from "./session.ts";
import { settleSubmission } from "./settlement.ts";
import { pathOf } from "./steps.ts";
import { removeFile, submitAtomically, submitDirectly } from "./submission.ts";

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
  async function attempt<T>(work: (session: SftpSession) => Promise<T>): Promise<Fetched<T>> {
    try {
      return { ok: true, value: await pool.use(work) };
    } catch (error) {
      if (!(error instanceof TransferFault)) throw error;
      onFault(error);
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
      });
      // Without a connection nothing was written.
      return done.ok ? done.value : { kind: "not_sent", errorType: done.errorType, temporaryRemoved: true };
    },
    settle: async (file, onStep) => {
      const rules = await profile();
      const done = await attempt((session) => settleSubmission(session, file, rules, onStep));
      return done.ok ? done.value : { kind: "unreachable", errorType: done.errorType };
    },
    removeTemporary: async (folder, name) => (await attempt((session) => removeFile(session, pathOf(folder, name)))).ok,
    list: (folder) => attempt((session) => session.list(folder)),
    fetch: (folder, name, bytesMax) => attempt((session) => fetchContent(session, pathOf(folder, name), 0, bytesMax)),
    archive: async (from, to, name, sha256) => {
      const done = await attempt((session) => archiveFile(session, from, to, name, sha256));
      return done.ok ? done.value : "failed";
    },
    testConnection: (folders) =>
      testOver(pool, onFault, async (session, step) => {
        for (const folder of folders) {
          await step(`list ${folder}`, async () => {
            const entries = await session.list(folder);
            return `${entries.length} entries`;
          });
        }
      }),
    testUpload: (folder, name) =>
      testOver(pool, onFault, (session, step) => uploadAndDelete(session, folder, name, step)),
    connections: pool.count,
    close: () => pool.close(DRAIN_MS),
  };
}

type Step = (name: string, work: () => Promise<string | undefined>) => Promise<void>;

async function uploadAndDelete(session: SftpSession, folder: string, name: string, step: Step): Promise<void> {
  const temporary = pathOf(folder, `${name}.tmp`);
  const final = pathOf(folder, name);
  const bytes = Buffer.from("LuckyGas connection test. This file may be deleted.\r\n", "latin1");
  let handle: Buffer | undefined;
  await step("open", async () => {
    handle = await session.open(temporary, "write_exclusive");
    return undefined;
  });
  await step("write", async () => {
    if (handle) await session.write(handle, bytes, 0, bytes.length);
    if (handle) await session.close(handle);
    return `${bytes.length} bytes`;
  });
  await step("verify", async () => {
    const read = await fetchContent(session, temporary, bytes.length, bytes.length);
    if (sha256Of(read) !== sha256Of(bytes)) throw new TransferFault("integrity", true, "the content differs");
    return "SHA-256 is the same";
  });
  await step("rename", () => session.rename(temporary, final).then(() => undefined));
  await step("delete", () => session.unlink(final).then(() => undefined));
}

/** Opens a connection of its own and tells every stage and step with its time; ends at the first that fails. */
async function testOver(
  pool: SftpPool,
  onFault: (fault: TransferFault) => void,
  body: (session: SftpSession, step: Step) => Promise<void>,
): Promise<ConnectionTest> {
  const steps: ConnectionTestStep[] = [];
  let began = performance.now();
  let current: string = connectStages[0];
  const finish = (name: string, detail?: string) => {
    steps.push({ step: name, ok: true, ...(detail && { detail }), durationMs: Math.round(performance.now() - began) });
    began = performance.now();
  };
  const step: Step = async (name, work) => {
    current = name;
    finish(name, await work());
  };
  try {
    await pool.use((session) => body(session, step), {
      fresh: true,
      insist: true,
      call: {
        onStage: (stage) => {
          finish(stage);
          current = connectStages[connectStages.indexOf(stage) + 1] ?? stage;
        },
      },
    });
    return { ok: true, errorType: null, steps };
  } catch (error) {
    if (!(error instanceof TransferFault)) throw error;
    onFault(error);
    const durationMs = Math.round(performance.now() - began);
    steps.push({
      step: error.errorType === "host_key" ? "host_key" : current,
      ok: false,
      detail: error.message,
      durationMs,
    });
    return { ok: false, errorType: error.errorType, steps };
  }
}
