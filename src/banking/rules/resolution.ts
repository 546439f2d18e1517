/** What a look at the final name found: our content, other content, nothing, or no way to tell. */
export type FinalSeen = "same" | "different" | "absent" | "unknown";
/** What a look at the temporary name found. */
export type TemporarySeen = "full" | "partial" | "absent" | "unknown";

/**
 * What follows for a transfer whose rename was asked for and whose answer is missing.
 * `sent`: it happened. `sent_remove_temporary`: it happened, and the second name is still there. `rename_again`: it did not
 * happen. `name_taken`: another file has the name; stop, never overwrite. `indeterminate`: nobody can tell from here.
 */
export type Resolution = "sent" | "sent_remove_temporary" | "rename_again" | "name_taken" | "indeterminate";

/**
 * Decides by looking, after the content had been verified. A temporary file that is no longer whole, or a folder that
 * cannot be read, decides nothing: only the bank's acknowledgement or a person does.
 */
export function resolveSubmission(final: FinalSeen, temporary: TemporarySeen): Resolution {
  if (final === "different") return "name_taken";
  if (final === "same") return temporary === "full" || temporary === "partial" ? "sent_remove_temporary" : "sent";
  if (final === "absent" && temporary === "full") return "rename_again";
  return "indeterminate";
}
