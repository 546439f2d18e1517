/** How much one recipient gets. One-time codes are counted by themselves, and their text is not compared. */
export interface ThrottleRule {
  /** An equal text within this time is a mistake of a program. */
  equalTextMs: number;
  perHourMax: number;
  codesPerHourMax: number;
}

export const usualThrottle: ThrottleRule = { equalTextMs: 10 * 60_000, perHourMax: 5, codesPerHourMax: 5 };

/** A message that went to the recipient, or goes in this round. */
export interface Earlier {
  isCode: boolean;
  text: string | undefined;
  at: Date;
}

export type Throttling = { verdict: "send" } | { verdict: "duplicate" } | { verdict: "wait"; until: Date };

export const HOUR_MS = 3_600_000;

/** What the recipient's last hour says of a further message. Pure. */
export function throttle(
  message: { isCode: boolean; text: string },
  earlier: readonly Earlier[],
  rule: ThrottleRule,
  now: Date,
): Throttling {
  const alike = earlier
    .filter(({ isCode, at }) => isCode === message.isCode && now.getTime() - at.getTime() < HOUR_MS)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const isEqual = ({ text, at }: Earlier) => text === message.text && now.getTime() - at.getTime() < rule.equalTextMs;
  if (!message.isCode && alike.some(isEqual)) return { verdict: "duplicate" };
  const max = message.isCode ? rule.codesPerHourMax : rule.perHourMax;
  // The one whose hour must be over before a further one may go.
  const blocking = alike[alike.length - max];
  return blocking ? { verdict: "wait", until: new Date(blocking.at.getTime() + HOUR_MS) } : { verdict: "send" };
}
