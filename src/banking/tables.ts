import {
  authorisationStatuses,
  type BatchStatus,
  batchKinds,
  batchStatuses,
  calendarDayKinds,
  heldReasons,
  inboundFileKinds,
  inboundFileStatuses,
  itemStatuses,
  lineClasses,
  postingKinds,
  receiptStatuses,
  statementLineClasses,
  transferErrorTypes,
  verificationLevels,
} from "@luckygas/gateway-client";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
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

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });
const day = (name: string) => date(name, { mode: "string" });
/** Whole NT$. */
const amount = (name: string) => bigint(name, { mode: "number" });

/** The banks and how each wants its files; written by operators. Every row is checked when it is read. */
export const bankConfigurations = pgTable("bank_configurations", {
  bankCode: text("bank_code").primaryKey(),
  bankName: text("bank_name").notNull(),
  sftpHost: text("sftp_host").notNull(),
  sftpPort: integer("sftp_port").notNull().default(22),
  uploadPath: text("upload_path").notNull(),
  downloadPath: text("download_path").notNull(),
  /** `fixed_width` or `csv`. */
  fileFormat: text("file_format").notNull().default("fixed_width"),
  encoding: text("encoding").notNull().default("BIG5"),
  isActive: boolean("is_active").notNull().default(true),
  /** Of delimited files; null: that of the layout. */
  delimiter: text("delimiter"),
  /** Layout ids; null: those of the file format. */
  paymentLayout: text("payment_layout"),
  replyLayout: text("reply_layout"),
  paymentFilePattern: text("payment_file_pattern").notNull().default("PAY_{YYYYMMDD}_{BATCH}.txt"),
  reconciliationFilePattern: text("reconciliation_file_pattern").notNull().default("REC_{YYYYMMDD}*.txt"),
  /** Names of notices that a whole file was refused; null: the bank sends none. */
  rejectionFilePattern: text("rejection_file_pattern").default("REJ_{FILE}"),
  /** Names from the bank fit in any case: Windows servers change it. */
  fileNamesIgnoreCase: boolean("file_names_ignore_case").notNull().default(false),
  /** Layout ids of authorisations and their replies; null: the bank takes none. */
  authorisationLayout: text("authorisation_layout"),
  authorisationReplyLayout: text("authorisation_reply_layout"),
  authorisationFilePattern: text("authorisation_file_pattern").notNull().default("AUTH_{YYYYMMDD}_{BATCH}.txt"),
  authorisationReplyFilePattern: text("authorisation_reply_file_pattern").notNull().default("AUTHREC_{YYYYMMDD}*.txt"),
  authorisationDeleteCode: text("authorisation_delete_code").notNull().default("D"),
  /** False: whether a debit is authorised is looked after elsewhere. */
  authorisationCheck: boolean("authorisation_check").notNull().default(true),
  /** Layout id of statements of money received; null: the bank sends none. */
  statementLayout: text("statement_layout"),
  statementFilePattern: text("statement_file_pattern").notNull().default("STMT_{YYYYMMDD}*.txt"),
  /** Three digits; null: known from the bank's key. */
  clearingCode: text("clearing_code"),
  /** LuckyGas's number at the bank, in the file's header. */
  companyCode: text("company_code").notNull().default(""),
  /** `HH:MM` in Taipei on the payment date; null: no cut-off. */
  cutoffTime: text("cutoff_time"),
  approvalsRequired: integer("approvals_required").notNull().default(1),
  connectionsMax: integer("connections_max").notNull().default(5),
  /** Array of `SHA256:…`; several while the bank changes its key. */
  hostKeyPins: jsonb("host_key_pins").notNull().default([]),
  /** How the bank's server differs from an ordinary one. */
  profile: jsonb("profile").notNull().default({}),
  pollIntervalSeconds: integer("poll_interval_seconds").notNull().default(60),
  /** A file is whole when two looks this far apart see the same size and time. */
  stableAfterSeconds: integer("stable_after_seconds").notNull().default(2),
  /** Where fetched files are moved at the bank once their result is stored; null: they stay. */
  archivePath: text("archive_path"),
  /** A file is whole once another one of its name and this ending is there, e.g. `.ok`; null: the bank sends none. */
  readySuffix: text("ready_suffix"),
  /** What is done with characters that the bank's code page lacks: substitutions, and rules by value. */
  textPolicy: jsonb("text_policy").notNull().default({}),
  /** Values that are the same in every file and every item, e.g. the sender's unit of an ACH file. */
  fileValues: jsonb("file_values").notNull().default({}),
  /** Whole NT$; null: no limit. The day is that of the payment. */
  itemLimit: amount("item_limit"),
  batchLimit: amount("batch_limit"),
  dayLimit: amount("day_limit"),
  /** A batch above this total needs two approvers at least. */
  secondApprovalAbove: amount("second_approval_above"),
  /** How far back the same debit is looked for; 0: not at all. */
  duplicateCheckDays: integer("duplicate_check_days").notNull().default(30),
  /** Networks (CIDR) of the bank's server. All addresses of its name must lie in them; empty: any address. */
  addressAllowList: jsonb("address_allow_list").notNull().default([]),
  /** Old algorithms that only this bank needs. */
  legacyAlgorithms: jsonb("legacy_algorithms").notNull().default({}),
  /** Public OpenPGP key to which payment files are encrypted, armored; null: they are sent as they are. */
  pgpPublicKey: text("pgp_public_key"),
  /** How the bank's virtual accounts are built; null: it has none. */
  virtualAccountRule: jsonb("virtual_account_rule"),
  createdAt: instant("created_at").notNull().defaultNow(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
});

/** Layouts beside the built-in ones, as descriptions; checked whenever they are loaded. */
export const bankLayouts = pgTable("bank_layouts", {
  id: text("id").primaryKey(),
  description: jsonb("description").notNull(),
  createdAt: instant("created_at").notNull().defaultNow(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
});

/** Days that are not what the built-in calendar says: holidays, make-up days, closures by typhoon, early cut-offs. */
export const bankCalendarDays = pgTable(
  "bank_calendar_days",
  {
    /** A bank's key, or `*` for all banks; a bank's own entry wins. */
    bankCode: text("bank_code").notNull(),
    day: day("day").notNull(),
    kind: text("kind", { enum: calendarDayKinds }).notNull(),
    /** `HH:MM` in Taipei, for `early_cutoff`. */
    cutoffTime: text("cutoff_time"),
    note: text("note").notNull().default(""),
    decidedBy: text("decided_by").notNull().default("operator"),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.bankCode, table.day], name: "bank_calendar_days_pkey" })],
);

