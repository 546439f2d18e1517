/** Says before the tests which real parts are missing on this machine. */
import { missingParts } from "../../tests/support/missing-parts.ts";

for (const part of missingParts()) {
  console.error(`missing on this machine: ${part}; its tests are skipped (with CI=true they fail)`);
}
