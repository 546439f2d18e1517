import { describe, test } from "bun:test";
import { missingParts, type RealPart } from "./missing-parts.ts";

/**
 * `describe` for tests that need real parts of the system. A missing part is named and its tests are skipped; with
 * `CI=true` it is a failure.
 */
export function describeWith(needed: RealPart[], title: string, body: () => void): void {
  const missing = missingParts(needed);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  if (process.env.CI === "true") {
    test(`${title}: needs ${missing.join(", ")}`, () => {
      throw new Error(`missing on this machine: ${missing.join(", ")}`);
    });
    return;
  }
  describe.skip(`${title} [skipped: ${missing.join(", ")} missing]`, body);
}
