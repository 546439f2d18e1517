import type { SmsMessageType } from "@luckygas/gateway-client";

/** The queue a message waits in: lower lanes go first. */
export const lanes = { urgent: 0, transactional: 1, promotional: 2 } as const;
export type Lane = (typeof lanes)[keyof typeof lanes];

interface MessageTypeRule {
  lane: Lane;
  /** How long the message is of use when the caller does not say, in seconds. */
  validForSeconds: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const RULES = {
  general: { lane: lanes.transactional, validForSeconds: DAY },
  otp: { lane: lanes.urgent, validForSeconds: 5 * MINUTE },
  promotional: { lane: lanes.promotional, validForSeconds: DAY },
  order_confirmation: { lane: lanes.transactional, validForSeconds: DAY },
  out_for_delivery: { lane: lanes.transactional, validForSeconds: 30 * MINUTE },
  delivery_on_way: { lane: lanes.transactional, validForSeconds: 30 * MINUTE },
  delivery_arrived: { lane: lanes.urgent, validForSeconds: 10 * MINUTE },
  delivery_completed: { lane: lanes.transactional, validForSeconds: DAY },
  order_cancelled: { lane: lanes.transactional, validForSeconds: DAY },
  payment_reminder: { lane: lanes.transactional, validForSeconds: DAY },
  urgent_notification: { lane: lanes.urgent, validForSeconds: 2 * HOUR },
  system_alert: { lane: lanes.urgent, validForSeconds: 2 * HOUR },
} as const satisfies Record<SmsMessageType, MessageTypeRule>;

export function laneOf(type: SmsMessageType): Lane {
  return RULES[type].lane;
}

/** The instant after which a message is not sent any more. */
export function expiryOf(type: SmsMessageType, acceptedAt: Date, validForSeconds?: number): Date {
  return new Date(acceptedAt.getTime() + (validForSeconds ?? RULES[type].validForSeconds) * 1_000);
}

/** Texts of these types are secrets: they are kept only until a provider has the message. */
export function isSecretText(type: SmsMessageType): boolean {
  return type === "otp";
}

/** Marketing: subject to quiet hours and to the recipient's refusal. */
export function isPromotional(type: SmsMessageType): boolean {
  return RULES[type].lane === lanes.promotional;
}
