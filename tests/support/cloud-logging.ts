/** A log entry as Cloud Logging stores a line that Cloud Run wrote. */
export interface CloudLogEntry {
  severity: string;
  textPayload?: string;
  jsonPayload?: Record<string, unknown>;
  trace?: string;
  httpRequest?: Record<string, unknown>;
}

/** Fields that Cloud Logging takes out of a JSON line for its own (Structured logging, "Special fields in JSON payloads"). */
const special = new Set(["severity", "time", "httpRequest"]);

/** A line as an entry; one whose JSON holds nothing but special fields and a message becomes `textPayload`. */
export function cloudLogEntry(line: string): CloudLogEntry {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line);
  } catch {
    return { severity: "DEFAULT", textPayload: line };
  }
  const rest = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !special.has(name) && !name.startsWith("logging.googleapis.com/")),
  );
  const trace = fields["logging.googleapis.com/trace"];
  const entry: CloudLogEntry = {
    severity: String(fields.severity ?? "DEFAULT"),
    ...(typeof trace === "string" && { trace }),
    ...(fields.httpRequest !== undefined && { httpRequest: { ...(fields.httpRequest as object) } }),
  };
  const { message, ...others } = rest;
  if (Object.keys(others).length === 0) return { ...entry, textPayload: String(message) };
  return { ...entry, jsonPayload: rest };
}

const severities = ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"];

/** The part of Cloud Logging's query language that the guide uses: comparisons, one a line, all of which must hold. */
export function matchesQuery(entry: CloudLogEntry, query: string): boolean {
  return query
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("--"))
    .every((line) => matchesComparison(entry, line));
}

function matchesComparison(entry: CloudLogEntry, line: string): boolean {
  const [, path = "", operator, value = ""] = /^([\w.]+)\s*(>=|=~|=)\s*"?([^"]*)"?$/.exec(line) ?? [];
  if (operator === undefined) throw new Error(`not understood: ${line}`);
  if (path === "resource.type") return value === "cloud_run_revision";
  if (path === "severity" && operator === ">=") return severities.indexOf(entry.severity) >= severities.indexOf(value);
  let found: unknown = entry;
  for (const name of path.split(".")) {
    found = typeof found === "object" && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  }
  if (found === undefined) return false;
  return operator === "=~" ? new RegExp(value).test(String(found)) : String(found) === value;
}
