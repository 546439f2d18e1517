/** `yyyyMMddHHmmss` in Taipei, as both local providers write an instant. */
export function stampOf(at: Date): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14);
}
