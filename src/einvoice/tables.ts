import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, leaseColumns } from "../platform/columns.ts";

const createdAt = () => instant("created_at").notNull().defaultNow();

/** Who issues: exactly one active row. `config` is checked by the transport's schema when it is read. */
export const einvoiceSellers = pgTable("einvoice_sellers", {
  ubn: text("ubn").primaryKey(),
  name: text("name").notNull(),
  address: text("address").notNull(),
  transport: text("transport").notNull().default("platform-json"),
  config: jsonb("config").notNull().default({}),
  isActive: boolean("is_active").notNull().default(true),
  createdAt: createdAt(),
});

/**
 * Number ranges (字軌), used in the order of their ids. Either month of a period may stand in `year_month`; both mean the same.
 * `current_number` is the next number to give out, `range_end` the last usable one.
 */
export const invoiceSequences = pgTable(
  "invoice_sequences",
  {
    id: integer("id").primaryKey().generatedByDefaultAsIdentity(),
    yearMonth: text("year_month").notNull(),
    prefix: text("prefix").notNull(),
    rangeStart: integer("range_start").notNull(),
    rangeEnd: integer("range_end").notNull(),
    currentNumber: integer("current_number").notNull(),
    isActive: boolean("is_active").notNull().default(true),
    /** Whose numbers; null: the only seller's. */
    sellerUbn: text("seller_ubn"),
    /** Branch (分支機構) that the head office gave the numbers to (E0401); null: used here. */
    branchUbn: text("branch_ubn"),
    lastIssuedAt: instant("last_issued_at"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("invoice_sequences_range_unique").on(
      sql`((${table.yearMonth}::integer + 1) / 2)`,
      table.prefix,
      table.rangeStart,
    ),
    index("invoice_sequences_year_month_index").on(table.yearMonth),
    check("invoice_sequences_year_month_check", sql`${table.yearMonth} ~ '^20[0-9]{2}(0[1-9]|1[0-2])$'`),
    check("invoice_sequences_prefix_check", sql`${table.prefix} ~ '^[A-Z]{2}$'`),
    check(
      "invoice_sequences_range_check",
      sql`${table.rangeStart} BETWEEN 0 AND ${table.rangeEnd} AND ${table.rangeEnd} <= 99999999`,
    ),
    check(
      "invoice_sequences_current_number_check",
      sql`${table.currentNumber} BETWEEN ${table.rangeStart} AND ${table.rangeEnd} + 1`,
    ),
  ],
);

/**
 * Issued invoices; `content` is frozen when the row is written. `status` has no index: it changes several times for every invoice, and the
 * few that are not accepted are found by their messages and acts.
 */
export const invoices = pgTable(
  "invoices",
  {
    id: uuid("id").primaryKey(),
    sellerUbn: text("seller_ubn").notNull(),
    /** ROC year and even month, `11402`. */
    period: text("period").notNull(),
    number: text("number").notNull(),
    /** Row of `invoice_sequences`. No foreign key: the row is locked by the transaction that writes this, and ranges are never deleted. Null: the provider gave the number. */
    sequenceId: integer("sequence_id"),
    callerSubject: text("caller_subject").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    requestHash: text("request_hash").notNull(),
    issuedAt: instant("issued_at").notNull(),
    randomCode: text("random_code").notNull(),
    status: text("status").notNull().default("issued"),
    uploadDueAt: instant("upload_due_at").notNull(),
    orderReference: text("order_reference"),
    totalAmount: bigint("total_amount", { mode: "number" }).notNull(),
    content: jsonb("content").notNull(),
  },
  (table) => [
    // The number first: people look for it without its period.
    uniqueIndex("invoices_number_unique").on(table.number, table.period, table.sellerUbn),
    uniqueIndex("invoices_idempotency_unique").on(table.callerSubject, table.idempotencyKey),
    index("invoices_issued_at_index").on(table.issuedAt, table.id),
    index("invoices_order_reference_index").on(table.orderReference).where(sql`${table.orderReference} IS NOT NULL`),
  ],
);

/** Allowances (折讓); `content` is frozen when the row is written. */
export const einvoiceAllowances = pgTable(
  "einvoice_allowances",
  {
    id: uuid("id").primaryKey(),
    sellerUbn: text("seller_ubn").notNull(),
    /** 16 characters. */
    number: text("number").notNull(),
    invoiceId: uuid("invoice_id")
      .notNull()
      .references(() => invoices.id),
    issuedAt: instant("issued_at").notNull(),
    status: text("status").notNull().default("issued"),
    uploadDueAt: instant("upload_due_at").notNull(),
    content: jsonb("content").notNull(),
  },
  (table) => [
    uniqueIndex("einvoice_allowances_number_unique").on(table.sellerUbn, table.number),
    index("einvoice_allowances_invoice_index").on(table.invoiceId),
  ],
);

/** What was done to invoices after they were issued, by whom and under which idempotency key. */
export const einvoiceActs = pgTable(
  "einvoice_acts",
  {
    id: uuid("id").primaryKey(),
    callerSubject: text("caller_subject").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    requestHash: text("request_hash").notNull(),
    /** cancel, void, allowance, cancel_allowance. */
    kind: text("kind").notNull(),
    invoiceId: uuid("invoice_id")
      .notNull()
      .references(() => invoices.id),
    allowanceId: uuid("allowance_id").references(() => einvoiceAllowances.id),
    actedAt: instant("acted_at").notNull(),
    reason: text("reason"),
  },
  (table) => [
    uniqueIndex("einvoice_acts_idempotency_unique").on(table.callerSubject, table.idempotencyKey),
    index("einvoice_acts_invoice_index").on(table.invoiceId),
  ],
);

/**
 * What the platform must be told about an invoice, one row per message, in the order of `position` within the invoice:
 * none is sent before all before it are accepted or superseded.
 * `status`: due (to be sent), sending (an attempt is under way), sent (handed over, result awaited), unknown (to be asked
 * about), accepted, rejected, superseded (no longer needed).
 */
export const einvoiceUploads = pgTable(
  "einvoice_uploads",
  {
    id: uuid("id").primaryKey(),
    /** Row of `invoices`; of `einvoice_number_reports` or `einvoice_branch_numbers` for messages about numbers. No foreign key: issuing writes both rows in one transaction at a rate where its check would cost a third. */
    invoiceId: uuid("invoice_id").notNull(),
    /** issue, cancel, void, allowance, cancel_allowance, unused_numbers, branch_numbers. */
    kind: text("kind").notNull().default("issue"),
    allowanceId: uuid("allowance_id").references(() => einvoiceAllowances.id),
    /** The act that the message tells of; for an issue whose content was corrected later, the content before. */
    payload: jsonb("payload"),
    position: integer("position").notNull().default(1),
    status: text("status").notNull().default("due"),
    /** When what it tells of was done. */
    actedAt: instant("acted_at").notNull().defaultNow(),
    /** By law. */
    dueAt: instant("due_at").notNull(),
    /** Database clock. */
    nextAttemptAt: instant("next_attempt_at").notNull().defaultNow(),
    /** How often it was sent. */
    attempts: integer("attempts").notNull().default(0),
    /** Calls since the last progress; paces the next one. */
    setbacks: integer("setbacks").notNull().default(0),
    currentAttemptId: uuid("current_attempt_id"),
    reason: text("reason"),
    providerCode: text("provider_code"),
    providerMessage: text("provider_message"),
    acceptedAt: instant("accepted_at"),
    ...leaseColumns(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("einvoice_uploads_position_unique").on(table.invoiceId, table.position),
    index("einvoice_uploads_open_index")
      .on(table.dueAt, table.id)
      .where(sql`${table.status} NOT IN ('accepted', 'superseded')`),
  ],
);

/** Every call about an upload, written before it is made, and every decision of a person. */
export const einvoiceAttempts = pgTable(
  "einvoice_attempts",
  {
    id: uuid("id").primaryKey(),
    uploadId: uuid("upload_id")
      .notNull()
      .references(() => einvoiceUploads.id),
    /** submit, find, decide. */
    operation: text("operation").notNull(),
    startedAt: instant("started_at").notNull().defaultNow(),
    finishedAt: instant("finished_at"),
    /** accepted, rejected, unknown, not_applied, not_found; null while under way. */
    outcome: text("outcome"),
    reason: text("reason"),
    providerCode: text("provider_code"),
    httpStatus: integer("http_status"),
    /** Who decided, and what was seen. */
    decidedBy: text("decided_by"),
    note: text("note"),
  },
  (table) => [index("einvoice_attempts_upload_index").on(table.uploadId, table.startedAt)],
);

/** Unused numbers of closed periods (E0402), computed once per track. */
export const einvoiceNumberReports = pgTable(
  "einvoice_number_reports",
  {
    id: uuid("id").primaryKey(),
    sellerUbn: text("seller_ubn").notNull(),
    period: text("period").notNull(),
    prefix: text("prefix").notNull(),
    /** `[[begin, end], …]`, inclusive. */
    ranges: jsonb("ranges").notNull(),
    /** Whether the transport carries it; else a person files it. */
    isByHand: boolean("is_by_hand").notNull(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex("einvoice_number_reports_track_unique").on(table.sellerUbn, table.period, table.prefix)],
);

/** Numbers that a head office gave to a branch (E0401). */
export const einvoiceBranchNumbers = pgTable(
  "einvoice_branch_numbers",
  {
    id: uuid("id").primaryKey(),
    sellerUbn: text("seller_ubn").notNull(),
    branchUbn: text("branch_ubn").notNull(),
    period: text("period").notNull(),
    prefix: text("prefix").notNull(),
    /** The allotted range that they are part of. */
    rangeStart: integer("range_start").notNull(),
    rangeEnd: integer("range_end").notNull(),
    /** The branch's part, inclusive. */
    beginNumber: integer("begin_number").notNull(),
    endNumber: integer("end_number").notNull(),
    /** Whether the transport carries no E0401, so that a person files it. */
    isByHand: boolean("is_by_hand").notNull(),
    callerSubject: text("caller_subject").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    requestHash: text("request_hash").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("einvoice_branch_numbers_idempotency_unique").on(table.callerSubject, table.idempotencyKey),
    index("einvoice_branch_numbers_track_index").on(table.sellerUbn, table.period, table.prefix),
  ],
);

/** Comparisons of a day's invoices with what the platform holds. */
export const einvoiceReconciliations = pgTable(
  "einvoice_reconciliations",
  {
    id: uuid("id").primaryKey(),
    sellerUbn: text("seller_ubn").notNull(),
    day: text("day").notNull(),
    /** running, done. */
    status: text("status").notNull().default("running"),
    startedAt: instant("started_at").notNull(),
    finishedAt: instant("finished_at"),
    /** The last invoice that was looked at. */
    cursor: uuid("cursor"),
    invoices: integer("invoices").notNull().default(0),
    checked: integer("checked").notNull().default(0),
    open: integer("open").notNull().default(0),
    unanswered: integer("unanswered").notNull().default(0),
    differences: jsonb("differences").notNull().default([]),
    /** How it was looked for invoices that are not ours, and at which numbers. */
    lookedAt: jsonb("looked_at"),
    ...leaseColumns(),
  },
  (table) => [
    index("einvoice_reconciliations_day_index").on(table.sellerUbn, table.day, table.id),
    uniqueIndex("einvoice_reconciliations_running_unique")
      .on(table.sellerUbn, table.day)
      .where(sql`${table.status} = 'running'`),
  ],
);

/** Every print of a proof (證明聯); one original per invoice. */
export const einvoicePrints = pgTable(
  "einvoice_prints",
  {
    id: uuid("id").primaryKey(),
    invoiceId: uuid("invoice_id")
      .notNull()
      .references(() => invoices.id),
    /** original, reprint. */
    kind: text("kind").notNull(),
    /** pdf, escpos. */
    format: text("format").notNull(),
    callerSubject: text("caller_subject").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    requestHash: text("request_hash").notNull(),
    printedAt: instant("printed_at").notNull(),
  },
  (table) => [
    uniqueIndex("einvoice_prints_original_unique").on(table.invoiceId).where(sql`${table.kind} = 'original'`),
    uniqueIndex("einvoice_prints_idempotency_unique").on(table.callerSubject, table.idempotencyKey),
    index("einvoice_prints_invoice_index").on(table.invoiceId, table.id),
  ],
);

/** What was found to exist, kept for a while, and what is to be asked again. */
export const einvoiceLookups = pgTable(
  "einvoice_lookups",
  {
    /** carrier, donation_code, business. */
    kind: text("kind").notNull(),
    value: text("value").notNull(),
    existsUntil: instant("exists_until"),
    nextAttemptAt: instant("next_attempt_at"),
    attempts: integer("attempts").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.value] }),
    index("einvoice_lookups_pending_index").on(table.nextAttemptAt).where(sql`${table.nextAttemptAt} IS NOT NULL`),
  ],
);

/** The serial number of the latest signed look-up. */
export const einvoiceLookupSerials = pgTable("einvoice_lookup_serials", {
  serial: bigint("serial", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
});

/** Invoices whose number the provider gives, until it has: an order becomes an invoice. */
export const einvoiceOrders = pgTable(
  "einvoice_orders",
  {
    id: uuid("id").primaryKey(),
    callerSubject: text("caller_subject").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    requestHash: text("request_hash").notNull(),
    /** due, sending, unknown, done, rejected. */
    status: text("status").notNull().default("due"),
    content: jsonb("content").notNull(),
    reason: text("reason"),
    setbacks: integer("setbacks").notNull().default(0),
    nextAttemptAt: instant("next_attempt_at").notNull().defaultNow(),
    /** Who ended it instead of the provider, and what was seen. */
    decidedBy: text("decided_by"),
    note: text("note"),
    ...leaseColumns(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("einvoice_orders_idempotency_unique").on(table.callerSubject, table.idempotencyKey),
    index("einvoice_orders_open_index").on(table.id).where(sql`${table.status} NOT IN ('done', 'rejected')`),
  ],
);
