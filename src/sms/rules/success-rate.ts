/** Delivered and failed messages of a provider, fading with time so that the recent ones count most. */
export interface DeliveryRecord {
  delivered: number;
  total: number;
  /** The instant to which the fading has been computed. */
  asOf: Date;
}

const PRIOR_DELIVERED = 8;
const PRIOR_TOTAL = 10;
const HALF_LIFE_MS = 24 * 60 * 60 * 1000;

/** (delivered + 8) ÷ (total + 10): an untried provider stands at 0.8, neither above nor below all others. */
export function successRate(record: DeliveryRecord | undefined, now: Date): number {
  const faded = record ? fade(record, now) : { delivered: 0, total: 0 };
  return (faded.delivered + PRIOR_DELIVERED) / (faded.total + PRIOR_TOTAL);
}

/** The record with further results added; half of what it held fades within a day. */
export function addResults(
  record: DeliveryRecord | undefined,
  results: { delivered: number; total: number },
  now: Date,
): DeliveryRecord {
  const faded = record ? fade(record, now) : { delivered: 0, total: 0 };
  return { delivered: faded.delivered + results.delivered, total: faded.total + results.total, asOf: now };
}

function fade(record: DeliveryRecord, now: Date): { delivered: number; total: number } {
  const ageMs = Math.max(0, now.getTime() - record.asOf.getTime());
  const kept = 0.5 ** (ageMs / HALF_LIFE_MS);
  return { delivered: record.delivered * kept, total: record.total * kept };
}
