import { expect, test } from "bun:test";
import { crc32c } from "../../../src/platform/secret-checksum.ts";

// RFC 3720 appendix B.4, read as little-endian numbers; the last one is the usual check value of CRC-32C.
const vectors: [string, Uint8Array, number][] = [
  ["32 bytes of zeroes", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["32 bytes ascending", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ["32 bytes descending", Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ["nothing", new Uint8Array(0), 0],
  ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
];

for (const [what, bytes, checksum] of vectors) {
  test(`CRC-32C of ${what}`, () => expect(crc32c(bytes)).toBe(checksum));
}
