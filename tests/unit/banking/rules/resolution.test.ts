import { describe, expect, test } from "bun:test";
import {
  type FinalSeen,
  type Resolution,
  resolveSubmission,
  type TemporarySeen,
} from "../../../../src/banking/rules/resolution.ts";

// Every cell of final × temporary. The rows are the final name, the columns the temporary one.
const columns: TemporarySeen[] = ["full", "partial", "absent", "unknown"];
const table: Record<FinalSeen, Resolution[]> = {
  same: ["sent_remove_temporary", "sent_remove_temporary", "sent", "sent"],
  different: ["name_taken", "name_taken", "name_taken", "name_taken"],
  absent: ["rename_again", "indeterminate", "indeterminate", "indeterminate"],
  unknown: ["indeterminate", "indeterminate", "indeterminate", "indeterminate"],
};

describe("resolution of a lost answer", () => {
  const cells = Object.entries(table).flatMap(([final, row]) =>
    columns.map((temporary, index) => [final as FinalSeen, temporary, row[index]] as const),
  );
  test.each(cells)("final %s, temporary %s: %s", (final, temporary, expected) => {
    expect<Resolution | undefined>(resolveSubmission(final, temporary)).toBe(expected);
  });
});
