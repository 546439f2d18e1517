export const UNSTORABLE_TEXT_RULE = "must be well-formed Unicode without the character U+0000";

/** PostgreSQL keeps no U+0000 in a text, and nothing in JSON that is half of a surrogate pair. */
const isUnstorable = (text: string): boolean => text.includes("\0") || !text.isWellFormed();

/**
 * The place of a text that the database could not keep, e.g. `items.0.memo`; `undefined` where there is none. Goes through
 * the whole input without recursion: how deep it is, the caller decides.
 */
export function placeOfUnstorableText(input: unknown): string | undefined {
  const open: { path: string; value: unknown }[] = [{ path: "", value: input }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, value } = next;
    if (typeof value === "string" && isUnstorable(value)) return path;
    if (typeof value !== "object" || value === null) continue;
    for (const [name, inner] of Object.entries(value)) {
      if (isUnstorable(name)) return path;
      if (typeof inner === "string" ? isUnstorable(inner) : typeof inner === "object") {
        open.push({ path: path === "" ? name : `${path}.${name}`, value: inner });
      }
    }
  }
  return undefined;
}
