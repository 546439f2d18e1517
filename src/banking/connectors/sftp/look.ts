import type { VerificationLevel } from "@luckygas/gateway-client";
import type { FinalSeen } from "../../rules/resolution.ts";
import type { BankProfile, OutboundFile } from "../port.ts";
import { isRefusedLook, matchesContent } from "./content.ts";
import { sftpStatus, TransferFault } from "./errors.ts";
import type { SftpSession } from "./session.ts";
import { pathOf } from "./steps.ts";

/** What is under a name, and how it was compared with the file. */
export interface Look {
  seen: FinalSeen;
  level: VerificationLevel;
}

/** Compares what is under a name with a file: by content where it can be read, else by size. A refusal to look is `unknown`. */
export async function lookAt(
  session: SftpSession,
  name: string,
  file: OutboundFile,
  profile: BankProfile,
): Promise<Look> {
  const path = pathOf(file.folder, name);
  if (profile.readBack) {
    try {
      const isSame = await matchesContent(session, path, file.bytes.length, file.sha256);
      return { seen: isSame ? "same" : "different", level: "sha256" };
    } catch (error) {
      if (error instanceof TransferFault && error.status === sftpStatus.NO_SUCH_FILE) {
        return { seen: "absent", level: "sha256" };
      }
      if (!isRefusedLook(error)) throw error;
    }
  }
  return { seen: profile.stat ? await lookBySize(session, path, file) : "unknown", level: "size" };
}

async function lookBySize(session: SftpSession, path: string, file: OutboundFile): Promise<FinalSeen> {
  try {
    const found = await session.lstat(path);
    if (!found) return "absent";
    if (found.sizeBytes === undefined) return "unknown";
    return found.sizeBytes === file.bytes.length ? "same" : "different";
  } catch (error) {
    if (!isRefusedLook(error)) throw error;
    return "unknown";
  }
}

/**
 * The strongest check of a written file that the server allows; `gone` when it is there no longer. Throws an `integrity`
 * fault when the content is not ours.
 */
export async function verifyContent(
  session: SftpSession,
  name: string,
  file: OutboundFile,
  profile: BankProfile,
): Promise<VerificationLevel | "gone"> {
  const { seen, level } = await lookAt(session, name, file, profile);
  if (seen === "unknown") return "none";
  if (seen === "absent") return "gone";
  if (seen === "same") return level;
  throw new TransferFault("integrity", true, "the content at the bank is not what was written");
}
