import type { BankProfile, ConnectionTest, ConnectionTestStep, OutboundFile } from "../port.ts";
import { type ConnectStage, connectStages } from "./connect.ts";
import { writeContent } from "./content.ts";
import { sha256Of } from "./digest.ts";
import { sftpStatus, TransferFault } from "./errors.ts";
import { verifyContent } from "./look.ts";
import type { SftpPool } from "./pool.ts";
import type { SftpSession } from "./session.ts";
import { pathOf } from "./steps.ts";
import { removeFile } from "./submission.ts";

/** Does one step of a trial; its result is told as the detail. */
export type TrialStep = (name: string, work: () => Promise<string | undefined>) => Promise<void>;

/** Lists folders; one into which files are only put need not allow it. */
export async function tryFolders(session: SftpSession, folders: TrialFolder[], step: TrialStep): Promise<void> {
  for (const { path, mayBeClosed } of folders) {
    await step(`list ${path}`, async () => {
      try {
        return `${(await session.list(path)).length} entries`;
      } catch (error) {
        const isDenied = error instanceof TransferFault && error.status === sftpStatus.PERMISSION_DENIED;
        if (mayBeClosed && isDenied) return "may not be listed, as in a box into which files are only put";
        throw error;
      }
    });
  }
}

export interface TrialFolder {
  path: string;
  mayBeClosed: boolean;
}

/** Writes, verifies, renames and deletes a harmless file; whatever fails, nothing of it is left where that can be had. */
export async function tryUpload(
  session: SftpSession,
  folder: string,
  name: string,
  profile: BankProfile,
  step: TrialStep,
): Promise<void> {
  const bytes = Buffer.from("LuckyGas connection test. This file may be deleted.\r\n", "latin1");
  const file: OutboundFile = { folder, name, temporaryName: `${name}.tmp`, bytes, sha256: sha256Of(bytes) };
  const temporary = pathOf(folder, file.temporaryName);
  const final = pathOf(folder, name);
  let handle: Buffer = Buffer.alloc(0);
  await step("open", async () => {
    handle = await session.open(temporary, profile.exclusiveOpen ? "write_exclusive" : "write");
    return undefined;
  });
  try {
    await step("write", async () => {
      await writeContent(session, handle, bytes);
      await session.close(handle);
      return `${bytes.length} bytes`;
    });
    await step("verify", () => verified(session, file, profile));
    await step("rename", () => session.rename(temporary, final).then(() => undefined));
    await step("delete", () => session.unlink(final).then(() => undefined));
  } catch (error) {
    for (const path of [temporary, final]) if (session.usable) await removeFile(session, path).catch(() => {});
    throw error;
  }
}

async function verified(session: SftpSession, file: OutboundFile, profile: BankProfile): Promise<string> {
  const level = await verifyContent(session, file.temporaryName, file, profile);
  if (level === "sha256") return "SHA-256 is the same";
  if (level === "size") return "the size is the same; the content may not be read";
  if (level === "none") return "the bank lets nobody look";
  throw new TransferFault(
    "no_such_file",
    true,
    "the file is gone: a bank that collects files at once needs the submission `direct` in its profile",
  );
}

/** Opens a connection of its own and tells every stage and step with its time; ends at the first that fails. */
export async function tryOver(
  pool: SftpPool,
  onFault: (fault: TransferFault) => void,
  body: (session: SftpSession, step: TrialStep) => Promise<void>,
): Promise<ConnectionTest> {
  const steps: ConnectionTestStep[] = [];
  let beganMs = performance.now();
  let current: string = connectStages[0];
  const finish = (step: string, ok: boolean, detail?: string) => {
    steps.push({ step, ok, ...(detail && { detail }), durationMs: Math.round(performance.now() - beganMs) });
    beganMs = performance.now();
  };
  const step: TrialStep = async (name, work) => {
    current = name;
    finish(name, true, await work());
  };
  const onStage = (stage: ConnectStage, detail?: string) => {
    finish(stage, true, detail);
    current = connectStages[connectStages.indexOf(stage) + 1] ?? stage;
  };
  try {
    await pool.use((session) => body(session, step), { fresh: true, insist: true, call: { onStage } });
    return { ok: true, errorType: null, steps };
  } catch (error) {
    if (!(error instanceof TransferFault)) throw error;
    onFault(error);
    finish(stepOf(error, current), false, error.message);
    return { ok: false, errorType: error.errorType, steps };
  }
}

/** Some faults are found before the stage at which they belong. */
function stepOf({ errorType }: TransferFault, current: string): string {
  if (errorType === "host_key") return "host_key";
  if (errorType === "pool_exhausted") return "connection";
  return errorType === "not_configured" ? "configuration" : current;
}