/** Holidays of a year for all banks, from the government's calendar; in place of the built-in ones of that year. */
export const bankCalendarYears = pgTable("bank_calendar_years", {
  year: integer("year").primaryKey(),
  /** Days and reasons: `{closed, open}`. */
  days: jsonb("days").notNull(),
  /** Of the file. */
  sha256: text("sha256").notNull(),
  importedBy: text("imported_by").notNull(),
  importedAt: instant("imported_at").notNull(),
});

/** When a bank's download folder was last looked into with success. */
export const bankPolls = pgTable("bank_polls", {
  bankCode: text("bank_code").primaryKey(),
  lookedAt: instant("looked_at").notNull(),
});

/** Credentials that a bank refused: not tried again by themselves until they change, since accounts lock. */
export const bankCredentialRefusals = pgTable("bank_credential_refusals", {
  bankCode: text("bank_code").primaryKey(),
  salt: text("salt").notNull(),
  /** SHA-256 of salt and credentials. */
  fingerprint: text("fingerprint").notNull(),
  refusedAt: instant("refused_at").notNull(),
});

/** The last batch number given out for a bank and a Taipei day. */
export const bankBatchNumbers = pgTable(
  "bank_batch_numbers",
  { bankCode: text("bank_code").notNull(), day: day("day").notNull(), last: integer("last").notNull() },
  (table) => [primaryKey({ columns: [table.bankCode, table.day], name: "bank_batch_numbers_pkey" })],
);

