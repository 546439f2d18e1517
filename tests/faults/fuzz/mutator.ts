/** Pieces that parsers stumble over: markup, nesting, numbers out of range, halves of characters, path tricks. */
const nasty = [
  "\0",
  "\ufeff",
  "\r\n",
  "\t",
  ",",
  '"',
  "=",
  "../../etc/passwd",
  "..\\..\\",
  "%2e%2e%2f",
  "1e400",
  "-0",
  "NaN",
  "Infinity",
  "99999999999999999999999999",
  "9007199254740993",
  "-99",
  "true",
  "null",
  "{".repeat(200),
  "[".repeat(2_000),
  '{"__proto__":{"x":1}}',
  "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'><!ENTITY c '&b;&b;&b;&b;'>]>",
  "<a>".repeat(500),
  "]]>",
  "<![CDATA[",
  "&#x0;&lt;&amp;",
  "🙂",
  "é",
  "許功蓋",
  "\u202e",
].map((text) => new TextEncoder().encode(text));
const rawNasty = [[0xff], [0xed, 0xa0, 0x80], [0xa4], [0x80, 0x80], [0xc0, 0xaf], [0xf9, 0xd6], [0x00, 0x00]].map(
  (bytes) => Uint8Array.from(bytes),
);
const pieces = [...nasty, ...rawNasty];

/** Bytes that came from good ones by one to four changes. */
export function mutate(good: Uint8Array, random: () => number, bytesMax: number): Uint8Array {
  let bytes = good;
  const changes = 1 + Math.floor(random() * 4);
  for (let count = 0; count < changes; count += 1) bytes = change(bytes, random);
  return bytes.subarray(0, bytesMax);
}

function change(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const at = below(bytes.length + 1);
  const length = 1 + below(Math.min(40, bytes.length + 1));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (below(8)) {
    case 0:
      return flipped(bytes, at, below(8));
    case 1:
      return joined(before, after.subarray(length));
    case 2:
      return joined(before, after.subarray(0, length), after);
    case 3:
      return before;
    case 4:
      return joined(before, Uint8Array.of(below(256)), after.subarray(1));
    case 5:
      return joined(before, Uint8Array.of(0x30 + below(10)), after.subarray(1));
    case 6:
      return joined(after, before);
    default:
      return joined(before, pieces[below(pieces.length)] ?? Uint8Array.of(), after);
  }
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const old = copy[at];
  if (old !== undefined) copy[at] = old ^ (1 << bit);
  return copy;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
