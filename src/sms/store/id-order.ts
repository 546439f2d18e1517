/** Ids rise with time (UUID version 7): all that were made at an instant or later are at least this one. */
export function firstIdOf(at: Date): string {
  const milliseconds = Math.max(0, at.getTime()).toString(16).padStart(12, "0");
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7000-8000-000000000000`;
}
