export type Cell = string | number | null | undefined;

/** A CSV file as spreadsheets open it: UTF-8 with a byte order mark, RFC 4180. */
export function csvFile(name: string, headers: readonly string[], rows: readonly (readonly Cell[])[]) {
  return {
    fileName: `${name}.csv`,
    contentType: "text/csv; charset=utf-8",
    content: `\ufeff${[headers, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("")}`,
  };
}

/** A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function cell(value: Cell): string {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