const awaitingTransfer: BatchStatus[] = ["sending", "indeterminate"];

/** A payment file: what it is to say, then its bytes, then its way. */
export const bankBatches = pgTable(
  "bank_batches",
  {
    id: uuid("id").primaryKey(),
    bankCode: text("bank_code").notNull(),
    kind: text("kind", { enum: batchKinds }).notNull().default("payment"),
    batchNumber: text("batch_number").notNull(),
    status: text("status", { enum: batchStatuses }).notNull(),
    heldReason: text("held_reason", { enum: heldReasons }),
    paymentDate: day("payment_date").notNull(),
    recordCount: integer("record_count").notNull(),
    totalAmount: amount("total_amount").notNull(),
    createdBy: text("created_by").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    /** SHA-256 of the canonical input, hexadecimal. */
    requestHash: text("request_hash").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Taipei day in the file's header; together with a sequence number it names an item in a return. */
    fileDate: day("file_date"),
    /** The debits resemble earlier ones, and this is why that is right. */
    duplicatesReason: text("duplicates_reason"),
    fileName: text("file_name"),
    fileSha256: text("file_sha256"),
    fileBytes: bytes("file_bytes"),
    /** What goes to the bank when it is not the file itself: signed and encrypted once, so that a retry sends the same. */
    sentBytes: bytes("sent_bytes"),
    sentSha256: text("sent_sha256"),
    layoutId: text("layout_id"),
    layoutSha256: text("layout_sha256"),
    encoding: text("encoding"),
    sealedAt: instant("sealed_at"),
    /** As configured when it was sealed; as configured now while it is a draft. */
    approvalsRequired: integer("approvals_required").notNull(),
    sentAt: instant("sent_at"),
    acknowledgedAt: instant("acknowledged_at"),
    reconciledAt: instant("reconciled_at"),
    /** Who decided about it last (cancelled it, settled an unknown outcome, refused the file), why, and when. */
    decidedBy: text("decided_by"),
    decidedReason: text("decided_reason"),
    decidedAt: instant("decided_at"),
    /** Tries used since it was last ordered to be sent. */
    sendTries: integer("send_tries").notNull().default(0),
    /** When the transfer, or a look at what became of it, is due; null: nothing happens by itself. */
    nextAttemptAt: instant("next_attempt_at"),
    ...leaseColumns(),
  },
  (table) => [
    uniqueIndex("bank_batches_idempotency_key").on(table.createdBy, table.idempotencyKey),
    uniqueIndex("bank_batches_number").on(table.bankCode, table.batchNumber),
    uniqueIndex("bank_batches_file_name").on(table.bankCode, table.fileName),
    uniqueIndex("bank_batches_file_sha256").on(table.bankCode, table.fileSha256),
    index("bank_batches_due")
      .on(table.nextAttemptAt)
      .where(sql.raw(`status IN (${awaitingTransfer.map((status) => `'${status}'`).join(", ")})`)),
    index("bank_batches_status").on(table.bankCode, table.status),
  ],
);

