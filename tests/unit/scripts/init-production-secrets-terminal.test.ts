import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { Interrupted } from "../../../scripts/lib/secrets/prompt.ts";
import { createTerminalPrompt } from "../../../scripts/lib/secrets/terminal-prompt.ts";
import { type FakeSecretManager, startFakeSecretManager } from "../../support/fake-secret-manager.ts";
import { waitFor } from "../../support/wait-for.ts";

const root = join(import.meta.dir, "../../..");

function createTerminal({ isTTY }: { isTTY: boolean }) {
  const modes: boolean[] = [];
  const input = Object.assign(new EventEmitter(), {
    isTTY,
    setRawMode: (raw: boolean) => modes.push(raw),
    resume: () => {},
    pause: () => {},
  });
  let shown = "";
  let interrupts = 0;
  const prompt = createTerminalPrompt(
    input,
    (text) => {
      shown += text;
    },
    () => {
      interrupts += 1;
    },
  );
  return {
    prompt,
    modes,
    type: (text: string | Uint8Array) => void input.emit("data", Buffer.from(text)),
    end: () => void input.emit("end"),
    shown: () => shown,
    interrupts: () => interrupts,
  };
}

describe("a terminal", () => {
  test("shows a visible answer and never a hidden one", async () => {
    const terminal = createTerminal({ isTTY: true });
    const visible = terminal.prompt.line("user: ", { hidden: false });
    terminal.type("anna\r");
    expect(await visible).toBe("anna");
    const hidden = terminal.prompt.line("password: ", { hidden: true });
    terminal.type("hunter2\r");
    expect(await hidden).toBe("hunter2");
    expect(terminal.shown()).toBe("user: anna\npassword: \n");
  });

  test("erasing, clearing the line, arrow keys and characters that arrive in pieces", async () => {
    const terminal = createTerminal({ isTTY: true });
    const answer = terminal.prompt.line("", { hidden: true });
    terminal.type("wrong\u0015ab\u001b[Cx\u007f");
    const [first, ...rest] = Buffer.from("密");
    terminal.type(Uint8Array.of(first ?? 0));
    terminal.type(Uint8Array.from(rest));
    terminal.type("\n");
    expect(await answer).toBe("ab密");
  });

  test("several pasted lines end at a dot, whatever their line ends; the next question gets the rest", async () => {
    const terminal = createTerminal({ isTTY: true });
    const key = terminal.prompt.lines("key: ");
    terminal.type("-----BEGIN\r\nAAAA\r-----END\n.\r");
    expect(await key).toBe("-----BEGIN\nAAAA\n-----END");
    const next = terminal.prompt.line("", { hidden: true });
    terminal.type("after\r");
    expect(await next).toBe("after");
    expect(terminal.shown()).toBe("key: (3 lines)\n\n");
  });

  test("Ctrl-D ends several lines without ending the session; an empty first line skips", async () => {
    const terminal = createTerminal({ isTTY: true });
    const key = terminal.prompt.lines("");
    terminal.type("one\r\u0004");
    expect(await key).toBe("one");
    const skipped = terminal.prompt.lines("");
    terminal.type("\r");
    expect(await skipped).toBe("");
  });

  test("Ctrl-C interrupts a question and the time between questions", async () => {
    const terminal = createTerminal({ isTTY: true });
    const answer = terminal.prompt.line("", { hidden: true });
    terminal.type("half\u0003");
    await expect(answer).rejects.toBeInstanceOf(Interrupted);
    expect(terminal.interrupts()).toBe(1);
  });

  test("the terminal is given back as it was", async () => {
    const terminal = createTerminal({ isTTY: true });
    const answer = terminal.prompt.line("", { hidden: true });
    terminal.type("x\r");
    await answer;
    terminal.prompt.close();
    expect(terminal.modes).toEqual([true, false]);
  });
});

test("a pipe gives its answers line by line; its end is the end of the answers", async () => {
  const pipe = createTerminal({ isTTY: false });
  const first = pipe.prompt.line("", { hidden: true });
  pipe.type("one\ntwo\nthree");
  pipe.end();
  expect(await first).toBe("one");
  expect(await pipe.prompt.lines("")).toBe("two\nthree");
  expect(await pipe.prompt.line("", { hidden: false })).toBeUndefined();
  expect(pipe.modes).toEqual([]);
});

describe("the command on a real terminal", () => {
  const PROJECT = "luckygas-test";
  let fake: FakeSecretManager;
  beforeEach(async () => {
    fake = await startFakeSecretManager(PROJECT);
  });
  afterEach(() => fake.close());

  /** As `scripts/init-production-secrets.ts`, which knows no other place than Google's. */
  const program = () => `
    import { systemClock } from "${root}/src/platform/clock.ts";
    import { openSecretManagerClient } from "${root}/src/platform/secret-manager-client.ts";
    import { runCommand } from "${root}/scripts/lib/secrets/command.ts";
    import { createTerminalPrompt } from "${root}/scripts/lib/secrets/terminal-prompt.ts";
    const prompt = createTerminalPrompt(process.stdin, (text) => process.stdout.write(text), () => {
      prompt.close();
      process.exit(130);
    });
    const code = await runCommand(process.argv.slice(1), {
      prompt,
      clock: systemClock,
      openClient: (project) => openSecretManagerClient(project, ${JSON.stringify(fake.connection)}),
      complain: (text) => console.error(text),
    });
    prompt.close();
    process.exit(code);`;

  function start(...words: string[]) {
    let screen = "";
    const child = Bun.spawn([process.execPath, "-e", program(), "--", "--project-id", PROJECT, ...words], {
      env: { PATH: process.env.PATH, GOOGLE_APPLICATION_CREDENTIALS: fake.credentialsFile, TERM: "xterm" },
      terminal: {
        data: (_terminal, data) => {
          screen += new TextDecoder().decode(data);
        },
      },
    });
    let answeredUpTo = 0;
    const answer = async (question: string, text: string) => {
      await waitFor(question, () => screen.indexOf(question, answeredUpTo) >= 0);
      answeredUpTo = screen.indexOf(question, answeredUpTo) + question.length;
      child.terminal?.write(text);
    };
    return { child, answer, screen: () => screen };
  }

  test("a key that is typed is stored and never on the screen", async () => {
    const session = start("--only", "jwt-secret-key");
    await session.answer("generate: make one]: ", "canary-canary-canary-canary-canary\r");
    await session.answer("Write these 1? [y/N] ", "y\r");
    expect(await session.child.exited).toBe(0);
    await waitFor("the last line", () => session.screen().includes("deploy a new revision"));
    expect(session.screen()).not.toContain("canary");
    expect(fake.versions("jwt-secret-key")).toEqual(["canary-canary-canary-canary-canary"]);
  });

  test("a key that is pasted over several lines never reaches the screen; Ctrl-C ends with 130", async () => {
    const session = start("--only", "banking-mega-credentials");
    await session.answer("user name [empty: skip]: ", "anna\r\r\r\rcanary-line-1\rcanary-line-2\r.\r");
    await session.answer("sftp_private_key: ", "\u0003");
    expect(await session.child.exited).toBe(130);
    expect(session.screen()).not.toContain("canary");
    expect(fake.versions("banking-mega-credentials")).toEqual([]);
  });
});
