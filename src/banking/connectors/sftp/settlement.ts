import { type FinalSeen, resolveSubmission, type TemporarySeen } from "../../rules/resolution.ts";
import type { BankProfile, OutboundFile, SettlementOutcome } from "../port.ts";
import { TransferFault } from "./errors.ts";
import { lookAt } from "./look.ts";
import type { SftpSession } from "./session.ts";
import { type OnStep, pathOf, tell } from "./steps.ts";
import { tryToRemove } from "./submission.ts";

const temporarySeen: Record<FinalSeen, TemporarySeen> = {
  same: "full",
  different: "partial",
  absent: "absent",
  unknown: "unknown",
};

/** A rename that is refused and then looked at again gives the same picture; twice is enough. */
const RENAMES_MAX = 2;

/**
 * Finds out by looking what became of a file whose final name had been asked for, and finishes what can be finished:
 * removes a second name, repeats a rename that did not happen. Rejects when the bank cannot be asked.
 */
export async function settleSubmission(
  session: SftpSession,
  file: OutboundFile,
  profile: BankProfile,
  onStep: OnStep,
): Promise<SettlementOutcome> {
  const temporary = pathOf(file.folder, file.temporaryName);
  const look = (what: string, name: string) =>
    tell(
      onStep,
      `look for the ${what} name`,
      () => lookAt(session, name, file, profile),
      (found) => found.seen,
    );
  for (let renames = 0; ; renames += 1) {
    const { seen, level } = await look("final", file.name);
    // Without a temporary file there is nothing that could be renamed.
    const left = profile.submission === "direct" ? "absent" : (await look("temporary", file.temporaryName)).seen;
    const resolution = resolveSubmission(seen, temporarySeen[left]);
    if (resolution === "sent_remove_temporary") await tryToRemove(session, temporary, onStep);
    if (resolution === "sent" || resolution === "sent_remove_temporary") return { kind: "sent", verification: level };
    // Written under its final name, it may be the first half of our own.
    if (resolution === "name_taken" && profile.submission === "direct") return { kind: "indeterminate" };
    if (resolution === "name_taken" || resolution === "indeterminate") return { kind: resolution };
    if (renames === RENAMES_MAX) return { kind: "indeterminate" };
    try {
      await tell(onStep, "rename", () => session.rename(temporary, pathOf(file.folder, file.name)));
      return { kind: "sent", verification: level };
    } catch (error) {
      if (!(error instanceof TransferFault) || !error.answered) throw error;
    }
  }
}