/** One debit, or one request about an authorisation, whose amount is 0. `isActive` ends when the batch is cancelled or refused whole: then its transaction id is free again. */
export const bankBatchItems = pgTable(
  "bank_batch_items",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    batchId: uuid("batch_id")
      .notNull()
      .references(() => bankBatches.id),
    sequence: integer("sequence").notNull(),
    bankCode: text("bank_code").notNull(),
    transactionId: text("transaction_id").notNull(),
    accountNumber: text("account_number").notNull(),
    accountHolder: text("account_holder").notNull(),
    amount: amount("amount").notNull(),
    idNumber: text("id_number"),
    memo: text("memo"),
    /** What the debit is for, e.g. an invoice number. */
    reference: text("reference"),
    customerNumber: text("customer_number"),
    /** Unit of the account's bank, seven digits, for files of the clearing house. */
    receivingUnit: text("receiving_unit"),
    /** What is asked about an authorisation; null: a debit. */
    action: text("action", { enum: ["add", "delete"] }),
    isActive: boolean("is_active").notNull().default(true),
    status: text("status", { enum: itemStatuses }).notNull().default("pending"),
    responseCode: text("response_code"),
    responseMeaning: text("response_meaning"),
    bankReference: text("bank_reference"),
    processedDate: day("processed_date"),
  },
  (table) => [
    index("bank_batch_items_reference")
      .on(table.bankCode, table.reference, table.accountNumber)
      .where(sql`reference IS NOT NULL`),
    uniqueIndex("bank_batch_items_sequence").on(table.batchId, table.sequence),
    uniqueIndex("bank_batch_items_transaction").on(table.bankCode, table.transactionId).where(sql`is_active`),
  ],
);

/** Every change of a batch's state, in order; what callers watch. */
export const bankBatchEvents = pgTable(
  "bank_batch_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    batchId: uuid("batch_id")
      .notNull()
      .references(() => bankBatches.id),
    status: text("status", { enum: batchStatuses }).notNull(),
    heldReason: text("held_reason", { enum: heldReasons }),
    at: instant("at").notNull(),
  },
  (table) => [index("bank_batch_events_batch").on(table.batchId, table.id)],
);

/** Money that moved by an item, as the bank told it. A debit that came back is reversed by an entry of its own. */
export const bankPostings = pgTable(
  "bank_postings",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    itemId: bigint("item_id", { mode: "number" })
      .notNull()
      .references(() => bankBatchItems.id),
    batchId: uuid("batch_id")
      .notNull()
      .references(() => bankBatches.id),
    kind: text("kind", { enum: postingKinds }).notNull(),
    amount: amount("amount").notNull(),
    /** The file that says so; null: by absence from the returns. */
    fileId: uuid("file_id"),
    postedAt: instant("posted_at").notNull(),
  },
  (table) => [
    uniqueIndex("bank_postings_file").on(table.itemId, table.kind, table.fileId),
    index("bank_postings_batch").on(table.batchId),
  ],
);

/** An approval is of exactly one file: its hash, count and total. */
export const bankApprovals = pgTable(
  "bank_approvals",
  {
    batchId: uuid("batch_id")
      .notNull()
      .references(() => bankBatches.id),
    approver: text("approver").notNull(),
    approvedAt: instant("approved_at").notNull(),
    sha256: text("sha256").notNull(),
    recordCount: integer("record_count").notNull(),
    totalAmount: amount("total_amount").notNull(),
  },
  (table) => [primaryKey({ columns: [table.batchId, table.approver], name: "bank_approvals_pkey" })],
);

/** One try to bring a file to the bank; committed before the bank is spoken to. */
export const bankTransferAttempts = pgTable(
  "bank_transfer_attempts",
  {
    batchId: uuid("batch_id")
      .notNull()
      .references(() => bankBatches.id),
    number: integer("number").notNull(),
    /** `writing`: the final name was certainly not asked for. `verified`: it was, or may have been. Others are final. */
    state: text("state", { enum: ["writing", "verified", "sent", "failed", "indeterminate"] }).notNull(),
    temporaryName: text("temporary_name").notNull(),
    /** False while a file of this temporary name may lie at the bank. */
    temporaryRemoved: boolean("temporary_removed").notNull().default(false),
    verification: text("verification", { enum: verificationLevels }),
    errorType: text("error_type", { enum: transferErrorTypes }),
    steps: jsonb("steps").notNull().default([]),
    owner: text("owner").notNull(),
    startedAt: instant("started_at").notNull(),
    verifiedAt: instant("verified_at"),
    finishedAt: instant("finished_at"),
  },
  (table) => [primaryKey({ columns: [table.batchId, table.number], name: "bank_transfer_attempts_pkey" })],
);

