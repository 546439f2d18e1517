import { fetchContent } from "./content.ts";
import { sha256Of } from "./digest.ts";
import { sftpStatus, TransferFault } from "./errors.ts";
import type { SftpSession } from "./session.ts";
import { pathOf } from "./steps.ts";
import { removeFile } from "./submission.ts";

const FILE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Moves a file of known content into another folder by the plain rename, which never replaces anything. When the target is
 * there already, its content decides: the same means that an earlier move was only half told.
 */
export async function archiveFile(
  session: SftpSession,
  from: string,
  to: string,
  name: string,
  sha256: string,
): Promise<"archived" | "name_taken"> {
  const [source, target] = [pathOf(from, name), pathOf(to, name)];
  const here = await contentHash(session, source);
  // It has gone: an earlier move was only half told, or someone else took it away.
  if (here === undefined) return "archived";
  // A newer file under this name is not the one whose result is stored.
  if (here !== sha256) return "name_taken";
  const there = await contentHash(session, target);
  if (there !== undefined && there !== sha256) return "name_taken";
  if (there === sha256) await removeFile(session, source);
  else await session.rename(source, target);
  return "archived";
}

async function contentHash(session: SftpSession, path: string): Promise<string | undefined> {
  try {
    return sha256Of(await fetchContent(session, path, 0, FILE_BYTES_MAX));
  } catch (error) {
    if (error instanceof TransferFault && error.status === sftpStatus.NO_SUCH_FILE) return undefined;
    throw error;
  }
}
