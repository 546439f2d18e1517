/** Code 39 (ISO/IEC 16388): nine elements to a character, bar and space in turn; 1 is a wide one. Digits, capitals, `*`. */
const patterns: Record<string, string> = {
  "0": "000110100",
  "1": "100100001",
  "2": "001100001",
  "3": "101100000",
  "4": "000110001",
  "5": "100110000",
  "6": "001110000",
  "7": "000100101",
  "8": "100100100",
  "9": "001100100",
  A: "100001001",
  B: "001001001",
  C: "101001000",
  D: "000011001",
  E: "100011000",
  F: "001011000",
  G: "000001101",
  H: "100001100",
  I: "001001100",
  J: "000011100",
  K: "100000011",
  L: "001000011",
  M: "101000010",
  N: "000010011",
  O: "100010010",
  P: "001010010",
  Q: "000000111",
  R: "100000110",
  S: "001000110",
  T: "000010110",
  U: "110000001",
  V: "011000001",
  W: "111000000",
  X: "010010001",
  Y: "110010000",
  Z: "011010000",
  "*": "010010100",
};
const WIDE = 2.5;

/** The bars as one path of rectangles, and how wide the whole is, in narrow elements. */
export function code39(text: string): { path: string; width: number } {
  let x = 0;
  const bars: string[] = [];
  for (const character of `*${text}*`) {
    const pattern = patterns[character];
    if (!pattern) throw new Error(`Code 39 has no ${character}`);
    [...pattern].forEach((element, index) => {
      const width = element === "1" ? WIDE : 1;
      if (index % 2 === 0) bars.push(`M${x} 0h${width}v1h-${width}z`);
      x += width;
    });
    x += 1; // the gap between characters
  }
  return { path: bars.join(""), width: x - 1 };
}

export function Barcode({ text }: { text: string }) {
  const { path, width } = code39(text);
  return (
    <svg
      className="barcode"
      viewBox={`0 0 ${width} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Code 39 ${text}`}
    >
      <path d={path} />
    </svg>
  );
}
