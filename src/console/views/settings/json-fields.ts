/** What a text holds as JSON; the browser's own words where it is none. */
export function parseJsonObject(text: string): { value: Record<string, unknown> } | { problem: string } {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value: { ...value } };
    return { problem: "must be a JSON object" };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

export const writeJson = (value: unknown): string => JSON.stringify(value, undefined, 2);
