import type { VerificationLevel } from "@luckygas/gateway-client";
import type { BankProfile, OutboundFile, SubmissionCall, SubmissionOutcome } from "../port.ts";
import { writeContent } from "./content.ts";
import { sha256Of } from "./digest.ts";
import { sftpStatus, TransferFault } from "./errors.ts";
import { lookAt, verifyContent } from "./look.ts";
import type { SftpSession } from "./session.ts";
import { errorTypeOf, type OnStep, pathOf, tell } from "./steps.ts";

/**
 * Brings a file under its final name: temporary file, exclusive; written, flushed, closed, read back; `onVerified` stored;
 * then the plain rename of version 3, which never replaces anything. Before `onVerified` every failure is certain. Rejects
 * with a `TransferFault` while nothing was written.
 */
export async function submitAtomically(
  session: SftpSession,
  file: OutboundFile,
  profile: BankProfile,
  call: SubmissionCall,
): Promise<SubmissionOutcome> {
  const temporary = pathOf(file.folder, file.temporaryName);
  const before = await lookBefore(session, file, profile, call.onStep);
  if (before) return before;
  const handle = await openNew(session, temporary, profile, call.onStep, "open the temporary file");
  if (handle instanceof TransferFault) {
    if (handle.answered) await removeIfEmpty(session, file, profile, call.onStep);
    // Refused: what lies under this name is not ours. Without an answer it may be.
    return { kind: "not_sent", errorType: handle.errorType, temporaryRemoved: handle.answered };
  }
  let verification: VerificationLevel;
  try {
    await writeTemporary(session, handle, file, profile, call.onStep);
    const checked = await verify(session, file, profile, call.onStep);
    if (checked === "gone") return { kind: "indeterminate", errorType: "no_such_file" };
    verification = checked;
  } catch (error) {
    const temporaryRemoved = await tryToRemove(session, temporary, call.onStep);
    return { kind: "not_sent", errorType: errorTypeOf(error), temporaryRemoved };
  }
  try {
    await call.onVerified(verification);
  } catch {
    // It may have been stored all the same, or another process may have taken over: the temporary file is theirs to find.
    return { kind: "not_sent", errorType: "other", temporaryRemoved: false };
  }
  try {
    await tell(call.onStep, "rename", () => session.rename(temporary, pathOf(file.folder, file.name)));
    return { kind: "sent", verification };
  } catch (error) {
    // Even a refusal proves nothing: some servers act and then fail.
    return { kind: "unknown", errorType: errorTypeOf(error) };
  }
}

/**
 * For servers that take a file away as soon as it is closed: written under its final name. The point of no return is the
 * open request; only its explicit refusal is certain, and only while nothing lies under the name. Rejects with a
 * `TransferFault` while nothing was written.
 */
export async function submitDirectly(
  session: SftpSession,
  file: OutboundFile,
  profile: BankProfile,
  call: SubmissionCall,
): Promise<SubmissionOutcome> {
  const before = await lookBefore(session, file, profile, call.onStep);
  if (before) return before;
  try {
    await call.onVerified("none");
  } catch (error) {
    return { kind: "not_sent", errorType: errorTypeOf(error), temporaryRemoved: true };
  }
  const handle = await openNew(session, pathOf(file.folder, file.name), profile, call.onStep, "open the final file");
  if (handle instanceof TransferFault) {
    const { errorType } = handle;
    const isRefused = handle.answered && !(await isThere(session, file, profile, call.onStep));
    return isRefused ? { kind: "not_sent", errorType, temporaryRemoved: true } : { kind: "unknown", errorType };
  }
  try {
    await tell(call.onStep, "write", () => writeContent(session, handle, file.bytes));
    await tell(call.onStep, "close", () => session.close(handle));
    return { kind: "sent", verification: "none" };
  } catch (error) {
    return { kind: "unknown", errorType: errorTypeOf(error) };
  }
}

