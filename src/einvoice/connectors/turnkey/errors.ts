/** What a result code means for the message. */
export type TurnkeyClass = "stored" | "reject" | "unknown";

interface CodeEntry {
  class: TurnkeyClass;
  reason: string;
}

/**
 * Codes of ProcessResult as far as they are published (9 of them). "Repeated" ones say that the message is there already: what is there is asked
 * about by a later SummaryResult. Faults of the platform say nothing about the message.
 */
export const turnkeyCodes: Readonly<Record<string, CodeEntry>> = {
  "00000": { class: "stored", reason: "stored" },
  E0001: { class: "unknown", reason: "platform_error" },
  E0002: { class: "unknown", reason: "platform_error" },
  E0003: { class: "unknown", reason: "platform_error" },
  E0004: { class: "reject", reason: "signature" },
  E0005: { class: "unknown", reason: "platform_error" },
  E0007: { class: "reject", reason: "encryption" },
  E0201: { class: "unknown", reason: "duplicate_number" },
  E1003: { class: "unknown", reason: "duplicate_number" },
};

/** The meaning of a code. An unlisted one is unknown; a message that a summary lists as failed was refused. */
export function meaningOf(code: string | undefined): CodeEntry {
  if (code === undefined) return { class: "reject", reason: "failed_without_code" };
  const listed = Object.hasOwn(turnkeyCodes, code) ? turnkeyCodes[code] : undefined;
  return listed ?? { class: "unknown", reason: "unlisted_code" };
}
