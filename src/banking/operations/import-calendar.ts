import { OperationError } from "../../platform/errors.ts";
import { sha256Of } from "../connectors/sftp/digest.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { readGovernmentCalendar } from "../rules/calendar/government-calendar.ts";
import { readHolidays, writeCalendarYear } from "../store/calendar-days.ts";
import type { Input, Output } from "./batch-view.ts";

/** Puts a year's holidays in the place of what was known of them; a file with any problem changes nothing. */
export function createImportCalendar(deps: BankingDependencies) {
  return async (
    { year, contentBase64, makeUpDaysOpen }: Input<"importCalendar">,
    caller: string,
  ): Promise<Output<"importCalendar">> => {
    const bytes = Buffer.from(contentBase64, "base64");
    const read = readGovernmentCalendar(bytes, year, { makeUpDaysOpen });
    if (!read.ok) {
      throw new OperationError("invalid_input", `contentBase64: ${read.problems[0]}`, {
        reason: "calendar_unsound",
        fields: read.problems.map((rule) => ({ path: "contentBase64", rule })),
      });
    }
    const importedAt = deps.clock.now();
    await writeCalendarYear(deps.db, {
      year,
      days: read.year,
      sha256: sha256Of(bytes),
      importedBy: caller,
      importedAt,
    });
    const { knownUntil } = await readHolidays(deps.db);
    return { year, closedDays: Object.keys(read.year.closed).length, makeUpDays: read.makeUpDays, knownUntil };
  };
}
