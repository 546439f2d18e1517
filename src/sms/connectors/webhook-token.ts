import { createHash, timingSafeEqual } from "node:crypto";

/** Compares a secret path segment in constant time, whatever the lengths. Without an expected token nothing fits. */
export function isSameToken(given: string | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
