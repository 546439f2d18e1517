import {
  smsAttemptStates,
  smsEncodings,
  smsMessageTypes,
  smsOutcomeClasses,
  smsStatuses,
} from "@luckygas/gateway-client";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, leaseColumns } from "../platform/columns.ts";
import { receiptStates } from "./rules/states.ts";

/** The providers and how each is used; written by operators. `config` is checked when it is read. */
export const providerConfigs = pgTable("provider_configs", {
  provider: text("provider").primaryKey(),
  /** Overrides of the defaults: limits, costs, timeouts, features. */
  config: jsonb("config").notNull().default({}),
  /** Higher is preferred. */
  priority: integer("priority").notNull().default(0),
  /** Messages in any 60 seconds, over all processes. */
  rateLimit: integer("rate_limit").notNull().default(60),
  isActive: boolean("is_active").notNull().default(true),
  /** Messages in a Taipei day; null: no limit. */
  dailyLimit: integer("daily_limit"),
  /** NT$, added once per message. */
  costPerMessage: numeric("cost_per_message", { precision: 12, scale: 6 }),
  /** NT$ per segment, and per point where the provider charges points. */
  costPerSegment: numeric("cost_per_segment", { precision: 12, scale: 6 }),
  totalSent: bigint("total_sent", { mode: "number" }).notNull().default(0),
  totalFailed: bigint("total_failed", { mode: "number" }).notNull().default(0),
  /** Smoothed share of delivered messages, 0 to 1; null before anything is known. */
  successRate: doublePrecision("success_rate"),
  createdAt: instant("created_at").notNull().defaultNow(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
});

/** What the gateway itself knows of a provider. Its row is locked while slots are given out, so that limits hold over all processes. */
export const smsProviderStates = pgTable("sms_provider_states", {
  provider: text("provider").primaryKey(),
  /** Fading counts of ended messages, computed to `results_as_of`. */
  delivered: doublePrecision("delivered").notNull().default(0),
  total: doublePrecision("total").notNull().default(0),
  resultsAsOf: instant("results_as_of"),
  lastUsedAt: instant("last_used_at"),
  /** Asked us to slow down: nothing is sent until then. */
  pausedUntil: instant("paused_until"),
  /** Points or money left at the provider, as it said at `credit_at`. */
  credit: numeric("credit", { precision: 18, scale: 6 }),
  creditAt: instant("credit_at"),
  isCreditLow: boolean("is_credit_low").notNull().default(false),
});

/** One row per message a caller asked for; written before the caller is answered. */
export const smsMessages = pgTable(
  "sms_messages",
  {
    id: uuid("id").primaryKey(),
    callerSubject: text("caller_subject").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    /** SHA-256 of the canonical input, hexadecimal. */
    requestHash: text("request_hash").notNull(),
    /** E.164. */
    recipient: text("recipient").notNull(),
    /** Null once a secret text is not needed any more. */
    text: text("text"),
    messageType: text("message_type", { enum: smsMessageTypes }).notNull(),
    lane: smallint("lane").notNull(),
    requestedProvider: text("requested_provider"),
    /** The requested provider, or empty: one queue for each, so that a provider that is down holds up only its own. */
    queue: text("queue").notNull(),
    encoding: text("encoding", { enum: smsEncodings }).notNull(),
    units: integer("units").notNull(),
    segments: integer("segments").notNull(),
    status: text("status", { enum: smsStatuses }).notNull(),
    statusRank: smallint("status_rank").notNull(),
    statusReason: text("status_reason"),
    statusAt: instant("status_at").notNull(),
    /** Of the latest attempt. */
    provider: text("provider"),
    lastAttemptId: uuid("last_attempt_id"),
    attemptsCount: smallint("attempts_count").notNull().default(0),
    /** The template it was made from, the variant of it, and the experiment that chose the variant. */
    templateCode: text("template_code"),
    variant: text("variant"),
    experiment: text("experiment"),
    /** Transaction of its latest change of status: a reader that keeps to finished transactions misses no change. */
    changeNumber: bigint("change_number", { mode: "number" })
      .notNull()
      .default(sql`pg_current_xact_id()::text::bigint`),
    /** When a deferred message is queued again. */
    dueAt: instant("due_at"),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("sms_messages_idempotency_key").on(table.callerSubject, table.idempotencyKey),
    index("sms_messages_queue").on(table.queue, table.lane, table.id).where(sql`status = 'queued'`),
    index("sms_messages_deferred").on(table.dueAt).where(sql`status = 'deferred'`),
    // By rank, which queued and deferred messages alone share: by status it would be chosen for the queue too, and sorted whole.
    index("sms_messages_waiting").on(table.expiresAt).where(sql`status_rank = 0`),
    index("sms_messages_unknown_texts").on(table.expiresAt).where(sql`status = 'unknown' AND text IS NOT NULL`),
    index("sms_messages_ended_otherwise")
      .on(table.status, table.id)
      .where(sql`status NOT IN ('queued', 'dispatching', 'submitted', 'sent', 'delivered')`),
    index("sms_messages_recipient").on(table.recipient, table.id),
    index("sms_messages_changes").on(table.changeNumber, table.id),
    index("sms_messages_experiment").on(table.experiment, table.variant, table.id).where(sql`experiment IS NOT NULL`),
  ],
);

/** One row per handing over to a provider, committed before the provider is called. */
export const smsAttempts = pgTable(
  "sms_attempts",
  {
    id: uuid("id").primaryKey(),
    messageId: uuid("message_id")
      .notNull()
      .references(() => smsMessages.id),
    number: smallint("number").notNull(),
    provider: text("provider").notNull(),
    state: text("state", { enum: smsAttemptStates }).notNull(),
    outcomeClass: text("outcome_class", { enum: smsOutcomeClasses }),
    outcomeReason: text("outcome_reason"),
    selectionReason: text("selection_reason").notNull(),
    providerMessageId: text("provider_message_id"),
    providerCode: text("provider_code"),
    /** Millionths of NT$. */
    costMicros: bigint("cost_micros", { mode: "bigint" }),
    startedAt: instant("started_at").notNull(),
    settledAt: instant("settled_at"),
    /** Attempts that share one call of the provider; null: a call of its own. */
    callId: uuid("call_id"),
    /** While the call may be running. */
    ...leaseColumns(),
    /** Until when it takes one of the provider's slots: 60 seconds after the call ended, at the latest possible end while it runs. */
    slotUntil: instant("slot_until"),
    /** When an unknown outcome is asked about next, and how often it was. */
    resolveAt: instant("resolve_at"),
    resolveCount: smallint("resolve_count").notNull().default(0),
    /** When the provider is asked for a late receipt next, and how often it was. */
    pollAt: instant("poll_at"),
    pollCount: smallint("poll_count").notNull().default(0),
    /** Who settled an unknown outcome by hand, and how it was found out. */
    settledBy: text("settled_by"),
    settleNote: text("settle_note"),
  },
  (table) => [
    uniqueIndex("sms_attempts_message_number").on(table.messageId, table.number),
    index("sms_attempts_provider_message")
      .on(table.provider, table.providerMessageId)
      .where(sql`provider_message_id IS NOT NULL`),
    index("sms_attempts_slots").on(table.provider, table.slotUntil),
    index("sms_attempts_leases").on(table.leaseUntil).where(sql`lease_until IS NOT NULL`),
    index("sms_attempts_to_resolve").on(table.resolveAt).where(sql`state = 'unknown'`),
    index("sms_attempts_to_poll").on(table.pollAt).where(sql`poll_at IS NOT NULL`),
  ],
);

/** How far a stored receipt has been dealt with. */
export const receiptProcessing = ["pending", "unmatched", "applied", "superseded", "noted", "refused"] as const;

/** Delivery receipts as they came, each kind once; stored before the provider is answered, applied afterwards. */
export const smsReceipts = pgTable(
  "sms_receipts",
  {
    id: uuid("id").primaryKey(),
    /** SHA-256 of provider, provider's message id, recipient or record number, status and time. */
    identity: text("identity").notNull(),
    provider: text("provider").notNull(),
    source: text("source", { enum: ["callback", "poll"] }).notNull(),
    providerMessageId: text("provider_message_id").notNull(),
    /** E.164. */
    recipient: text("recipient").notNull(),
    /** Attempt id that the provider echoed, if it did. */
    correlation: uuid("correlation"),
    providerStatus: text("provider_status").notNull(),
    /** Null when the status says nothing about delivery. */
    state: text("state", { enum: receiptStates }),
    failureClass: text("failure_class"),
    /** As the provider wrote it. */
    providerTime: text("provider_time"),
    receivedAt: instant("received_at").notNull(),
    processing: text("processing", { enum: receiptProcessing }).notNull().default("pending"),
    /** No foreign key: its check would read the whole table for every attempt that is removed. The message's says as much. */
    attemptId: uuid("attempt_id"),
    messageId: uuid("message_id").references(() => smsMessages.id),
  },
  (table) => [
    uniqueIndex("sms_receipts_identity").on(table.identity),
    index("sms_receipts_pending").on(table.id).where(sql`processing = 'pending'`),
    index("sms_receipts_unmatched").on(table.provider, table.providerMessageId).where(sql`processing = 'unmatched'`),
    index("sms_receipts_message").on(table.messageId).where(sql`message_id IS NOT NULL`),
  ],
);

/** Texts with placeholders; one code has one or more variants, and `weight` is the share of recipients that get each. */
export const smsTemplates = pgTable(
  "sms_templates",
  {
    code: text("code").notNull(),
    variant: text("variant").notNull(),
    name: text("name").notNull(),
    description: text("description"),
    content: text("content").notNull(),
    /** Name, type and limits of every placeholder. */
    placeholders: jsonb("placeholders").notNull(),
    messageType: text("message_type", { enum: smsMessageTypes }).notNull(),
    language: text("language").notNull(),
    weight: smallint("weight").notNull(),
    isActive: boolean("is_active").notNull(),
    updatedBy: text("updated_by").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [primaryKey({ name: "sms_templates_pkey", columns: [table.code, table.variant] })],
);

/** The running experiment of a template code; every change of its variants starts the next one. */
export const smsExperiments = pgTable("sms_experiments", {
  code: text("code").primaryKey(),
  number: integer("number").notNull(),
  /** Messages each variant must have before a winner may be named. */
  plannedPerVariant: integer("planned_per_variant").notNull(),
  startedAt: instant("started_at").notNull(),
});

/** Recipients who want no promotions. */
export const smsSuppressions = pgTable(
  "sms_suppressions",
  {
    /** E.164. */
    recipient: text("recipient").primaryKey(),
    /** By which it is named in lists, where the number is masked. */
    id: uuid("id").notNull().defaultRandom(),
    reason: text("reason").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("sms_suppressions_id").on(table.id),
    index("sms_suppressions_created").on(table.createdAt, table.id),
  ],
);

/** Links and telephone numbers that the carriers know of; a text with any other is not sent. */
export const smsApprovedLinks = pgTable(
  "sms_approved_links",
  {
    kind: text("kind", { enum: ["url", "phone"] }).notNull(),
    /** In its one form: an address without scheme, or the digits of a number. */
    value: text("value").notNull(),
    /** Empty: with every provider. */
    provider: text("provider").notNull(),
    /** Whether addresses below it are approved as well. */
    matchesBelow: boolean("matches_below").notNull(),
    note: text("note"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ name: "sms_approved_links_pkey", columns: [table.kind, table.value, table.provider] })],
);

/** Messages of callers that are limited, by hour. */
export const smsSenderCounts = pgTable(
  "sms_sender_counts",
  {
    subject: text("subject").notNull(),
    hour: instant("hour").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ name: "sms_sender_counts_pkey", columns: [table.subject, table.hour] })],
);