/** What was last seen of a name in a bank's download folder. */
export const bankInboundSightings = pgTable(
  "bank_inbound_sightings",
  {
    bankCode: text("bank_code").notNull(),
    name: text("name").notNull(),
    /** Null where the server does not tell. */
    sizeBytes: bigint("size_bytes", { mode: "number" }),
    modifiedAt: instant("modified_at"),
    seenAt: instant("seen_at").notNull(),
    /** Hash of what was fetched at this size and time; null until then. */
    fetchedSha256: text("fetched_sha256"),
  },
  (table) => [primaryKey({ columns: [table.bankCode, table.name], name: "bank_inbound_sightings_pkey" })],
);

/** A file as the bank gave it, byte for byte, and what became of it. */
export const bankInboundFiles = pgTable(
  "bank_inbound_files",
  {
    id: uuid("id").primaryKey(),
    bankCode: text("bank_code").notNull(),
    name: text("name").notNull(),
    sha256: text("sha256").notNull(),
    content: bytes("content").notNull(),
    receivedAt: instant("received_at").notNull(),
    kind: text("kind", { enum: inboundFileKinds }).notNull().default("reply"),
    status: text("status", { enum: inboundFileStatuses }).notNull(),
    /** The batch that it answers, once known. */
    batchId: uuid("batch_id").references(() => bankBatches.id),
    problems: jsonb("problems").notNull().default([]),
    identities: jsonb("identities").notNull().default([]),
    accuracy: doublePrecision("accuracy"),
    appliedAt: instant("applied_at"),
    /** Of a correction: who let it be applied, and why. */
    decidedBy: text("decided_by"),
    decidedReason: text("decided_reason"),
    /** When it was moved to the bank's archive folder; null: not yet, or there is none. */
    archivedAt: instant("archived_at"),
  },
  (table) => [
    uniqueIndex("bank_inbound_files_sha256").on(table.bankCode, table.sha256).where(sql`status <> 'replay'`),
    uniqueIndex("bank_inbound_files_replay").on(table.bankCode, table.sha256, table.name),
    index("bank_inbound_files_archive").on(table.bankCode).where(sql`archived_at IS NULL`),
    index("bank_inbound_files_name").on(table.bankCode, table.name),
    index("bank_inbound_files_received").on(table.receivedAt).where(sql`status = 'received'`),
    index("bank_inbound_files_batch").on(table.batchId),
  ],
);

/** Every line of every applied or quarantined reply, in its class. */
export const bankReconciliationLines = pgTable(
  "bank_reconciliation_lines",
  {
    fileId: uuid("file_id")
      .notNull()
      .references(() => bankInboundFiles.id),
    record: integer("record").notNull(),
    batchId: uuid("batch_id").references(() => bankBatches.id),
    itemId: bigint("item_id", { mode: "number" }).references(() => bankBatchItems.id),
    class: text("class", { enum: lineClasses }).notNull(),
    transactionId: text("transaction_id").notNull(),
    amount: amount("amount"),
    responseCode: text("response_code").notNull(),
    responseMeaning: text("response_meaning").notNull(),
    bankReference: text("bank_reference"),
    processedDate: day("processed_date"),
  },
  (table) => [
    primaryKey({ columns: [table.fileId, table.record], name: "bank_reconciliation_lines_pkey" }),
    index("bank_reconciliation_lines_batch").on(table.batchId),
  ],
);

