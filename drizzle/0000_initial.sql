CREATE TABLE "bank_approvals" (
	"batch_id" uuid NOT NULL,
	"approver" text NOT NULL,
	"approved_at" timestamp (3) with time zone NOT NULL,
	"sha256" text NOT NULL,
	"record_count" integer NOT NULL,
	"total_amount" bigint NOT NULL,
	CONSTRAINT "bank_approvals_pkey" PRIMARY KEY("batch_id","approver")
);
--> statement-breakpoint
CREATE TABLE "bank_authorisations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"bank_code" text NOT NULL,
	"mandate_key" text NOT NULL,
	"customer_number" text NOT NULL,
	"receiving_unit" text NOT NULL,
	"account_number" text NOT NULL,
	"id_number" text NOT NULL,
	"status" text NOT NULL,
	"batch_id" uuid,
	"sequence" integer,
	"end_batch_id" uuid,
	"end_sequence" integer,
	"response_code" text,
	"response_meaning" text,
	"decided_by" text,
	"evidence" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_batch_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bank_batch_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"batch_id" uuid NOT NULL,
	"status" text NOT NULL,
	"held_reason" text,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_batch_items" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bank_batch_items_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"batch_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"bank_code" text NOT NULL,
	"transaction_id" text NOT NULL,
	"account_number" text NOT NULL,
	"account_holder" text NOT NULL,
	"amount" bigint NOT NULL,
	"id_number" text,
	"memo" text,
	"reference" text,
	"customer_number" text,
	"receiving_unit" text,
	"action" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"response_code" text,
	"response_meaning" text,
	"bank_reference" text,
	"processed_date" date
);
--> statement-breakpoint
CREATE TABLE "bank_batch_numbers" (
	"bank_code" text NOT NULL,
	"day" date NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "bank_batch_numbers_pkey" PRIMARY KEY("bank_code","day")
);
--> statement-breakpoint
CREATE TABLE "bank_batches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"bank_code" text NOT NULL,
	"kind" text DEFAULT 'payment' NOT NULL,
	"batch_number" text NOT NULL,
	"status" text NOT NULL,
	"held_reason" text,
	"payment_date" date NOT NULL,
	"record_count" integer NOT NULL,
	"total_amount" bigint NOT NULL,
	"created_by" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"file_date" date,
	"duplicates_reason" text,
	"file_name" text,
	"file_sha256" text,
	"file_bytes" "bytea",
	"sent_bytes" "bytea",
	"sent_sha256" text,
	"layout_id" text,
	"layout_sha256" text,
	"encoding" text,
	"sealed_at" timestamp (3) with time zone,
	"approvals_required" integer NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"acknowledged_at" timestamp (3) with time zone,
	"reconciled_at" timestamp (3) with time zone,
	"decided_by" text,
	"decided_reason" text,
	"decided_at" timestamp (3) with time zone,
	"send_tries" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "bank_calendar_days" (
	"bank_code" text NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"cutoff_time" text,
	"note" text DEFAULT '' NOT NULL,
	"decided_by" text DEFAULT 'operator' NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bank_calendar_days_pkey" PRIMARY KEY("bank_code","day")
);
--> statement-breakpoint
CREATE TABLE "bank_calendar_years" (
	"year" integer PRIMARY KEY NOT NULL,
	"days" jsonb NOT NULL,
	"sha256" text NOT NULL,
	"imported_by" text NOT NULL,
	"imported_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_configurations" (
	"bank_code" text PRIMARY KEY NOT NULL,
	"bank_name" text NOT NULL,
	"sftp_host" text NOT NULL,
	"sftp_port" integer DEFAULT 22 NOT NULL,
	"upload_path" text NOT NULL,
	"download_path" text NOT NULL,
	"file_format" text DEFAULT 'fixed_width' NOT NULL,
	"encoding" text DEFAULT 'BIG5' NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"delimiter" text,
	"payment_layout" text,
	"reply_layout" text,
	"payment_file_pattern" text DEFAULT 'PAY_{YYYYMMDD}_{BATCH}.txt' NOT NULL,
	"reconciliation_file_pattern" text DEFAULT 'REC_{YYYYMMDD}*.txt' NOT NULL,
	"rejection_file_pattern" text DEFAULT 'REJ_{FILE}',
	"file_names_ignore_case" boolean DEFAULT false NOT NULL,
	"authorisation_layout" text,
	"authorisation_reply_layout" text,
	"authorisation_file_pattern" text DEFAULT 'AUTH_{YYYYMMDD}_{BATCH}.txt' NOT NULL,
	"authorisation_reply_file_pattern" text DEFAULT 'AUTHREC_{YYYYMMDD}*.txt' NOT NULL,
	"authorisation_delete_code" text DEFAULT 'D' NOT NULL,
	"authorisation_check" boolean DEFAULT true NOT NULL,
	"statement_layout" text,
	"statement_file_pattern" text DEFAULT 'STMT_{YYYYMMDD}*.txt' NOT NULL,
	"clearing_code" text,
	"company_code" text DEFAULT '' NOT NULL,
	"cutoff_time" text,
	"approvals_required" integer DEFAULT 1 NOT NULL,
	"connections_max" integer DEFAULT 5 NOT NULL,
	"host_key_pins" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"profile" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"poll_interval_seconds" integer DEFAULT 60 NOT NULL,
	"stable_after_seconds" integer DEFAULT 2 NOT NULL,
	"archive_path" text,
	"ready_suffix" text,
	"text_policy" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"file_values" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"item_limit" bigint,
	"batch_limit" bigint,
	"day_limit" bigint,
	"second_approval_above" bigint,
	"duplicate_check_days" integer DEFAULT 30 NOT NULL,
	"address_allow_list" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"legacy_algorithms" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"pgp_public_key" text,
	"virtual_account_rule" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_credential_refusals" (
	"bank_code" text PRIMARY KEY NOT NULL,
	"salt" text NOT NULL,
	"fingerprint" text NOT NULL,
	"refused_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_inbound_files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"bank_code" text NOT NULL,
	"name" text NOT NULL,
	"sha256" text NOT NULL,
	"content" "bytea" NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"kind" text DEFAULT 'reply' NOT NULL,
	"status" text NOT NULL,
	"batch_id" uuid,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"identities" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"accuracy" double precision,
	"applied_at" timestamp (3) with time zone,
	"decided_by" text,
	"decided_reason" text,
	"archived_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "bank_inbound_sightings" (
	"bank_code" text NOT NULL,
	"name" text NOT NULL,
	"size_bytes" bigint,
	"modified_at" timestamp (3) with time zone,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"fetched_sha256" text,
	CONSTRAINT "bank_inbound_sightings_pkey" PRIMARY KEY("bank_code","name")
);
--> statement-breakpoint
CREATE TABLE "bank_layouts" (
	"id" text PRIMARY KEY NOT NULL,
	"description" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_polls" (
	"bank_code" text PRIMARY KEY NOT NULL,
	"looked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_postings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "bank_postings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"item_id" bigint NOT NULL,
	"batch_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"amount" bigint NOT NULL,
	"file_id" uuid,
	"posted_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_receipts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"bank_code" text NOT NULL,
	"virtual_account" text NOT NULL,
	"reference" text NOT NULL,
	"amount" bigint NOT NULL,
	"due_date" date,
	"status" text NOT NULL,
	"received_amount" bigint,
	"received_on" date,
	"file_id" uuid,
	"decided_by" text,
	"decided_reason" text,
	"created_by" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bank_reconciliation_lines" (
	"file_id" uuid NOT NULL,
	"record" integer NOT NULL,
	"batch_id" uuid,
	"item_id" bigint,
	"class" text NOT NULL,
	"transaction_id" text NOT NULL,
	"amount" bigint,
	"response_code" text NOT NULL,
	"response_meaning" text NOT NULL,
	"bank_reference" text,
	"processed_date" date,
	CONSTRAINT "bank_reconciliation_lines_pkey" PRIMARY KEY("file_id","record")
);
--> statement-breakpoint
CREATE TABLE "bank_statement_lines" (
	"file_id" uuid NOT NULL,
	"record" integer NOT NULL,
	"bank_code" text NOT NULL,
	"class" text NOT NULL,
	"line_key" text NOT NULL,
	"virtual_account" text NOT NULL,
	"amount" bigint NOT NULL,
	"is_reversal" boolean NOT NULL,
	"processed_date" date,
	"processed_time" text,
	"bank_reference" text,
	"channel" text,
	"payer_bank" text,
	"receipt_id" uuid,
	CONSTRAINT "bank_statement_lines_pkey" PRIMARY KEY("file_id","record")
);
--> statement-breakpoint
CREATE TABLE "bank_transfer_attempts" (
	"batch_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"temporary_name" text NOT NULL,
	"temporary_removed" boolean DEFAULT false NOT NULL,
	"verification" text,
	"error_type" text,
	"steps" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"owner" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"verified_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "bank_transfer_attempts_pkey" PRIMARY KEY("batch_id","number")
);
--> statement-breakpoint
CREATE TABLE "einvoice_acts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"caller_subject" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"kind" text NOT NULL,
	"invoice_id" uuid NOT NULL,
	"allowance_id" uuid,
	"acted_at" timestamp (3) with time zone NOT NULL,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "einvoice_allowances" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seller_ubn" text NOT NULL,
	"number" text NOT NULL,
	"invoice_id" uuid NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	"status" text DEFAULT 'issued' NOT NULL,
	"upload_due_at" timestamp (3) with time zone NOT NULL,
	"content" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "einvoice_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"upload_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"outcome" text,
	"reason" text,
	"provider_code" text,
	"http_status" integer,
	"decided_by" text,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "einvoice_branch_numbers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seller_ubn" text NOT NULL,
	"branch_ubn" text NOT NULL,
	"period" text NOT NULL,
	"prefix" text NOT NULL,
	"range_start" integer NOT NULL,
	"range_end" integer NOT NULL,
	"begin_number" integer NOT NULL,
	"end_number" integer NOT NULL,
	"is_by_hand" boolean NOT NULL,
	"caller_subject" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "einvoice_lookup_serials" (
	"serial" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "einvoice_lookup_serials_serial_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1)
);
--> statement-breakpoint
CREATE TABLE "einvoice_lookups" (
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"exists_until" timestamp (3) with time zone,
	"next_attempt_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "einvoice_lookups_kind_value_pk" PRIMARY KEY("kind","value")
);
--> statement-breakpoint
CREATE TABLE "einvoice_number_reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seller_ubn" text NOT NULL,
	"period" text NOT NULL,
	"prefix" text NOT NULL,
	"ranges" jsonb NOT NULL,
	"is_by_hand" boolean NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "einvoice_orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"caller_subject" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" text DEFAULT 'due' NOT NULL,
	"content" jsonb NOT NULL,
	"reason" text,
	"setbacks" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"decided_by" text,
	"note" text,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "einvoice_prints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"invoice_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"format" text NOT NULL,
	"caller_subject" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"printed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "einvoice_reconciliations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seller_ubn" text NOT NULL,
	"day" text NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"cursor" uuid,
	"invoices" integer DEFAULT 0 NOT NULL,
	"checked" integer DEFAULT 0 NOT NULL,
	"open" integer DEFAULT 0 NOT NULL,
	"unanswered" integer DEFAULT 0 NOT NULL,
	"differences" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"looked_at" jsonb,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "einvoice_sellers" (
	"ubn" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"address" text NOT NULL,
	"transport" text DEFAULT 'platform-json' NOT NULL,
	"config" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "einvoice_uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"invoice_id" uuid NOT NULL,
	"kind" text DEFAULT 'issue' NOT NULL,
	"allowance_id" uuid,
	"payload" jsonb,
	"position" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'due' NOT NULL,
	"acted_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"setbacks" integer DEFAULT 0 NOT NULL,
	"current_attempt_id" uuid,
	"reason" text,
	"provider_code" text,
	"provider_message" text,
	"accepted_at" timestamp (3) with time zone,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invoice_sequences" (
	"id" integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "invoice_sequences_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"year_month" text NOT NULL,
	"prefix" text NOT NULL,
	"range_start" integer NOT NULL,
	"range_end" integer NOT NULL,
	"current_number" integer NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"seller_ubn" text,
	"branch_ubn" text,
	"last_issued_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "invoice_sequences_year_month_check" CHECK ("invoice_sequences"."year_month" ~ '^20[0-9]{2}(0[1-9]|1[0-2])$'),
	CONSTRAINT "invoice_sequences_prefix_check" CHECK ("invoice_sequences"."prefix" ~ '^[A-Z]{2}$'),
	CONSTRAINT "invoice_sequences_range_check" CHECK ("invoice_sequences"."range_start" BETWEEN 0 AND "invoice_sequences"."range_end" AND "invoice_sequences"."range_end" <= 99999999),
	CONSTRAINT "invoice_sequences_current_number_check" CHECK ("invoice_sequences"."current_number" BETWEEN "invoice_sequences"."range_start" AND "invoice_sequences"."range_end" + 1)
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seller_ubn" text NOT NULL,
	"period" text NOT NULL,
	"number" text NOT NULL,
	"sequence_id" integer,
	"caller_subject" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	"random_code" text NOT NULL,
	"status" text DEFAULT 'issued' NOT NULL,
	"upload_due_at" timestamp (3) with time zone NOT NULL,
	"order_reference" text,
	"total_amount" bigint NOT NULL,
	"content" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"call_id" uuid NOT NULL,
	"phase" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"role" text,
	"action" text NOT NULL,
	"object" text,
	"request_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"name" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "circuit_breakers" (
	"name" text PRIMARY KEY NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"opened_at" timestamp (3) with time zone,
	"probe_owner" text,
	"probe_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "login_guards" (
	"account" text PRIMARY KEY NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "manual_changes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" bigserial NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"database_user" text NOT NULL,
	"program" text NOT NULL,
	"operation" text NOT NULL,
	"table_name" text NOT NULL,
	"row_key" text,
	"columns" jsonb NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"recorded_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "provider_configs" (
	"provider" text PRIMARY KEY NOT NULL,
	"config" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"priority" integer DEFAULT 0 NOT NULL,
	"rate_limit" integer DEFAULT 60 NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"daily_limit" integer,
	"cost_per_message" numeric(12, 6),
	"cost_per_segment" numeric(12, 6),
	"total_sent" bigint DEFAULT 0 NOT NULL,
	"total_failed" bigint DEFAULT 0 NOT NULL,
	"success_rate" double precision,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sms_approved_links" (
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"provider" text NOT NULL,
	"matches_below" boolean NOT NULL,
	"note" text,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sms_approved_links_pkey" PRIMARY KEY("kind","value","provider")
);
--> statement-breakpoint
CREATE TABLE "sms_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"message_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"provider" text NOT NULL,
	"state" text NOT NULL,
	"outcome_class" text,
	"outcome_reason" text,
	"selection_reason" text NOT NULL,
	"provider_message_id" text,
	"provider_code" text,
	"cost_micros" bigint,
	"started_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"call_id" uuid,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"slot_until" timestamp (3) with time zone,
	"resolve_at" timestamp (3) with time zone,
	"resolve_count" smallint DEFAULT 0 NOT NULL,
	"poll_at" timestamp (3) with time zone,
	"poll_count" smallint DEFAULT 0 NOT NULL,
	"settled_by" text,
	"settle_note" text
);
--> statement-breakpoint
CREATE TABLE "sms_experiments" (
	"code" text PRIMARY KEY NOT NULL,
	"number" integer NOT NULL,
	"planned_per_variant" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sms_messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"caller_subject" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"recipient" text NOT NULL,
	"text" text,
	"message_type" text NOT NULL,
	"lane" smallint NOT NULL,
	"requested_provider" text,
	"queue" text NOT NULL,
	"encoding" text NOT NULL,
	"units" integer NOT NULL,
	"segments" integer NOT NULL,
	"status" text NOT NULL,
	"status_rank" smallint NOT NULL,
	"status_reason" text,
	"status_at" timestamp (3) with time zone NOT NULL,
	"provider" text,
	"last_attempt_id" uuid,
	"attempts_count" smallint DEFAULT 0 NOT NULL,
	"template_code" text,
	"variant" text,
	"experiment" text,
	"change_number" bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
	"due_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sms_provider_states" (
	"provider" text PRIMARY KEY NOT NULL,
	"delivered" double precision DEFAULT 0 NOT NULL,
	"total" double precision DEFAULT 0 NOT NULL,
	"results_as_of" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"paused_until" timestamp (3) with time zone,
	"credit" numeric(18, 6),
	"credit_at" timestamp (3) with time zone,
	"is_credit_low" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sms_receipts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identity" text NOT NULL,
	"provider" text NOT NULL,
	"source" text NOT NULL,
	"provider_message_id" text NOT NULL,
	"recipient" text NOT NULL,
	"correlation" uuid,
	"provider_status" text NOT NULL,
	"state" text,
	"failure_class" text,
	"provider_time" text,
	"received_at" timestamp (3) with time zone NOT NULL,
	"processing" text DEFAULT 'pending' NOT NULL,
	"attempt_id" uuid,
	"message_id" uuid
);
--> statement-breakpoint
CREATE TABLE "sms_sender_counts" (
	"subject" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "sms_sender_counts_pkey" PRIMARY KEY("subject","hour")
);
--> statement-breakpoint
CREATE TABLE "sms_suppressions" (
	"recipient" text PRIMARY KEY NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sms_templates" (
	"code" text NOT NULL,
	"variant" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"content" text NOT NULL,
	"placeholders" jsonb NOT NULL,
	"message_type" text NOT NULL,
	"language" text NOT NULL,
	"weight" smallint NOT NULL,
	"is_active" boolean NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sms_templates_pkey" PRIMARY KEY("code","variant")
);
--> statement-breakpoint
ALTER TABLE "bank_approvals" ADD CONSTRAINT "bank_approvals_batch_id_bank_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_authorisations" ADD CONSTRAINT "bank_authorisations_batch_id_bank_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_authorisations" ADD CONSTRAINT "bank_authorisations_end_batch_id_bank_batches_id_fk" FOREIGN KEY ("end_batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_batch_events" ADD CONSTRAINT "bank_batch_events_batch_id_bank_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_batch_items" ADD CONSTRAINT "bank_batch_items_batch_id_bank_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_inbound_files" ADD CONSTRAINT "bank_inbound_files_batch_id_bank_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_postings" ADD CONSTRAINT "bank_postings_item_id_bank_batch_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."bank_batch_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_postings" ADD CONSTRAINT "bank_postings_batch_id_bank_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_receipts" ADD CONSTRAINT "bank_receipts_file_id_bank_inbound_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."bank_inbound_files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_reconciliation_lines" ADD CONSTRAINT "bank_reconciliation_lines_file_id_bank_inbound_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."bank_inbound_files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_reconciliation_lines" ADD CONSTRAINT "bank_reconciliation_lines_batch_id_bank_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_reconciliation_lines" ADD CONSTRAINT "bank_reconciliation_lines_item_id_bank_batch_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."bank_batch_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_statement_lines" ADD CONSTRAINT "bank_statement_lines_file_id_bank_inbound_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."bank_inbound_files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_statement_lines" ADD CONSTRAINT "bank_statement_lines_receipt_id_bank_receipts_id_fk" FOREIGN KEY ("receipt_id") REFERENCES "public"."bank_receipts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bank_transfer_attempts" ADD CONSTRAINT "bank_transfer_attempts_batch_id_bank_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."bank_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "einvoice_acts" ADD CONSTRAINT "einvoice_acts_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "einvoice_acts" ADD CONSTRAINT "einvoice_acts_allowance_id_einvoice_allowances_id_fk" FOREIGN KEY ("allowance_id") REFERENCES "public"."einvoice_allowances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "einvoice_allowances" ADD CONSTRAINT "einvoice_allowances_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "einvoice_attempts" ADD CONSTRAINT "einvoice_attempts_upload_id_einvoice_uploads_id_fk" FOREIGN KEY ("upload_id") REFERENCES "public"."einvoice_uploads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "einvoice_prints" ADD CONSTRAINT "einvoice_prints_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "einvoice_uploads" ADD CONSTRAINT "einvoice_uploads_allowance_id_einvoice_allowances_id_fk" FOREIGN KEY ("allowance_id") REFERENCES "public"."einvoice_allowances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms_attempts" ADD CONSTRAINT "sms_attempts_message_id_sms_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."sms_messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms_receipts" ADD CONSTRAINT "sms_receipts_message_id_sms_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."sms_messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "bank_authorisations_live" ON "bank_authorisations" USING btree ("bank_code","mandate_key") WHERE status IN ('pending', 'confirmed', 'revoking');--> statement-breakpoint
CREATE INDEX "bank_authorisations_mandate" ON "bank_authorisations" USING btree ("bank_code","mandate_key");--> statement-breakpoint
CREATE INDEX "bank_authorisations_batch" ON "bank_authorisations" USING btree ("batch_id");--> statement-breakpoint
CREATE INDEX "bank_authorisations_end_batch" ON "bank_authorisations" USING btree ("end_batch_id") WHERE end_batch_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "bank_batch_events_batch" ON "bank_batch_events" USING btree ("batch_id","id");--> statement-breakpoint
CREATE INDEX "bank_batch_items_reference" ON "bank_batch_items" USING btree ("bank_code","reference","account_number") WHERE reference IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "bank_batch_items_sequence" ON "bank_batch_items" USING btree ("batch_id","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_batch_items_transaction" ON "bank_batch_items" USING btree ("bank_code","transaction_id") WHERE is_active;--> statement-breakpoint
CREATE UNIQUE INDEX "bank_batches_idempotency_key" ON "bank_batches" USING btree ("created_by","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_batches_number" ON "bank_batches" USING btree ("bank_code","batch_number");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_batches_file_name" ON "bank_batches" USING btree ("bank_code","file_name");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_batches_file_sha256" ON "bank_batches" USING btree ("bank_code","file_sha256");--> statement-breakpoint
CREATE INDEX "bank_batches_due" ON "bank_batches" USING btree ("next_attempt_at") WHERE status IN ('sending', 'indeterminate');--> statement-breakpoint
CREATE INDEX "bank_batches_status" ON "bank_batches" USING btree ("bank_code","status");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_inbound_files_sha256" ON "bank_inbound_files" USING btree ("bank_code","sha256") WHERE status <> 'replay';--> statement-breakpoint
CREATE UNIQUE INDEX "bank_inbound_files_replay" ON "bank_inbound_files" USING btree ("bank_code","sha256","name");--> statement-breakpoint
CREATE INDEX "bank_inbound_files_archive" ON "bank_inbound_files" USING btree ("bank_code") WHERE archived_at IS NULL;--> statement-breakpoint
CREATE INDEX "bank_inbound_files_name" ON "bank_inbound_files" USING btree ("bank_code","name");--> statement-breakpoint
CREATE INDEX "bank_inbound_files_received" ON "bank_inbound_files" USING btree ("received_at") WHERE status = 'received';--> statement-breakpoint
CREATE INDEX "bank_inbound_files_batch" ON "bank_inbound_files" USING btree ("batch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_postings_file" ON "bank_postings" USING btree ("item_id","kind","file_id");--> statement-breakpoint
CREATE INDEX "bank_postings_batch" ON "bank_postings" USING btree ("batch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_receipts_idempotency_key" ON "bank_receipts" USING btree ("created_by","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_receipts_open" ON "bank_receipts" USING btree ("bank_code","virtual_account","amount") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "bank_receipts_account" ON "bank_receipts" USING btree ("bank_code","virtual_account");--> statement-breakpoint
CREATE INDEX "bank_receipts_reference" ON "bank_receipts" USING btree ("reference");--> statement-breakpoint
CREATE INDEX "bank_reconciliation_lines_batch" ON "bank_reconciliation_lines" USING btree ("batch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_statement_lines_key" ON "bank_statement_lines" USING btree ("bank_code","line_key") WHERE class NOT IN ('duplicate_line', 'not_settled');--> statement-breakpoint
CREATE INDEX "bank_statement_lines_receipt" ON "bank_statement_lines" USING btree ("receipt_id") WHERE receipt_id IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_acts_idempotency_unique" ON "einvoice_acts" USING btree ("caller_subject","idempotency_key");--> statement-breakpoint
CREATE INDEX "einvoice_acts_invoice_index" ON "einvoice_acts" USING btree ("invoice_id");--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_allowances_number_unique" ON "einvoice_allowances" USING btree ("seller_ubn","number");--> statement-breakpoint
CREATE INDEX "einvoice_allowances_invoice_index" ON "einvoice_allowances" USING btree ("invoice_id");--> statement-breakpoint
CREATE INDEX "einvoice_attempts_upload_index" ON "einvoice_attempts" USING btree ("upload_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_branch_numbers_idempotency_unique" ON "einvoice_branch_numbers" USING btree ("caller_subject","idempotency_key");--> statement-breakpoint
CREATE INDEX "einvoice_branch_numbers_track_index" ON "einvoice_branch_numbers" USING btree ("seller_ubn","period","prefix");--> statement-breakpoint
CREATE INDEX "einvoice_lookups_pending_index" ON "einvoice_lookups" USING btree ("next_attempt_at") WHERE "einvoice_lookups"."next_attempt_at" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_number_reports_track_unique" ON "einvoice_number_reports" USING btree ("seller_ubn","period","prefix");--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_orders_idempotency_unique" ON "einvoice_orders" USING btree ("caller_subject","idempotency_key");--> statement-breakpoint
CREATE INDEX "einvoice_orders_open_index" ON "einvoice_orders" USING btree ("id") WHERE "einvoice_orders"."status" NOT IN ('done', 'rejected');--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_prints_original_unique" ON "einvoice_prints" USING btree ("invoice_id") WHERE "einvoice_prints"."kind" = 'original';--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_prints_idempotency_unique" ON "einvoice_prints" USING btree ("caller_subject","idempotency_key");--> statement-breakpoint
CREATE INDEX "einvoice_prints_invoice_index" ON "einvoice_prints" USING btree ("invoice_id","id");--> statement-breakpoint
CREATE INDEX "einvoice_reconciliations_day_index" ON "einvoice_reconciliations" USING btree ("seller_ubn","day","id");--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_reconciliations_running_unique" ON "einvoice_reconciliations" USING btree ("seller_ubn","day") WHERE "einvoice_reconciliations"."status" = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX "einvoice_uploads_position_unique" ON "einvoice_uploads" USING btree ("invoice_id","position");--> statement-breakpoint
CREATE INDEX "einvoice_uploads_open_index" ON "einvoice_uploads" USING btree ("due_at","id") WHERE "einvoice_uploads"."status" NOT IN ('accepted', 'superseded');--> statement-breakpoint
CREATE UNIQUE INDEX "invoice_sequences_range_unique" ON "invoice_sequences" USING btree ((("year_month"::integer + 1) / 2),"prefix","range_start");--> statement-breakpoint
CREATE INDEX "invoice_sequences_year_month_index" ON "invoice_sequences" USING btree ("year_month");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_number_unique" ON "invoices" USING btree ("number","period","seller_ubn");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_idempotency_unique" ON "invoices" USING btree ("caller_subject","idempotency_key");--> statement-breakpoint
CREATE INDEX "invoices_issued_at_index" ON "invoices" USING btree ("issued_at","id");--> statement-breakpoint
CREATE INDEX "invoices_order_reference_index" ON "invoices" USING btree ("order_reference") WHERE "invoices"."order_reference" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_entries_object_index" ON "audit_entries" USING btree ("object","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_actor_index" ON "audit_entries" USING btree ("actor","seq");--> statement-breakpoint
CREATE INDEX "leases_until_index" ON "leases" USING btree ("until");--> statement-breakpoint
CREATE INDEX "manual_changes_open_index" ON "manual_changes" USING btree ("number") WHERE recorded_at IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "sms_attempts_message_number" ON "sms_attempts" USING btree ("message_id","number");--> statement-breakpoint
CREATE INDEX "sms_attempts_provider_message" ON "sms_attempts" USING btree ("provider","provider_message_id") WHERE provider_message_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "sms_attempts_slots" ON "sms_attempts" USING btree ("provider","slot_until");--> statement-breakpoint
CREATE INDEX "sms_attempts_leases" ON "sms_attempts" USING btree ("lease_until") WHERE lease_until IS NOT NULL;--> statement-breakpoint
CREATE INDEX "sms_attempts_to_resolve" ON "sms_attempts" USING btree ("resolve_at") WHERE state = 'unknown';--> statement-breakpoint
CREATE INDEX "sms_attempts_to_poll" ON "sms_attempts" USING btree ("poll_at") WHERE poll_at IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "sms_messages_idempotency_key" ON "sms_messages" USING btree ("caller_subject","idempotency_key");--> statement-breakpoint
CREATE INDEX "sms_messages_queue" ON "sms_messages" USING btree ("queue","lane","id") WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX "sms_messages_deferred" ON "sms_messages" USING btree ("due_at") WHERE status = 'deferred';--> statement-breakpoint
CREATE INDEX "sms_messages_waiting" ON "sms_messages" USING btree ("expires_at") WHERE status_rank = 0;--> statement-breakpoint
CREATE INDEX "sms_messages_unknown_texts" ON "sms_messages" USING btree ("expires_at") WHERE status = 'unknown' AND text IS NOT NULL;--> statement-breakpoint
CREATE INDEX "sms_messages_ended_otherwise" ON "sms_messages" USING btree ("status","id") WHERE status NOT IN ('queued', 'dispatching', 'submitted', 'sent', 'delivered');--> statement-breakpoint
CREATE INDEX "sms_messages_recipient" ON "sms_messages" USING btree ("recipient","id");--> statement-breakpoint
CREATE INDEX "sms_messages_changes" ON "sms_messages" USING btree ("change_number","id");--> statement-breakpoint
CREATE INDEX "sms_messages_experiment" ON "sms_messages" USING btree ("experiment","variant","id") WHERE experiment IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "sms_receipts_identity" ON "sms_receipts" USING btree ("identity");--> statement-breakpoint
CREATE INDEX "sms_receipts_pending" ON "sms_receipts" USING btree ("id") WHERE processing = 'pending';--> statement-breakpoint
CREATE INDEX "sms_receipts_unmatched" ON "sms_receipts" USING btree ("provider","provider_message_id") WHERE processing = 'unmatched';--> statement-breakpoint
CREATE INDEX "sms_receipts_message" ON "sms_receipts" USING btree ("message_id") WHERE message_id IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "sms_suppressions_id" ON "sms_suppressions" USING btree ("id");--> statement-breakpoint
CREATE INDEX "sms_suppressions_created" ON "sms_suppressions" USING btree ("created_at","id");