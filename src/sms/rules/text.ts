import { invalidInput } from "../../platform/errors.ts";

/** C0 and C1 controls other than TAB, LF, FF and CR. Some providers give them meanings (0x06 is a line break at Mitake). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/;

/** Refuses a text that no handset can show: only blanks, control characters, half of a surrogate pair. */
export function checkText(text: string, path: string): void {
  if (text.trim() === "") throw invalidInput(path, "must not be empty", "empty_text");
  if (!text.isWellFormed()) throw invalidInput(path, "must be well-formed Unicode", "ill_formed_text");
  if (CONTROL.test(text)) throw invalidInput(path, "must not contain control characters", "control_character");
}