/** Who has authorised debits from which account. One of a mandate is pending, confirmed or revoking at a time. */
export const bankAuthorisations = pgTable(
  "bank_authorisations",
  {
    id: uuid("id").primaryKey(),
    bankCode: text("bank_code").notNull(),
    /** Bank and number of the account, and the customer number: what a debit is looked up by. */
    mandateKey: text("mandate_key").notNull(),
    customerNumber: text("customer_number").notNull(),
    receivingUnit: text("receiving_unit").notNull(),
    accountNumber: text("account_number").notNull(),
    idNumber: text("id_number").notNull(),
    status: text("status", { enum: authorisationStatuses }).notNull(),
    batchId: uuid("batch_id").references(() => bankBatches.id),
    /** Number of the request within the batch. */
    sequence: integer("sequence"),
    /** The batch that asks for its end, once there is one. */
    endBatchId: uuid("end_batch_id").references(() => bankBatches.id),
    endSequence: integer("end_sequence"),
    responseCode: text("response_code"),
    responseMeaning: text("response_meaning"),
    decidedBy: text("decided_by"),
    evidence: text("evidence"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("bank_authorisations_live")
      .on(table.bankCode, table.mandateKey)
      .where(sql`status IN ('pending', 'confirmed', 'revoking')`),
    index("bank_authorisations_mandate").on(table.bankCode, table.mandateKey),
    index("bank_authorisations_batch").on(table.batchId),
    index("bank_authorisations_end_batch").on(table.endBatchId).where(sql`end_batch_id IS NOT NULL`),
  ],
);

/** What a customer is to pay into a virtual account. */
export const bankReceipts = pgTable(
  "bank_receipts",
  {
    id: uuid("id").primaryKey(),
    bankCode: text("bank_code").notNull(),
    virtualAccount: text("virtual_account").notNull(),
    reference: text("reference").notNull(),
    amount: amount("amount").notNull(),
    dueDate: day("due_date"),
    status: text("status", { enum: receiptStatuses }).notNull(),
    receivedAmount: amount("received_amount"),
    receivedOn: day("received_on"),
    fileId: uuid("file_id").references(() => bankInboundFiles.id),
    decidedBy: text("decided_by"),
    decidedReason: text("decided_reason"),
    createdBy: text("created_by").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    /** SHA-256 of the canonical input, hexadecimal. */
    requestHash: text("request_hash").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("bank_receipts_idempotency_key").on(table.createdBy, table.idempotencyKey),
    uniqueIndex("bank_receipts_open")
      .on(table.bankCode, table.virtualAccount, table.amount)
      .where(sql`status = 'open'`),
    index("bank_receipts_account").on(table.bankCode, table.virtualAccount),
    index("bank_receipts_reference").on(table.reference),
  ],
);

/** Every line of every applied statement, in its class. */
export const bankStatementLines = pgTable(
  "bank_statement_lines",
  {
    fileId: uuid("file_id")
      .notNull()
      .references(() => bankInboundFiles.id),
    record: integer("record").notNull(),
    bankCode: text("bank_code").notNull(),
    class: text("class", { enum: statementLineClasses }).notNull(),
    /** What makes the same line of another file the same. */
    lineKey: text("line_key").notNull(),
    virtualAccount: text("virtual_account").notNull(),
    amount: amount("amount").notNull(),
    isReversal: boolean("is_reversal").notNull(),
    processedDate: day("processed_date"),
    processedTime: text("processed_time"),
    bankReference: text("bank_reference"),
    channel: text("channel"),
    payerBank: text("payer_bank"),
    receiptId: uuid("receipt_id").references(() => bankReceipts.id),
  },
  (table) => [
    primaryKey({ columns: [table.fileId, table.record], name: "bank_statement_lines_pkey" }),
    uniqueIndex("bank_statement_lines_key")
      .on(table.bankCode, table.lineKey)
      .where(sql`class NOT IN ('duplicate_line', 'not_settled')`),
    index("bank_statement_lines_receipt").on(table.receiptId).where(sql`receipt_id IS NOT NULL`),
  ],
);
