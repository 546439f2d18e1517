/** What the placeholders of a file-name pattern stand for. */
export interface NameParts {
  /** Calendar day, `YYYY-MM-DD`. */
  day?: string;
  /** Batch number. */
  batch?: string;
  /** Name of one of our own files, inside the name of an answer to it. */
  file?: string;
}

/** A compiled pattern such as `PAY_{YYYYMMDD}_{BATCH}.txt` or `REC_{YYYYMMDD}*.txt`. */
export interface NamePattern {
  /** The name for a day and a batch; throws where the pattern has a `*`. */
  render(parts: Required<Pick<NameParts, "day" | "batch">>): string;
  /** Placeholders of a name that fits the whole pattern, from its first character to its last; otherwise `undefined`. */
  match(name: string): NameParts | undefined;
}

export type CompiledPattern = { ok: true; pattern: NamePattern } | { ok: false; problem: string };

export interface PatternOptions {
  /** Whether names that differ in case alone fit; banks on Windows servers change case. */
  ignoreCase?: boolean;
  /** A payment file's name must be one and only: it needs `{BATCH}` and may have no `*`. */
  outbound?: boolean;
}

const placeholders: Record<string, string> = {
  YYYYMMDD: "(?<ymd>[0-9]{8})",
  YYYY: "(?<year>[0-9]{4})",
  MM: "(?<month>[0-9]{2})",
  DD: "(?<day>[0-9]{2})",
  BATCH: "(?<batch>[A-Za-z0-9]{1,20})",
  FILE: "(?<file>[A-Za-z0-9][A-Za-z0-9_.-]{0,150})",
};

const TOKEN = /\{([A-Z]+)\}|\*|[^{*]+|\{/g;

/**
 * Compiles a pattern with the placeholders `{YYYYMMDD} {YYYY} {MM} {DD} {BATCH}` and, for inbound names, `{FILE}` and `*`
 * (up to 64 characters). A time of day has no placeholder: it would give every try a name of its own and so defeat "once".
 */
export function compileNamePattern(source: string, options: PatternOptions = {}): CompiledPattern {
  let expression = "";
  const seen = new Set<string>();
  for (const [token, placeholder] of source.matchAll(TOKEN)) {
    if (token === "{") return refuse(source, "has an opening brace that begins no placeholder");
    if (token === "*") expression += "[^/\\\\]{0,64}";
    else if (placeholder === undefined) expression += token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    else {
      const part = placeholders[placeholder];
      if (!part) return refuse(source, `has the unknown placeholder {${placeholder}}`);
      if (seen.has(placeholder)) return refuse(source, `has {${placeholder}} twice`);
      seen.add(placeholder);
      expression += part;
    }
  }
  if (!isSafeName(source.replaceAll("*", "x"))) return refuse(source, "has characters that no file name may have");
  if (options.outbound && source.includes("*")) return refuse(source, "has a *, but names a file to be written");
  if (options.outbound && seen.has("FILE")) return refuse(source, "has {FILE}, but names a file to be written");
  if (options.outbound && !seen.has("BATCH")) return refuse(source, "lacks {BATCH}, so two batches would share a name");
  const matcher = new RegExp(`^${expression}$`, options.ignoreCase ? "i" : "");
  return {
    ok: true,
    pattern: {
      render: (parts) => render(source, parts),
      match: (name) => {
        const groups = matcher.exec(name)?.groups;
        return groups || matcher.test(name) ? partsOf(groups ?? {}) : undefined;
      },
    },
  };
}

const refuse = (source: string, problem: string): CompiledPattern => ({
  ok: false,
  problem: `file name pattern "${source}" ${problem}`,
});

function render(source: string, { day, batch }: Required<Pick<NameParts, "day" | "batch">>): string {
  if (source.includes("*") || source.includes("{FILE}"))
    throw new RangeError(`pattern "${source}" names no single file`);
  const [year = "", month = "", date = ""] = day.split("-");
  return source
    .replace("{YYYYMMDD}", `${year}${month}${date}`)
    .replace("{YYYY}", year)
    .replace("{MM}", month)
    .replace("{DD}", date)
    .replace("{BATCH}", batch);
}

function partsOf(groups: Record<string, string | undefined>): NameParts {
  const digits =
    groups.ymd ?? (groups.year && groups.month && groups.day ? groups.year + groups.month + groups.day : "");
  return {
    ...(digits && { day: `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}` }),
    ...(groups.batch !== undefined && { batch: groups.batch }),
    ...(groups.file !== undefined && { file: groups.file }),
  };
}

/** Whether a name from a bank's server may be used as a file name: no path, no control characters, not hidden, not too long. */
export function isSafeName(name: string): boolean {
  return name !== "" && name.length <= 200 && !name.startsWith(".") && [...name].every(isNameCharacter);
}

function isNameCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029;
  return !isControl && character !== "/" && character !== "\\";
}
