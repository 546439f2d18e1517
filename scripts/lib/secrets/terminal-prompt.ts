import { StringDecoder } from "node:string_decoder";
import { ContentProblem } from "./check-content.ts";
import { CONTENT_BYTES_MAX } from "./checks.ts";
import { Interrupted, type Prompt } from "./prompt.ts";

/** The parts of `process.stdin` that are used; `setRawMode` is there on a terminal only. */
export interface PromptInput {
  isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: "data", listener: (chunk: Buffer | string) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface TerminalPrompt extends Prompt {
  /** Gives the terminal back as it was. */
  close(): void;
}

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";
const ESCAPE = "\u001b";
const ERASE = new Set(["\u0008", "\u007f"]);

/**
 * Asks on a terminal, or reads the answers line by line from a pipe. A terminal is in raw mode from the first question
 * to `close`, so that nothing that is pasted ahead is ever shown; the line editing (erase, Ctrl-U, Ctrl-D, Ctrl-C) is
 * done here. `onInterrupt` is called at Ctrl-C, also between questions.
 */
export function createTerminalPrompt(
  input: PromptInput,
  write: (text: string) => void,
  onInterrupt: () => void,
): TerminalPrompt {
  const decoder = new StringDecoder("utf8");
  const isTerminal = input.isTTY === true;
  /** Characters that nobody has asked for yet. */
  const unread: string[] = [];
  let ended = false;
  let interrupted = false;
  let started = false;
  let wake: (() => void) | undefined;
  let afterCarriageReturn = false;

  function start(): void {
    if (started) return;
    started = true;
    if (isTerminal) input.setRawMode?.(true);
    input.on("data", (chunk) => {
      const text = typeof chunk === "string" ? chunk : decoder.write(chunk);
      if (isTerminal && text.includes(CTRL_C)) {
        interrupted = true;
        onInterrupt();
      }
      unread.push(...text);
      wake?.();
    });
    input.on("end", () => {
      ended = true;
      wake?.();
    });
    input.resume();
  }

  async function next(): Promise<string | undefined> {
    while (!interrupted && unread.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (interrupted) throw new Interrupted("interrupted");
    return unread.shift();
  }

  /** One character with both kinds of line end as "\n". */
  async function nextOfLine(): Promise<string | undefined> {
    const character = await next();
    const isSecondHalf = afterCarriageReturn && character === "\n";
    afterCarriageReturn = character === "\r";
    if (isSecondHalf) return nextOfLine();
    return character === "\r" ? "\n" : character;
  }

  /** Arrow keys and the marks of a bracketed paste arrive as one chunk and mean nothing here. */
  function skipSequence(): void {
    if (unread[0] !== "[" && unread[0] !== "O") return;
    unread.shift();
    while (unread.length > 0 && !/[@-~]/.test(unread.shift() ?? ""));
  }

  async function readLine(shown: boolean): Promise<string | undefined> {
    const characters: string[] = [];
    const show = (text: string) => {
      if (shown && isTerminal) write(text);
    };
    for (;;) {
      const character = await nextOfLine();
      if (character === undefined) return characters.length > 0 ? characters.join("") : undefined;
      if (character === "\n") return characters.join("");
      if (!isTerminal) characters.push(character);
      else if (character === CTRL_D && characters.length === 0) return undefined;
      else if (character === ESCAPE) skipSequence();
      else if (ERASE.has(character)) {
        if (characters.pop() !== undefined) show("\b \b");
      } else if (character === CTRL_U) {
        show("\b \b".repeat(characters.length));
        characters.length = 0;
      } else if (character >= " " || character === "\t") {
        characters.push(character);
        show(character);
      }
      if (characters.length > CONTENT_BYTES_MAX)
        throw new ContentProblem(`an answer has more than ${CONTENT_BYTES_MAX} characters`);
    }
  }

  return {
    say: (text) => write(`${text}\n`),
    line: async (question, { hidden }) => {
      start();
      write(question);
      const answer = await readLine(!hidden);
      write("\n");
      return answer;
    },
    lines: async (question) => {
      start();
      write(question);
      const lines: string[] = [];
      for (;;) {
        const line = await readLine(false);
        if (line === undefined || line === "." || (lines.length === 0 && line.trim() === "")) break;
        lines.push(line);
      }
      write(lines.length > 0 ? `(${lines.length} lines)\n` : "\n");
      return lines.join("\n");
    },
    close: () => {
      if (started && isTerminal) input.setRawMode?.(false);
      input.pause();
    },
  };
}
