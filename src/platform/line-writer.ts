import { writeSync } from "node:fs";

/** Standard output, with the lines of one turn of the event loop written at once. */
export interface LineWriter {
  write(line: string): void;
}

const STANDARD_OUTPUT = 1;

/**
 * Lines are written within the same turn, so a killed process loses those of one turn at most; an exit loses none. A full
 * disk or a reader that has gone costs lines, never the process.
 */
export function createLineWriter(): LineWriter {
  let waiting: string[] = [];
  const take = () => {
    const text = `${waiting.join("\n")}\n`;
    waiting = [];
    return text;
  };
  process.stdout.on("error", () => {}); // nobody is left to be told
  process.on("exit", () => {
    if (waiting.length === 0) return;
    try {
      writeSync(STANDARD_OUTPUT, take());
    } catch {
      // as above
    }
  });
  return {
    write: (line) => {
      waiting.push(line);
      if (waiting.length > 1) return;
      setImmediate(() => {
        if (waiting.length > 0) process.stdout.write(take());
      });
    },
  };
}
