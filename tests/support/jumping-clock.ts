import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

export const jumpingClockLibrary = LIBRARY;

/** The wall clock of one process, which a test can set ahead or back while the process runs. Its timers run on as before. */
export interface JumpingClock {
  /** Environment of the process. */
  env: Record<string, string>;
  jump(offsetSeconds: number): Promise<void>;
}

export async function createJumpingClock(folder: string, name: string): Promise<JumpingClock> {
  const file = join(folder, `clock-${name}`);
  const jump = (offsetSeconds: number) => writeFile(file, `${offsetSeconds < 0 ? "" : "+"}${offsetSeconds}\n`);
  await jump(0);
  return {
    env: {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    jump,
  };
}
