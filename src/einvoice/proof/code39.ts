/** Bars and gaps of Code 39 (ISO/IEC 16388), beginning with a bar: n narrow, w wide. `*` starts and ends every code. */
const PATTERNS: Readonly<Record<string, string>> = {
  "0": "nnnwwnwnn",
  "1": "wnnwnnnnw",
  "2": "nnwwnnnnw",
  "3": "wnwwnnnnn",
  "4": "nnnwwnnnw",
  "5": "wnnwwnnnn",
  "6": "nnwwwnnnn",
  "7": "nnnwnnwnw",
  "8": "wnnwnnwnn",
  "9": "nnwwnnwnn",
  A: "wnnnnwnnw",
  B: "nnwnnwnnw",
  C: "wnwnnwnnn",
  D: "nnnnwwnnw",
  E: "wnnnwwnnn",
  F: "nnwnwwnnn",
  G: "nnnnnwwnw",
  H: "wnnnnwwnn",
  I: "nnwnnwwnn",
  J: "nnnnwwwnn",
  K: "wnnnnnnww",
  L: "nnwnnnnww",
  M: "wnwnnnnwn",
  N: "nnnnwnnww",
  O: "wnnnwnnwn",
  P: "nnwnwnnwn",
  Q: "nnnnnnwww",
  R: "wnnnnnwwn",
  S: "nnwnnnwwn",
  T: "nnnnwnwwn",
  U: "wwnnnnnnw",
  V: "nwwnnnnnw",
  W: "wwwnnnnnn",
  X: "nwnnwnnnw",
  Y: "wwnnwnnnn",
  Z: "nwwnwnnnn",
  "*": "nwnnwnwnn",
};

/** A dark bar, in units of the narrow one. */
export interface Bar {
  start: number;
  width: number;
}

/** The bars of a text of digits and capital letters, and the width of the whole. `wide` is the width of a wide bar or gap, 2 to 3. */
export function code39(text: string, wide: number): { bars: Bar[]; width: number } {
  const bars: Bar[] = [];
  let position = 0;
  for (const character of `*${text}*`) {
    const pattern = PATTERNS[character];
    if (!pattern) throw new RangeError(`Code 39 has no character ${character}`);
    for (const [index, kind] of [...pattern].entries()) {
      const width = kind === "w" ? wide : 1;
      if (index % 2 === 0) bars.push({ start: position, width });
      position += width;
    }
    position += 1;
  }
  return { bars, width: position - 1 };
}
