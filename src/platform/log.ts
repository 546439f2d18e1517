import type { Clock } from "./clock.ts";

export type LogFields = Record<string, unknown>;

/** One JSON line per call, in the shape Cloud Logging reads. Never give it a secret or a message text; what slips through is masked. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries these fields as well. */
  child(fields: LogFields): Log;
}

export const logLevels = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  level: LogLevel;
  clock: Clock;
  /** Takes one line without its line end. */
  write(line: string): void;
}

export function createLog(options: LogOptions, bound: LogFields = {}): Log {
  const threshold = logLevels.indexOf(options.level);
  const line = (severity: LogLevel, message: string, fields: LogFields = {}) => {
    if (logLevels.indexOf(severity) < threshold) return;
    const entry = { severity, message: maskText(message), time: options.clock.now().toISOString() };
    options.write(JSON.stringify({ ...entry, ...maskFields({ ...bound, ...fields }) }));
  };
  return {
    debug: (message, fields) => line("DEBUG", message, fields),
    info: (message, fields) => line("INFO", message, fields),
    warn: (message, fields) => line("WARNING", message, fields),
    error: (message, fields) => line("ERROR", message, fields),
    child: (fields) => createLog(options, { ...bound, ...fields }),
  };
}

/** Field names whose value is never written, whatever it is. */
const SECRET_NAME =
  /password|passphrase|secret|token|authorization|api_?key|private_?key|credential|cookie|smbody|^msg$|^body$|^text$/i;
/** Taiwan mobile numbers, national or E.164, as a whole word. */
const MOBILE = /(?<![0-9A-Za-z])(?:\+?886|0)9\d{8}(?!\d)/g;
const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;
const JWT = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g;
/** Bank accounts and the like: ten or more digits on their own. */
const LONG_NUMBER = /(?<![\w.-])\d{10,19}(?![\w.-])/g;
const DEPTH_MAX = 6;
const TEXT_MAX = 8_000;

/** Masks what looks like a telephone number, a bearer token or an account number. */
export function maskText(text: string): string {
  return text
    .slice(0, TEXT_MAX)
    .replace(BEARER, "Bearer [redacted]")
    .replace(JWT, "[redacted]")
    .replace(MOBILE, (found) => `${found.slice(0, 4)}***${found.slice(-3)}`)
    .replace(LONG_NUMBER, (found) => `***${found.slice(-4)}`);
}

function maskFields(fields: LogFields): LogFields {
  const masked: LogFields = {};
  for (const [name, value] of Object.entries(fields)) {
    masked[name] = SECRET_NAME.test(name) ? "[redacted]" : maskValue(value, 0);
  }
  return masked;
}

function maskValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return maskText(value);
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return value;
  if (depth >= DEPTH_MAX) return "[deep]";
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if ("toJSON" in value && typeof value.toJSON === "function") return value.toJSON();
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => maskValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) ? "[redacted]" : maskValue(item, depth + 1),
    ]),
  );
}

/** drizzle's errors end with the values of the failed statement: texts, names, numbers. Only the frames after them are kept. */
function withoutParameters(text: string): string {
  return text.replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/, "");
}

/** Name, message and stack of an error and of its causes; not its other properties, which may hold query parameters. */
function describeError(error: Error, depth: number): LogFields {
  return {
    name: error.name,
    message: maskText(withoutParameters(error.message)),
    ...("code" in error && typeof error.code === "string" && { code: error.code }),
    ...(error.stack && { stack: maskText(withoutParameters(error.stack)) }),
    ...(error.cause !== undefined && { cause: maskValue(error.cause, depth + 1) }),
  };
}
