/** How the script talks to the operator. Tests answer from a list. */
export interface Prompt {
  say(text: string): void;
  /** One line, without its line end. `undefined`: there is no more input. A hidden answer is not shown while typed. */
  line(question: string, options: { hidden: boolean }): Promise<string | undefined>;
  /** Several lines, hidden, until a line of a single dot or the end of the input. An empty first line ends it too. */
  lines(question: string): Promise<string>;
}

/** The operator pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** True for `y` and `yes` only. */
export async function confirm(prompt: Prompt, question: string): Promise<boolean> {
  const answer = await prompt.line(`${question} [y/N] `, { hidden: false });
  return /^\s*y(es)?\s*$/i.test(answer ?? "");
}