/** Whether something lies under the final name after all; a server that lets nobody look is believed. */
async function isThere(
  session: SftpSession,
  file: OutboundFile,
  profile: BankProfile,
  onStep: OnStep,
): Promise<boolean> {
  try {
    const { seen } = await lookForFinal(session, file, profile, onStep);
    return seen === "same" || seen === "different";
  } catch {
    return true;
  }
}

/**
 * Whether the final name is free before anything is written. The same content can only come from an earlier attempt of this
 * very batch, since it carries the batch's number; the same size alone proves nothing. No way to look is no obstacle to a
 * rename, which refuses an existing target.
 */
async function lookBefore(
  session: SftpSession,
  file: OutboundFile,
  profile: BankProfile,
  onStep: OnStep,
): Promise<SubmissionOutcome | undefined> {
  const { seen, level } = await lookForFinal(session, file, profile, onStep);
  if (seen === "same" && level === "sha256") return { kind: "sent", verification: "sha256" };
  return seen === "same" || seen === "different" ? { kind: "name_taken" } : undefined;
}

const lookForFinal = (session: SftpSession, file: OutboundFile, profile: BankProfile, onStep: OnStep) =>
  tell(
    onStep,
    "look for the final name",
    () => lookAt(session, file.name, file, profile),
    (look) => look.seen,
  );

/** The handle of a file that must not exist before, or the fault of the request. */
async function openNew(
  session: SftpSession,
  path: string,
  profile: BankProfile,
  onStep: OnStep,
  step: string,
): Promise<Buffer | TransferFault> {
  const mode = profile.exclusiveOpen ? "write_exclusive" : "write";
  try {
    return await tell(onStep, step, () => session.open(path, mode));
  } catch (error) {
    if (error instanceof TransferFault) return error;
    throw error;
  }
}

const emptySha256 = sha256Of(new Uint8Array());

/** Some servers make the file and then refuse to open it. What has content is not touched. */
async function removeIfEmpty(
  session: SftpSession,
  file: OutboundFile,
  profile: BankProfile,
  onStep: OnStep,
): Promise<void> {
  try {
    const empty = { ...file, bytes: new Uint8Array(), sha256: emptySha256 };
    const { seen } = await lookAt(session, file.temporaryName, empty, profile);
    if (seen === "same") await tryToRemove(session, pathOf(file.folder, file.temporaryName), onStep);
  } catch {
    // Whatever is there stays there.
  }
}

async function writeTemporary(
  session: SftpSession,
  handle: Buffer,
  file: OutboundFile,
  profile: BankProfile,
  onStep: OnStep,
): Promise<void> {
  await tell(onStep, "write", () => writeContent(session, handle, file.bytes));
  if (profile.fsync) {
    await tell(
      onStep,
      "flush",
      () => session.fsync(handle),
      (offered) => (offered ? "done" : "not offered by the server"),
    );
  }
  // A full disk may show itself only here.
  await tell(onStep, "close", () => session.close(handle));
}

/** `gone`: the server acknowledged the file and has it no longer, so its programs may have taken it under this name. */
const verify = (session: SftpSession, file: OutboundFile, profile: BankProfile, onStep: OnStep) =>
  tell(
    onStep,
    "verify",
    () => verifyContent(session, file.temporaryName, file, profile),
    (level) =>
      level === "gone"
        ? "the temporary file is gone: a bank that collects files at once needs the submission `direct` in its profile"
        : level,
  );

export async function tryToRemove(session: SftpSession, path: string, onStep: OnStep): Promise<boolean> {
  if (!session.usable) return false;
  try {
    await tell(onStep, "remove the temporary file", () => removeFile(session, path));
    return true;
  } catch {
    return false;
  }
}

/** Removes a file; one that is not there is removed already. */
export async function removeFile(session: SftpSession, path: string): Promise<void> {
  try {
    await session.unlink(path);
  } catch (error) {
    if (!(error instanceof TransferFault) || error.status !== sftpStatus.NO_SUCH_FILE) throw error;
  }
}
