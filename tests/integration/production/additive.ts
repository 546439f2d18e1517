/** What a migration may do while processes of the version before still run on the schema; everything else takes two releases. */
const additive = [
  /^CREATE TABLE (IF NOT EXISTS )?"?\w+"? \(/,
  /^CREATE INDEX /,
  /^ALTER TABLE "?\w+"? ADD COLUMN "?\w+"? (?!.*\bNOT NULL\b)/,
  /^ALTER TABLE "?\w+"? ADD COLUMN "?\w+"? .*\bDEFAULT\b/,
  /^ALTER TABLE "?\w+"? ALTER COLUMN "?\w+"? (DROP NOT NULL|SET DEFAULT)\b/,
  /^COMMENT ON /,
];

/** Statements of a migration under which the version before could fail or store what the next one does not understand. */
export function notAdditive(sql: string): string[] {
  const created = new Set([...sql.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?/g)].map((match) => match[1]));
  return sql
    .split(/--> statement-breakpoint|;\s*\n/)
    .map((statement) =>
      statement
        .replaceAll(/^\s*--.*$/gm, "")
        .replaceAll(/\s+/g, " ")
        .replace(/;\s*$/, "")
        .trim(),
    )
    .filter((statement) => statement !== "")
    .filter((statement) => {
      // Nobody of the version before knows a table that this migration makes.
      const table = /(?:ALTER TABLE|\bON) "?(?:public"?\."?)?(\w+)"?/.exec(statement)?.[1];
      if (table !== undefined && created.has(table)) return false;
      return !additive.some((pattern) => pattern.test(statement));
    });
}
