import { describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import {
  CHUNK_BYTES,
  matchesContent,
  WINDOW_BYTES,
  writeContent,
} from "../../../../src/banking/connectors/sftp/content.ts";
import { TransferFault } from "../../../../src/banking/connectors/sftp/errors.ts";
import type { SftpSession } from "../../../../src/banking/connectors/sftp/session.ts";

const MIB = 1024 * 1024;
const WINDOW_REQUESTS = Math.floor(WINDOW_BYTES / CHUNK_BYTES);
const FULL = WINDOW_REQUESTS * CHUNK_BYTES;
const HANDLE = Buffer.from("1");
const content = randomBytes(8 * MIB + 5);
const sha256 = createHash("sha256").update(content).digest("hex");

/** A server that answers a request only when it is told to. */
function createPausedServer() {
  const waiting: { bytes: number; answer(): void; refuse(): void }[] = [];
  const most = { bytes: 0, requests: 0 };
  let asked = 0;
  const hold = (bytes: number, answer: () => void, refuse: () => void) => {
    asked += bytes;
    waiting.push({ bytes, answer, refuse });
    most.bytes = Math.max(
      most.bytes,
      waiting.reduce((sum, entry) => sum + entry.bytes, 0),
    );
    most.requests = Math.max(most.requests, waiting.length);
  };
  const unused = () => Promise.reject(new Error("not used here"));
  const session: SftpSession = {
    usable: true,
    answers: 0,
    realpath: unused,
    lstat: unused,
    open: async () => HANDLE,
    close: async () => {},
    write: (_handle, _bytes, _offset, length) =>
      new Promise((resolve, reject) =>
        hold(length, resolve, () => reject(new TransferFault("exists_or_failure", true, "quota"))),
      ),
    read: (_handle, target, targetOffset, length, position) =>
      new Promise((resolve, reject) =>
        hold(
          length,
          () => resolve(content.copy(target, targetOffset, position, position + length)),
          () => reject(new TransferFault("exists_or_failure", true, "read")),
        ),
      ),
    fsync: unused,
    rename: unused,
    unlink: unused,
    list: unused,
    onEnd: () => {},
    destroy: () => {},
    sibling: async () => undefined,
    retire: () => {},
    closed: Promise.resolve(),
  };
  return {
    session,
    most,
    asked: () => asked,
    waiting: () => waiting.length,
    /** Answers the request at this place of the queue, and lets what follows from it happen. */
    answer: async (place = 0) => {
      waiting.splice(place, 1)[0]?.answer();
      await settled();
    },
    refuse: async () => {
      waiting.shift()?.refuse();
      await settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("what is on the way to a bank is bounded", () => {
  test("writing: never more than the window, all of it used, and the next piece only after an answer", async () => {
    const server = createPausedServer();
    const done = writeContent(server.session, HANDLE, content);
    await settled();
    expect(server.asked()).toBe(FULL);
    await settled();
    expect(server.asked()).toBe(FULL);
    while (server.waiting() > 0) await server.answer();
    await done;
    expect(server.asked()).toBe(content.length);
    expect(server.most).toEqual({ bytes: FULL, requests: WINDOW_REQUESTS });
  });

  test("writing ends at the first refusal; nothing further is sent", async () => {
    const server = createPausedServer();
    const done = writeContent(server.session, HANDLE, content);
    done.catch(() => {});
    await settled();
    await server.refuse();
    while (server.waiting() > 0) await server.answer();
    await expect(done).rejects.toMatchObject({ message: "quota" });
    expect(server.asked()).toBe(FULL);
  });

  test("reading back: an answer that is late keeps at most a window of later ones waiting in memory", async () => {
    const server = createPausedServer();
    const done = matchesContent(server.session, "/file", content.length, sha256);
    await settled();
    // All but the first are answered: none can be hashed yet, so none further is asked for.
    while (server.waiting() > 1) await server.answer(1);
    expect(server.asked()).toBeLessThanOrEqual(WINDOW_BYTES + 1);
    while (server.waiting() > 0) await server.answer();
    expect(await done).toBe(true);
    expect(server.most.bytes).toBeLessThanOrEqual(WINDOW_BYTES + 1);
  });

  test("one flipped bit or one byte more is found", async () => {
    const answerAll = async (expected: string, size: number) => {
      const server = createPausedServer();
      const done = matchesContent(server.session, "/file", size, expected);
      await settled();
      while (server.waiting() > 0) await server.answer();
      return done;
    };
    const other = Buffer.from(content);
    other[5_000_000] = (other[5_000_000] ?? 0) ^ 1;
    expect(await answerAll(createHash("sha256").update(other).digest("hex"), content.length)).toBe(false);
    const shorter = content.subarray(0, content.length - 1);
    expect(await answerAll(createHash("sha256").update(shorter).digest("hex"), shorter.length)).toBe(false);
  });
});
