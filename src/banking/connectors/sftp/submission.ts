import type { VerificationLevel } from "@luckygas/gateway-client";
import type { BankProfile, OutboundFile, SubmissionCall, SubmissionOutcome } from "../port.ts";
import { writeContent } from "./content.ts";
import { sftpStatus, TransferFault } from "./errors.ts";
import { lookAt, verifyContent } from "./look.ts";
import type { SftpSession } from "./session.ts";
import { errorTypeOf, type OnStep, pathOf, tell } from "./steps.ts";

/**
 * Brings a file under its final name: temporary file, exclusive; written, flushed, closed, read back; `onVerified` stored;
 * then the plain rename of version 3, which never replaces anything. Before `onVerified` every failure is certain.
 */
export async function submitAtomically(
  session: SftpSession,
  file: OutboundFile,
  profile: BankProfile,
  call: SubmissionCall,
): Promise<SubmissionOutcome> {
  const temporary = pathOf(file.folder, file.temporaryName);
  let verification: VerificationLevel;
  try {
    const before = await lookBefore(session, file, profile, call.onStep);
    if (before) return before;
    await writeTemporary(session, temporary, file, profile, call.onStep);
    verification = await tell(
      call.onStep,
      "verify",
      () => verifyContent(session, file.temporaryName, file, profile),
      (level) => level,
    );
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
 * open request; only its explicit refusal is certain.
 */
export async function submitDirectly(
  session: SftpSession,
  file: OutboundFile,
  profile: BankProfile,
  call: SubmissionCall,
): Promise<SubmissionOutcome> {
  try {
    const before = await lookBefore(session, file, profile, call.onStep);
    if (before) return before;
    await call.onVerified("none");
  } catch (error) {
    return { kind: "not_sent", errorType: errorTypeOf(error), temporaryRemoved: true };
  }
  let handle: Buffer;
  try {
    const mode = profile.exclusiveOpen ? "write_exclusive" : "write";
    handle = await tell(call.onStep, "open the final file", () => session.open(pathOf(file.folder, file.name), mode));
  } catch (error) {
    const isRefused = error instanceof TransferFault && error.answered;
    if (isRefused) return { kind: "not_sent", errorType: error.errorType, temporaryRemoved: true };
    return { kind: "unknown", errorType: errorTypeOf(error) };
  }
  try {
    await tell(call.onStep, "write", () => writeContent(session, handle, file.bytes));
    await tell(call.onStep, "close", () => session.close(handle));
    return { kind: "sent", verification: "none" };
  } catch (error) {
    return { kind: "unknown", errorType: errorTypeOf(error) };
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
  const { seen, level } = await tell(
    onStep,
    "look for the final name",
    () => lookAt(session, file.name, file, profile),
    (look) => look.seen,
  );
  if (seen === "same" && level === "sha256") return { kind: "sent", verification: "sha256" };
  return seen === "same" || seen === "different" ? { kind: "name_taken" } : undefined;
}

async function writeTemporary(
  session: SftpSession,
  path: string,
  file: OutboundFile,
  profile: BankProfile,
  onStep: OnStep,
): Promise<void> {
  const mode = profile.exclusiveOpen ? "write_exclusive" : "write";
  const handle = await tell(onStep, "open the temporary file", () => session.open(path, mode));
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
