import { createHash } from "node:crypto";
import { sftpStatus, TransferFault } from "./errors.ts";
import type { SftpSession } from "./session.ts";

/**
 * What goes in one request to every server, whatever it announces. The library cuts longer ones in two where the server is
 * not OpenSSH, and waits for the first half before it sends the second.
 */
export const CHUNK_BYTES = 31 * 1024;
/** Most bytes on the way over one channel, written or asked for and not answered: the window of an SSH channel. */
export const WINDOW_BYTES = 2 * 1024 * 1024;
const WINDOW = Math.floor(WINDOW_BYTES / CHUNK_BYTES);

/**
 * Writes the whole content with at most `WINDOW_BYTES` on the way: the next piece is sent when one is acknowledged, so a slow
 * server slows us down and fills no memory. Resolves when every piece was acknowledged.
 */
export async function writeContent(session: SftpSession, handle: Buffer, content: Uint8Array): Promise<void> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  let next = 0;
  const writeOn = async () => {
    try {
      while (next < bytes.length) {
        const offset = next;
        const length = Math.min(CHUNK_BYTES, bytes.length - offset);
        next += length;
        await session.write(handle, bytes, offset, length);
      }
    } catch (error) {
      // What is missing now makes the rest useless.
      next = bytes.length;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, writeOn));
}

/** Reads a file in order with many requests in flight, handing over each chunk; stops after `bytesMax` bytes and one more. */
async function readContent(
  session: SftpSession,
  handle: Buffer,
  sizeHint: number,
  bytesMax: number,
  onChunk: (chunk: Buffer) => void,
): Promise<number> {
  const pending: Promise<Buffer>[] = [];
  let asked = 0;
  let received = 0;
  for (;;) {
    // Beyond the expected size one request at a time finds the end.
    while (pending.length < (asked < sizeHint ? WINDOW : 1) && asked <= bytesMax) {
      const chunk = readChunk(session, handle, asked, CHUNK_BYTES);
      // A rejection is seen when its turn comes; until then it must not count as unhandled.
      chunk.catch(() => {});
      pending.push(chunk);
      asked += CHUNK_BYTES;
    }
    const chunk = await pending.shift();
    if (!chunk) return received;
    received += chunk.length;
    onChunk(chunk);
    if (chunk.length < CHUNK_BYTES) {
      await Promise.all(pending);
      return received;
    }
  }
}

/** Servers may answer with less than was asked for; only an empty answer is the end. */
async function readChunk(session: SftpSession, handle: Buffer, position: number, length: number): Promise<Buffer> {
  const target = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = await session.read(handle, target, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return target.subarray(0, filled);
}

async function withHandle<T>(session: SftpSession, path: string, work: (handle: Buffer) => Promise<T>): Promise<T> {
  const handle = await session.open(path, "read");
  try {
    return await work(handle);
  } finally {
    // What was read is known by now; a connection that fails here shows itself at the next request.
    session.close(handle).catch(() => {});
  }
}

/**
 * A large file over a long way is read over two channels: what is on the way to us is limited per channel. Nearby the first
 * is fast enough.
 */
const TWO_CHANNELS_BYTES = 4 * 1024 * 1024;
const TWO_CHANNELS_MS = 10;

/** Whether the file under `path` has exactly this size and SHA-256. A longer file is told apart without reading all of it. */
export function matchesContent(
  session: SftpSession,
  path: string,
  sizeBytes: number,
  sha256: string,
): Promise<boolean> {
  const startMs = performance.now();
  return withHandle(session, path, async (handle) => {
    const hash = createHash("sha256");
    const isFar = performance.now() - startMs >= TWO_CHANNELS_MS;
    const second = isFar && sizeBytes >= TWO_CHANNELS_BYTES ? await openSecond(session, path) : undefined;
    const readers = [readerOf(session, handle), ...(second ? [second.read] : [])];
    const reading = readExactly(readers, sizeBytes, (chunk) => hash.update(chunk)).finally(() => second?.close());
    // Asked for together with the content, so that looking for the end costs no further round trip.
    const beyond = readChunk(session, handle, sizeBytes, 1);
    beyond.catch(() => {});
    const received = await reading;
    const isLonger = (await beyond).length > 0;
    return received === sizeBytes && !isLonger && hash.digest("hex") === sha256;
  });
}

type Reader = (position: number, length: number) => Promise<Buffer>;

const readerOf =
  (session: SftpSession, handle: Buffer): Reader =>
  (position, length) =>
    readChunk(session, handle, position, length);

/** A reader over a further channel; `undefined` where the server does not allow one. */
async function openSecond(
  session: SftpSession,
  path: string,
): Promise<{ read: Reader; close: () => void } | undefined> {
  const sibling = await session.sibling();
  if (!sibling) return undefined;
  try {
    return { read: readerOf(sibling, await sibling.open(path, "read")), close: sibling.retire };
  } catch (error) {
    sibling.retire();
    // Refused: the first channel can do it alone. Without an answer the connection has ended.
    if (error instanceof TransferFault && error.answered) return undefined;
    throw error;
  }
}

/** Reads up to `sizeBytes` bytes in order with many requests in flight, taking turns; fewer when the file ends before. */
async function readExactly(
  readers: readonly Reader[],
  sizeBytes: number,
  onChunk: (chunk: Buffer) => void,
): Promise<number> {
  const pending: { length: number; chunk: Promise<Buffer> }[] = [];
  let asked = 0;
  let received = 0;
  for (let turn = 0; ; ) {
    while (pending.length < WINDOW * readers.length && asked < sizeBytes) {
      const length = Math.min(CHUNK_BYTES, sizeBytes - asked);
      const read = readers[turn % readers.length];
      if (!read) throw new RangeError("nobody reads");
      turn += 1;
      const chunk = read(asked, length);
      // A rejection is seen when its turn comes; until then it must not count as unhandled.
      chunk.catch(() => {});
      pending.push({ length, chunk });
      asked += length;
    }
    const next = pending.shift();
    if (!next) return received;
    const chunk = await next.chunk;
    received += chunk.length;
    onChunk(chunk);
    if (chunk.length < next.length) {
      await Promise.all(pending.map((rest) => rest.chunk));
      return received;
    }
  }
}

/** The content of a remote file; a fault when it has more than `bytesMax` bytes. */
export function fetchContent(session: SftpSession, path: string, sizeHint: number, bytesMax: number): Promise<Buffer> {
  return withHandle(session, path, async (handle) => {
    const chunks: Buffer[] = [];
    const size = await readContent(session, handle, sizeHint, bytesMax, (chunk) => chunks.push(chunk));
    if (size > bytesMax) throw new TransferFault("other", true, `the file has more than ${bytesMax} bytes`);
    return Buffer.concat(chunks);
  });
}

/** Whether a refusal says that the server lets nobody look, rather than that looking failed or the file is not there. */
export const isRefusedLook = (error: unknown): error is TransferFault =>
  error instanceof TransferFault &&
  (error.status === sftpStatus.PERMISSION_DENIED || error.status === sftpStatus.OP_UNSUPPORTED);
